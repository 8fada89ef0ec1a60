"""The sheet of one client: its meters, and below them what was charged, adjusted and sealed."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from wattledger.domain.charge import Charge
from wattledger.domain.month_report import MonthLine, printed
from wattledger.domain.statement import Adjustment, MonthBook, Seal, Statement
from wattledger.reports.happenings import happenings
from wattledger.reports.sheets.book import (
    Book,
    Figure,
    Sheet,
    Style,
    address,
    money_style,
    rows_of,
)
from wattledger.reports.sheets.lines import Compared, Totals, write_lines
from wattledger.reports.wording import (
    QUALITIES,
    SHARED_AMOUNT,
    STATES,
    before_vat,
    flags_in,
    has_shared_amount,
    moment_text,
    month_text,
    of_vat,
    period_text,
    quality_shares,
    zones_of,
)

NO_CLIENT = "(no client)"
_HEAD_ROW = 4
_TITLE_POINTS = 24
_FROZEN_COLUMNS = 2
_UNIT, _QUANTITY, _PRICE, _AMOUNT, _MONEY, _REASON = 6, 7, 8, 9, 10, 11
_BEFORE, _AFTER = 6, 7
"""Columns below the meters: amounts stand below the energy, and what a charge is for has room."""


@dataclass(frozen=True, slots=True)
class Money:
    """The sums of a statement's charges on its sheet."""

    net: Figure
    vat: Figure
    gross: Figure


@dataclass(frozen=True, slots=True)
class ClientSheet:
    """What the summary refers to."""

    lines: Totals
    money: Money | None


def write_client(book: Book, statement: Statement) -> ClientSheet:
    """Write a statement's sheet."""
    sheet = book.add(statement.client)
    number = f"No {statement.number} of {statement.client}. " if statement.number else ""
    _write_top(
        sheet,
        f"{statement.client}, {month_text(statement.month)}",
        period_text(statement.month, statement.zone, zones_of(statement)),
        number + STATES[statement.state],
    )
    compared = Compared(statement.before, statement.year_before)
    totals = write_lines(
        sheet, _HEAD_ROW, statement.lines, statement.zone, compared, statement.peak
    )
    below = _Below(sheet, totals.next_row + 1, statement.currency or "")
    money = below.charges(statement.charges) if statement.charges else None
    below.adjustments(statement.adjustments)
    below.texts("What happened", happenings(statement.lines, statement.zone))
    below.qualities(statement.lines)
    below.texts("Notes", statement.notes)
    below.seal(statement.seal, statement.zone)
    sheet.set_up_print(f"{statement.client}, {month_text(statement.month)}", _footing(statement))
    return ClientSheet(totals, money)


def write_unassigned(book: Book, month: MonthBook) -> Totals:
    """Write the sheet of the meters that served nobody."""
    sheet, title = book.add(NO_CLIENT), f"Meters without a client, {month_text(month.month)}"
    _write_top(sheet, title, month.zone, "Billed to nobody.")
    compared = Compared(month.unassigned_before, month.unassigned_year_before)
    totals = write_lines(sheet, _HEAD_ROW, month.unassigned, month.zone, compared)
    sheet.set_up_print(title, "")
    return totals


def _write_top(sheet: Sheet, title: str, period: str, state: str) -> None:
    sheet.height(0, _TITLE_POINTS)
    sheet.text(0, 0, title, Style.TITLE)
    sheet.text(1, 0, period)
    sheet.text(2, 0, state)
    sheet.freeze_below(_HEAD_ROW, _FROZEN_COLUMNS)


def _footing(statement: Statement) -> str:
    seal = statement.seal
    return f"SHA-256 {seal.sha256}" if seal else statement.state.value.upper()


