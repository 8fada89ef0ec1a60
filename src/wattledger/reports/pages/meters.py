"""The table of a statement's meters: registers, energy, comparison, and how well it is known."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from zoneinfo import ZoneInfo

from reportlab.lib.pagesizes import A4, landscape
from reportlab.platypus import Table

from wattledger.domain.month_report import MonthLine, printed_sum
from wattledger.domain.period import calendar
from wattledger.domain.quality import Quality
from wattledger.domain.scaled import KW, percent, rounded, to_decimal
from wattledger.domain.statement import Statement
from wattledger.reports.fields import PERCENT
from wattledger.reports.pages.cell import Cell, Words, figure, grid, head, text
from wattledger.reports.pages.type import BOLD, DIM, REGULAR, clipped, width_of
from wattledger.reports.wording import (
    KNOWN_IN_PART,
    OTHERS_OF_THEN,
    beside_lines,
    is_elsewhere,
    kwh_text,
    moment_text,
    multipliers_of,
    peak_owner,
    percent_text,
)

MARGIN = 40
_WHOLE = 1_000_000
_FIGURE_SIZE = 7.5
_SMALL = 6.5
_PADDING = 6
_FIGURES = 5
_METER_AND_QUALITY = (0.53, 0.47)
_NARROWEST_FIGURE, _LEAST_FOR_TEXTS = 58, 190


def page_size(statement: Statement) -> tuple[float, float]:
    """Return A4, across when the registers are too long for it upright."""
    upright = A4[0] - 2 * MARGIN - _FIGURES * _figure_width(statement)
    return A4 if upright >= _LEAST_FOR_TEXTS else landscape(A4)


def meter_table(statement: Statement, width: float) -> Table:
    """Return a row a meter and the row of totals."""
    figures = _figure_width(statement)
    texts = [part * (width - _FIGURES * figures) for part in _METER_AND_QUALITY]
    titles = ("Opening kWh", "Closing kWh", "kWh", "Month before", "Year before")
    header = [head("Meter"), *(head(title, "right") for title in titles), head("Quality")]
    rows = [_row(line, statement) for line in statement.lines]
    rows += _others(statement)
    last = len(rows) + 1
    widths = [texts[0], *[figures] * _FIGURES, texts[1]]
    return grid([header, *rows, _total(statement)], widths, totals=[last])


def _figure_width(statement: Statement) -> float:
    """Return the width that the longest figure takes."""
    energies = [f"{kwh_text(value)}*" for line in statement.lines for value in _energies(line)]
    energies += [f"{total:,}" for total in _totals(statement) if total is not None]
    longest = max(energies, key=len, default="")
    return max(width_of(longest, BOLD, _FIGURE_SIZE) + _PADDING + 1, _NARROWEST_FIGURE)


def _energies(line: MonthLine) -> tuple[int | None, ...]:
    return (
        line.opening_milliwh,
        line.closing_milliwh,
        line.energy_milliwh,
        line.previous_milliwh,
        line.year_ago_milliwh,
    )


def _totals(statement: Statement) -> tuple[Decimal | None, ...]:
    return statement.total_kwh, statement.before.kwh, statement.year_before.kwh


def _others(statement: Statement) -> list[list[Cell]]:
    """Return the row of what earlier months have beside the lines, if there is anything."""
    before = [line.previous_milliwh for line in statement.lines]
    year_before = [line.year_ago_milliwh for line in statement.lines]
    rests = (
        beside_lines(statement.before, before),
        beside_lines(statement.year_before, year_before),
    )
    if not any(rests):
        return []
    shown = (figure("" if rest is None else f"{rest:,}") for rest in rests)
    return [[text(OTHERS_OF_THEN), *(figure("") for _ in range(3)), *shown, text("")]]


def _row(line: MonthLine, statement: Statement) -> list[Cell]:
    return [
        Cell([Words(clipped(line.endpoint), _FIGURE_SIZE, BOLD), *_about(line, statement)]),
        figure(_register(line.opening_milliwh, is_between=line.opening_between)),
        figure(_register(line.closing_milliwh, is_between=line.closing_between)),
        figure(kwh_text(line.energy_milliwh), bold=True),
        _compared(line.previous_milliwh, line.change_percent, in_part=line.previous_in_part),
        _compared(line.year_ago_milliwh, line.year_change_percent, in_part=line.year_ago_in_part),
        Cell(list(_quality(line))),
    ]


def _register(shown: int | None, *, is_between: bool) -> str:
    """Return a register at an edge, marked where it is reckoned between reads."""
    mark = "*" if is_between and shown is not None else ""
    return f"{kwh_text(shown)}{mark}"


def has_mark(statement: Statement) -> bool:
    """Tell whether the table marks a register that is reckoned between reads."""
    return any(line.opening_between or line.closing_between for line in statement.lines)


def _about(line: MonthLine, statement: Statement) -> Iterator[Words]:
    """Yield what meter it is, where it stands, for what part of the month, and its peak."""
    where = f"{line.meter}, {line.location}" if line.location else line.meter
    yield Words(clipped(where), _SMALL, REGULAR, DIM)
    name = line.zone or statement.zone
    zone = ZoneInfo(name)
    if (line.start_at, line.end_at) != calendar(name).month_span(statement.month):
        span = f"{moment_text(line.start_at, zone)} to {moment_text(line.end_at, zone)}"
        yield Words(span, _SMALL)
    if is_elsewhere(line, statement.zone):
        yield Words(f"month and times in {name}", _SMALL)
    if line.share_ppm != _WHOLE:
        yield Words(f"share {to_decimal(line.share_ppm, PERCENT):f} %", _SMALL)
    multipliers = multipliers_of(line)
    if set(multipliers) - {"1"}:
        yield Words(f"registers times {', then '.join(multipliers)}", _SMALL)
    if line.peak is not None:
        kw = rounded(to_decimal(line.peak.peak_mw, KW), 3)
        when = moment_text(line.peak.peak_at, zone)
        yield Words(f"peak {kw:,} kW, {when}", _SMALL, REGULAR, DIM)
        if line.peak.is_of_rack:
            yield Words(f"peak of {peak_owner(line.peak)}", _SMALL, REGULAR, DIM)


def _compared(energy: int | None, change: Decimal | None, *, in_part: bool) -> Cell:
    words = [Words(kwh_text(energy), _FIGURE_SIZE)]
    if change is not None:
        words.append(Words(percent_text(change), _SMALL, REGULAR, DIM))
    if in_part and energy is not None:
        words.append(Words(KNOWN_IN_PART, _SMALL, REGULAR, DIM))
    return Cell(words, "right")


def _quality(line: MonthLine) -> Iterator[Words]:
    """Yield how well the energy and the peak are known: what is not plain, and the flags."""
    measured = line.measured_percent
    if measured is not None:
        yield Words(f"{measured} % measured", _SMALL)
    if line.uncertainty_milliwh is not None:
        yield Words(f"\N{PLUS-MINUS SIGN} {kwh_text(line.uncertainty_milliwh)} kWh", _SMALL)
    for code, energy in line.quality:
        if code is not Quality.VALIDATED:
            share = percent(energy, line.energy_milliwh or 0)
            part = "" if share is None else f" ({share} %)"
            yield Words(f"{code.word} {kwh_text(energy)} kWh{part}", _SMALL)
    if line.peak is not None:
        yield Words(f"peak: {line.peak.coverage_percent} % of windows", _SMALL)
    if line.flags:
        yield Words(", ".join(line.flags), _SMALL, BOLD)


def _total(statement: Statement) -> list[Cell]:
    total, previous, year_ago = (
        "-" if value is None else f"{value:,}" for value in _totals(statement)
    )
    uncertainty = _sum_text([line.uncertainty_milliwh for line in statement.lines])
    return [
        text("Total of the lines", bold=True),
        figure(""),
        figure(""),
        figure(total, bold=True),
        figure(previous, bold=True),
        figure(year_ago, bold=True),
        text(uncertainty, size=_SMALL),
    ]


def _sum_text(uncertainties: Sequence[int | None]) -> str:
    total = printed_sum(uncertainties)
    return "" if total is None else f"\N{PLUS-MINUS SIGN} {total:,} kWh"
