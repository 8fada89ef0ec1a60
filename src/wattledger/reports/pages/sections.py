"""What follows the meters on a statement: money, adjustments, quality, what happened, notes."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, Spacer, Table

from wattledger.domain.charge import Charge
from wattledger.domain.statement import Adjustment, Statement
from wattledger.reports.happenings import happenings
from wattledger.reports.pages.cell import Cell, figure, grid, head, text
from wattledger.reports.pages.type import clipped
from wattledger.reports.wording import (
    FLAGS,
    QUALITIES,
    SHARED_AMOUNT,
    before_vat,
    flags_in,
    has_shared_amount,
    kwh_text,
    money_text,
    of_vat,
    plain_text,
    quality_shares,
)

_ROOM_FOR_A_START = 70
_CHARGES = (0.40, 0.16, 0.09, 0.16, 0.19)
_ADJUSTMENTS = (0.19, 0.08, 0.30, 0.11, 0.11, 0.10, 0.11)
_QUALITY = (0.07, 0.55, 0.22, 0.16)
_DESCRIPTION = 8
_ROUNDED = "Each code is rounded by itself; the total of the lines is the sum of what they print."


def heading(words: str) -> Iterator[Flowable]:
    """Yield a section's heading, which never stands alone at the foot of a page."""
    yield CondPageBreak(_ROOM_FOR_A_START)
    yield Spacer(0, 13)
    yield text(words, size=10, bold=True)
    yield Spacer(0, 4)


def sections(statement: Statement, width: float) -> Iterator[Flowable]:
    """Yield what follows the meters, of what there is."""
    if statement.charges:
        charges = _charges(statement.charges, statement.currency or "", width)
        yield KeepTogether([*heading("Charges"), charges])
    if statement.adjustments:
        yield from heading("Adjustments of earlier months")
        yield _adjustments(statement.adjustments, statement.currency or "", width)
        if has_shared_amount(statement.adjustments):
            yield Spacer(0, 3)
            yield text(SHARED_AMOUNT, size=6.5, dim=True)
    yield from _sentences("What happened", happenings(statement.lines, statement.zone))
    if any(line.quality for line in statement.lines):
        yield from heading("Quality of the energy")
        yield _qualities(statement, width)
        yield Spacer(0, 3)
        yield text(_ROUNDED, size=6.5, dim=True)
    flags = flags_in(statement.lines)
    yield from _sentences("What the flags mean", [f"{flag}: {FLAGS[flag]}." for flag in flags])
    yield from _sentences("Notes", statement.notes)


def _sentences(title: str, sentences: Sequence[str]) -> Iterator[Flowable]:
    if sentences:
        yield from heading(title)
    for sentence in sentences:
        yield text(sentence, size=_DESCRIPTION)
        yield Spacer(0, 2)


def _charges(charges: Sequence[Charge], currency: str, width: float) -> Table:
    net = sum((charge.amount for charge in before_vat(charges)), Decimal(0))
    vat = sum((charge.amount for charge in of_vat(charges)), Decimal(0))
    header = [
        head("Charge"),
        head("Quantity", "right"),
        head("Unit"),
        head(f"Price {currency}", "right"),
        head(f"Amount {currency}", "right"),
    ]
    before = [_charge(charge, currency) for charge in before_vat(charges)]
    taxes = [_charge(charge, currency) for charge in of_vat(charges)]
    sums = (_sum("Net", net, currency), _sum(f"Gross {currency}", net + vat, currency))
    rows = [header, *before, sums[0], *taxes, sums[1]]
    totals = [len(before) + 1, len(rows) - 1]
    return grid(rows, [part * width for part in _CHARGES], totals)


def _charge(charge: Charge, currency: str) -> list[Cell]:
    quantity, price = plain_text(charge.quantity), plain_text(charge.unit_price)
    unit = charge.unit
    if charge.unit == "%":
        quantity, price, unit = money_text(charge.quantity, currency), f"{price} %", ""
    return [
        text(clipped(charge.description), size=_DESCRIPTION),
        figure(quantity, size=_DESCRIPTION),
        text(unit, size=_DESCRIPTION),
        figure(price, size=_DESCRIPTION),
        figure(money_text(charge.amount, currency), size=_DESCRIPTION),
    ]


def _sum(title: str, amount: Decimal, currency: str) -> list[Cell]:
    words = text(title, size=_DESCRIPTION, bold=True)
    return [
        words,
        figure(""),
        text(""),
        figure(""),
        figure(money_text(amount, currency), bold=True, size=_DESCRIPTION),
    ]


def _adjustments(adjustments: Sequence[Adjustment], currency: str, width: float) -> Table:
    header = [
        head("Meter"),
        head("Month"),
        head("Reason"),
        head("Billed kWh", "right"),
        head("Now kWh", "right"),
        head("kWh", "right"),
        head(f"Amount {currency}", "right"),
    ]
    rows = [
        [
            text(clipped(f"{each.endpoint}, {each.meter}"), size=_DESCRIPTION),
            text(f"{each.month:%Y-%m}", size=_DESCRIPTION),
            text(clipped(each.reason), size=_DESCRIPTION),
            figure(kwh_text(each.before_milliwh), size=_DESCRIPTION),
            figure(kwh_text(each.after_milliwh), size=_DESCRIPTION),
            figure(kwh_text(each.energy_milliwh), size=_DESCRIPTION),
            figure(money_text(each.amount, currency), size=_DESCRIPTION),
        ]
        for each in adjustments
    ]
    return grid([header, *rows], [part * width for part in _ADJUSTMENTS])


def _qualities(statement: Statement, width: float) -> Table:
    header = [head("Code"), head("Meaning"), head("kWh", "right"), head("Share", "right")]
    rows = [
        [
            text(str(share.code.value), size=_DESCRIPTION),
            text(QUALITIES[share.code], size=_DESCRIPTION),
            figure(kwh_text(share.energy_milliwh), size=_DESCRIPTION),
            figure("" if share.percent is None else f"{share.percent} %", size=_DESCRIPTION),
        ]
        for share in quality_shares(statement.lines)
    ]
    return grid([header, *rows], [part * width for part in _QUALITY])