class _Below:
    """Writes what stands below the meters, section after section."""

    def __init__(self, sheet: Sheet, row: int, currency: str) -> None:
        self._sheet = sheet
        self._row = row
        self._currency = currency

    def charges(self, charges: Sequence[Charge]) -> Money:
        """Write the charges with their net sum, VAT and gross sum."""
        unit = f" {self._currency}" if self._currency else ""
        self._head(
            "Charges",
            {0: "Charge", _UNIT: "Unit", _QUANTITY: "Quantity", _PRICE: f"Price{unit}"},
            {_AMOUNT: f"Amount{unit}"},
        )
        net = self._sum("Net", before_vat(charges))
        vat = self._vat(of_vat(charges))
        formula = f"=ROUND({net.address}+{vat.address},3)"
        gross = self._total("Gross", formula, net.value + vat.value)
        self._row += 1
        return Money(net, vat, gross)

    def _vat(self, charges: Sequence[Charge]) -> Figure:
        """Write the VAT: one charge of it is its own sum."""
        if len(charges) != 1:
            return self._sum("VAT", charges)
        figure = Figure(self._sheet.name, address(self._row, _AMOUNT), charges[0].amount)
        self._charge(charges[0])
        return figure

    def _sum(self, title: str, charges: Sequence[Charge]) -> Figure:
        first = self._row
        for charge in charges:
            self._charge(charge)
        value = sum((charge.amount for charge in charges), Decimal("0.00"))
        if not charges:
            return self._total(title, "=0", value)
        return self._total(title, f"=ROUND(SUM({rows_of(_AMOUNT, first, self._row - 1)}),3)", value)

    def _charge(self, charge: Charge) -> None:
        sheet, row = self._sheet, self._row
        money = money_style(self._currency)
        is_rate = charge.unit == "%"
        price = charge.unit_price
        if is_rate and price is not None:
            price /= 100
        sheet.text(row, 0, charge.description)
        sheet.text(row, _UNIT, charge.unit)
        sheet.number(row, _QUANTITY, charge.quantity, money if is_rate else Style.QUANTITY)
        sheet.number(row, _PRICE, price, Style.SHARE if is_rate else Style.PRICE)
        sheet.number(row, _AMOUNT, charge.amount, money)
        self._row += 1

    def _total(self, title: str, formula: str, value: Decimal) -> Figure:
        for column in range(_AMOUNT):
            self._sheet.text(self._row, column, title if column == 0 else "", Style.TOTAL)
        style = money_style(self._currency, is_total=True)
        figure = self._sheet.total(self._row, _AMOUNT, formula, value, style)
        self._row += 1
        return figure

    def adjustments(self, adjustments: Sequence[Adjustment]) -> None:
        """Write what earlier months were set right by."""
        if not adjustments:
            return
        columns = {0: "Endpoint", 1: "Meter", 2: "Month"}
        figures = {_BEFORE: "Billed kWh", _AFTER: "Now kWh", _AMOUNT: "kWh", _MONEY: "Amount"}
        self._head("Adjustments of earlier months", columns, figures)
        self._sheet.text(self._row - 1, _REASON, "Reason", Style.HEAD_WORDS)
        for each in adjustments:
            sheet, row = self._sheet, self._row
            sheet.text(row, 0, each.endpoint)
            sheet.text(row, 1, each.meter)
            sheet.text(row, 2, f"{each.month:%Y-%m}")
            sheet.text(row, _REASON, each.reason, Style.WORDS)
            sheet.number(row, _BEFORE, printed(each.before_milliwh), Style.FIGURE)
            sheet.number(row, _AFTER, printed(each.after_milliwh), Style.FIGURE)
            sheet.number(row, _AMOUNT, printed(each.energy_milliwh), Style.FIGURE)
            sheet.number(row, _MONEY, each.amount, money_style(self._currency))
            self._row += 1
        if has_shared_amount(adjustments):
            self._sheet.text(self._row, 0, SHARED_AMOUNT)
            self._row += 1
        self._row += 1

    def qualities(self, lines: Sequence[MonthLine]) -> None:
        """Write how well the energy is known, by code."""
        shares = quality_shares(lines)
        if not shares:
            return
        self._head("Quality of the energy", {0: "Code"}, {_AMOUNT: "kWh", _MONEY: "Share"})
        for share in shares:
            sheet, row = self._sheet, self._row
            sheet.text(row, 0, f"{share.code.value}  {QUALITIES[share.code]}")
            sheet.number(row, _AMOUNT, printed(share.energy_milliwh), Style.FIGURE)
            part = None if share.percent is None else share.percent / 100
            sheet.number(row, _MONEY, part, Style.PERCENT)
            self._row += 1
        self._row += 1

    def texts(self, title: str, texts: Sequence[str]) -> None:
        """Write some sentences, a row each."""
        if not texts:
            return
        self._sheet.text(self._row, 0, title, Style.SECTION)
        for text in texts:
            self._row += 1
            self._sheet.text(self._row, 0, text)
        self._row += 2

    def seal(self, seal: Seal | None, zone: str) -> None:
        """Write what proves a closed statement."""
        if seal is None:
            return
        closed = f"{moment_text(seal.closed_at, ZoneInfo(zone))} ({zone}) by {seal.closed_by}"
        self.texts(
            "Seal",
            (
                f"Sequence {seal.sequence}",
                f"SHA-256 {seal.sha256}",
                f"Previous {seal.previous_sha256 or 'none: this is the first'}",
                f"Closed {closed}",
            ),
        )

    def _head(self, title: str, texts: dict[int, str], figures: dict[int, str]) -> None:
        self._sheet.text(self._row, 0, title, Style.SECTION)
        self._row += 1
        last = max(figures)
        for column in range(last + 1):
            style = Style.HEAD_FIGURE if column in {*figures, _QUANTITY, _PRICE} else Style.HEAD
            self._sheet.text(self._row, column, texts.get(column, figures.get(column, "")), style)
        self._row += 1


def flag_words(lines: Sequence[MonthLine]) -> str:
    """Return the flags of some lines in one cell."""
    return ", ".join(flags_in(lines))
