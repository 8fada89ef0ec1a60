"""A client's statement as PDF, for people who pay it. The same statement gives the same bytes."""

from collections.abc import Iterator, Sequence
from functools import partial
from io import BytesIO
from zoneinfo import ZoneInfo

from reportlab.platypus import Flowable, SimpleDocTemplate, Spacer

from wattledger.domain.scaled import KW, rounded, to_decimal
from wattledger.domain.statement import Statement
from wattledger.reports.pages.cell import Cell, Words, text
from wattledger.reports.pages.chart import DayChart, days_of
from wattledger.reports.pages.margins import FOOT, HEAD, NumberedCanvas
from wattledger.reports.pages.meters import MARGIN, has_mark, meter_table, page_size
from wattledger.reports.pages.sections import heading, sections
from wattledger.reports.pages.strip import Banner, Key, Strip
from wattledger.reports.pages.type import BOLD, DIM, REGULAR, is_whole, shown
from wattledger.reports.wording import (
    BETWEEN_READS,
    STATES,
    compared_text,
    moment_text,
    money_text,
    month_text,
    period_text,
    total_measured,
    zones_of,
)

_FRAME_PADDING = 6
_BOXES = (
    "A box stands for a character that this page's font lacks; the name is whole in the JSON and "
    "Excel files."
)


def statement_pdf(statement: Statement, issuer: Sequence[str] = ()) -> bytes:
    """Return a statement as pages of A4: upright, or across where its registers are long.

    ``issuer`` are the lines at its head that say who issues it: name, address, VAT id.
    """
    out = BytesIO()
    size = page_size(statement)
    width = size[0] - 2 * MARGIN
    pages = SimpleDocTemplate(
        out,
        pagesize=size,
        leftMargin=MARGIN - _FRAME_PADDING,
        rightMargin=MARGIN - _FRAME_PADDING,
        topMargin=HEAD - _FRAME_PADDING,
        bottomMargin=FOOT - _FRAME_PADDING,
        title=f"Energy statement, {month_text(statement.month)}",
        author="Wattledger",
        subject=shown(statement.client),
        creator="Wattledger",
        lang="en",
        invariant=1,
    )
    canvas = partial(NumberedCanvas, statement=statement)
    story = [*_issued_by(issuer), *_story(statement, width)]
    if not all(is_whole(name) for name in (*issuer, *_names(statement))):
        story += [Spacer(0, 10), Cell([Words(_BOXES, 7, REGULAR, DIM)])]
    pages.build(story, canvasmaker=canvas)
    return out.getvalue()


def _story(statement: Statement, width: float) -> Iterator[Flowable]:
    yield from _top(statement)
    yield Banner(statement.state, STATES[statement.state])
    yield Spacer(0, 10)
    yield Strip(list(_keys(statement)))
    days = days_of(statement)
    if any(day.energy_milliwh is not None for day in days):
        yield from heading("Energy by day")
        yield DayChart(days)
    yield from heading("Meters")
    yield meter_table(statement, width)
    if has_mark(statement):
        yield Spacer(0, 3)
        yield text(BETWEEN_READS, size=6.5, dim=True)
    yield from sections(statement, width)


def _issued_by(issuer: Sequence[str]) -> Iterator[Flowable]:
    if not issuer:
        return
    name, *others = issuer
    yield Cell([Words(name, 8, BOLD), *(Words(line, 7.5, REGULAR, DIM) for line in others)])
    yield Spacer(0, 14)


def _top(statement: Statement) -> Iterator[Flowable]:
    number = (
        f"Statement {statement.number} of {statement.client}"
        if statement.number
        else "Not numbered before it is closed"
    )
    yield Cell(
        [
            Words(f"Energy statement, {month_text(statement.month)}", 17, BOLD),
            Words(statement.client, 12, BOLD),
        ]
    )
    yield Spacer(0, 4)
    yield Cell(
        [
            Words(period_text(statement.month, statement.zone, zones_of(statement)), 8.5),
            Words(f"{number}. Client {statement.client_id}", 7.5, REGULAR, DIM),
        ]
    )
    yield Spacer(0, 10)


def _keys(statement: Statement) -> Iterator[Key]:
    lines = statement.lines
    unknown = sum(line.energy_milliwh is None for line in lines)
    remark = f"{len(lines)} meter{'' if len(lines) == 1 else 's'}"
    if unknown:
        remark += f", {unknown} without a value"
    yield Key("Energy, kWh", _figure(statement.total_kwh), remark)
    before, year_before = statement.before, statement.year_before
    change, year_change = statement.change_percent, statement.year_change_percent
    yield Key("Month before, kWh", _figure(before.kwh), compared_text(change, before))
    yield Key("Year before, kWh", _figure(year_before.kwh), compared_text(year_change, year_before))
    measured = total_measured(lines)
    yield Key("Measured", "-" if measured is None else f"{measured} %", "of the energy")
    if statement.peak is not None:
        peak = statement.peak
        kw = rounded(to_decimal(peak.peak_mw, KW), 3)
        yield Key("Peak, kW", f"{kw:,}", moment_text(peak.peak_at, ZoneInfo(statement.zone)))
        p95 = rounded(to_decimal(peak.p95_mw, KW), 3)
        known = f"{peak.coverage_percent} % of windows"
        yield Key("95th percentile, kW", f"{p95:,}", known)
    if statement.charges:
        currency = statement.currency
        net = f"net {money_text(statement.net, currency)}"
        yield Key(f"Gross, {statement.currency}", money_text(statement.gross, currency), net)


def _figure(value: object) -> str:
    return "-" if value is None else f"{value:,}"


def _names(statement: Statement) -> Iterator[str]:
    yield statement.client
    for line in statement.lines:
        yield from (line.endpoint, line.meter, line.location or "")
    for each in statement.adjustments:
        yield from (each.endpoint, each.meter)
    if statement.seal is not None:
        yield statement.seal.closed_by
    yield from statement.notes
