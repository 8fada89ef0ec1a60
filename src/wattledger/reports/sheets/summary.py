"""The first sheet: a row a client, with totals that refer to the clients' sheets."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from wattledger.domain.earlier import Earlier
from wattledger.domain.month_report import MonthLine
from wattledger.domain.scaled import rounded
from wattledger.domain.statement import MonthBook
from wattledger.reports.sheets.book import Figure, Sheet, Style, address, money_style, rows_of
from wattledger.reports.sheets.client import NO_CLIENT, ClientSheet, Money, flag_words
from wattledger.reports.sheets.lines import Totals
from wattledger.reports.wording import KNOWN_IN_PART, STATES, month_text, period_text

_HEAD_ROW = 4
_TITLE_POINTS = 24
_HEAD_POINTS = 42
_WIDEST = 60
_TITLES = {
    "Client": 34,
    "State": 13,
    "Number": 13,
    "Meters": 8,
    "Without a value": 11,
    "kWh": 16,
    "Previous month kWh": 18,
    "Change": 11,
    "Year ago kWh": 16,
    "Change to year ago": 12,
    "Flags": 30,
    "Currency": 10,
    "Net": 14,
    "VAT": 14,
    "Gross": 14,
    "Remarks": 34,
}
_TEXTS = {
    "Client": (Style.HEAD, Style.TEXT),
    "State": (Style.HEAD, Style.TEXT),
    "Number": (Style.HEAD, Style.TEXT),
    "Flags": (Style.HEAD_WORDS, Style.WORDS),
    "Currency": (Style.HEAD_WORDS, Style.WORDS),
    "Remarks": (Style.HEAD_WORDS, Style.WORDS),
}
"""Columns of texts, with the styles of their header and their cells."""
_COLUMN = {title: number for number, title in enumerate(_TITLES)}


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """A client of the summary, with the figures of its sheet.

    ``before`` and ``year_before`` are what it is compared with.
    """

    client: str
    state: str
    number: str
    lines: Sequence[MonthLine]
    totals: Totals
    currency: str
    money: Money | None
    before: Earlier
    year_before: Earlier


def summary_rows(book: MonthBook, sheets: Sequence[ClientSheet]) -> list[SummaryRow]:
    """Return a row a client."""
    return [
        SummaryRow(
            each.client,
            each.state.value,
            each.number or "",
            each.lines,
            sheet.lines,
            each.currency or "",
            sheet.money,
            each.before,
            each.year_before,
        )
        for each, sheet in zip(book.statements, sheets, strict=True)
    ]


def unassigned_row(book: MonthBook, totals: Totals) -> SummaryRow:
    """Return the row of the meters that served nobody."""
    then = (book.unassigned_before, book.unassigned_year_before)
    return SummaryRow(NO_CLIENT, book.state.value, "", book.unassigned, totals, "", None, *then)


def write_summary(
    sheet: Sheet, book: MonthBook, rows: Sequence[SummaryRow], nobody: SummaryRow | None
) -> None:
    """Write the summary: the clients with their sum, what served nobody, and both together."""
    title = f"Energy of all clients, {month_text(book.month)}"
    sheet.height(0, _TITLE_POINTS)
    sheet.text(0, 0, title, Style.TITLE)
    sheet.text(1, 0, period_text(book.month, book.zone, book.zones))
    sheet.text(2, 0, STATES[book.state])
    sheet.height(_HEAD_ROW, _HEAD_POINTS)
    for heading, column in _COLUMN.items():
        style, _ = _TEXTS.get(heading, (Style.HEAD_FIGURE, None))
        sheet.text(_HEAD_ROW, column, heading, style)
        sheet.width(column, _TITLES[heading])
    longest = max((len(row.client) for row in rows), default=0)
    sheet.width(0, min(max(longest + 2, _TITLES["Client"]), _WIDEST))
    for at, row in enumerate(rows, _HEAD_ROW + 1):
        _write_row(sheet, at, row)
    last = _HEAD_ROW + max(len(rows), 1)
    sheet.freeze_below(_HEAD_ROW, 1)
    sheet.filter(_HEAD_ROW, last, len(_TITLES) - 1)
    below = _write_totals(sheet, (_HEAD_ROW + 1, last), rows)
    if nobody is not None:
        _write_row(sheet, below, nobody)
        _write_sums(sheet, below + 1, "All meters", (last + 1, below), [*rows, nobody])
    sheet.set_up_print(title, book.state.value.upper())


def _write_row(sheet: Sheet, at: int, row: SummaryRow) -> None:
    texts = {"Client": row.client, "State": row.state, "Number": row.number}
    texts |= {"Flags": flag_words(row.lines), "Currency": row.currency}
    texts |= {"Remarks": "; ".join(_remarks(row))}
    for title, text in texts.items():
        sheet.text(at, _COLUMN[title], text, _TEXTS[title][1])
    unknown = sum(line.energy_milliwh is None for line in row.lines)
    sheet.number(at, _COLUMN["Meters"], len(row.lines), Style.COUNT)
    sheet.number(at, _COLUMN["Without a value"], unknown, Style.COUNT)
    figures: dict[str, tuple[Figure | None, Style]] = {
        "kWh": (row.totals.kwh, Style.FIGURE),
        "Previous month kWh": (row.totals.previous, Style.FIGURE),
        "Year ago kWh": (row.totals.year_ago, Style.FIGURE),
    }
    if row.money is not None:
        money = money_style(row.currency)
        figures |= {
            "Net": (row.money.net, money),
            "VAT": (row.money.vat, money),
            "Gross": (row.money.gross, money),
        }
    for title, (figure, style) in figures.items():
        if figure is not None:
            sheet.total(at, _COLUMN[title], f"={figure.reference}", figure.value, style)
    _write_changes(sheet, at, [row], row.totals, Style.PERCENT)


def _remarks(row: SummaryRow) -> Iterator[str]:
    for name, earlier in (("previous month", row.before), ("year ago", row.year_before)):
        if earlier.in_part and earlier.kwh is not None:
            yield f"{name} {KNOWN_IN_PART}"


def _write_changes(
    sheet: Sheet, at: int, rows: Sequence[SummaryRow], totals: Totals, style: Style
) -> None:
    """Write the changes, where all of both months is known: else they compare nothing."""
    if not all(line.is_comparable for row in rows for line in row.lines):
        return
    if all(row.before.is_whole for row in rows):
        _write_change(sheet, (at, "Change", "Previous month kWh"), totals.previous, totals, style)
    if all(row.year_before.is_whole for row in rows):
        then = (at, "Change to year ago", "Year ago kWh")
        _write_change(sheet, then, totals.year_ago, totals, style)


def _write_change(
    sheet: Sheet, place: tuple[int, str, str], then: Figure | None, totals: Totals, style: Style
) -> None:
    row, title, of = place
    if then is None or totals.kwh is None or not then.value:
        return
    now_at, then_at = address(row, _COLUMN["kWh"]), address(row, _COLUMN[of])
    value = rounded((totals.kwh.value - then.value) / then.value, 3)
    formula = f"=ROUND(({now_at}-{then_at})/{then_at},3)"
    sheet.total(row, _COLUMN[title], formula, value, style)


def _write_totals(sheet: Sheet, span: tuple[int, int], rows: Sequence[SummaryRow]) -> int:
    """Write the sums of all clients; returns the row below them."""
    _write_sums(sheet, span[1] + 1, "All clients", span, rows)
    currencies = _write_money(sheet, span, rows)
    return span[1] + 1 + max(currencies, 1)


def _write_sums(
    sheet: Sheet, at: int, name: str, span: tuple[int, int], rows: Sequence[SummaryRow]
) -> None:
    """Write a row of sums over rows of the sheet, of which ``rows`` are the clients."""
    for title, column in _COLUMN.items():
        sheet.text(at, column, name if title == "Client" else "", Style.TOTAL)
    meters = sum(len(row.lines) for row in rows)
    unknown = sum(line.energy_milliwh is None for row in rows for line in row.lines)
    for title, value in (("Meters", meters), ("Without a value", unknown)):
        formula = f"=SUM({rows_of(_COLUMN[title], *span)})"
        sheet.total(at, _COLUMN[title], formula, Decimal(value), Style.TOTAL_COUNT)
    totals = Totals(
        _sum(sheet, at, "kWh", span, [row.totals.kwh for row in rows]),
        _sum(sheet, at, "Previous month kWh", span, [row.totals.previous for row in rows]),
        _sum(sheet, at, "Year ago kWh", span, [row.totals.year_ago for row in rows]),
        at + 1,
    )
    _write_changes(sheet, at, rows, totals, Style.TOTAL_PERCENT)


def _sum(
    sheet: Sheet, at: int, title: str, span: tuple[int, int], figures: Sequence[Figure | None]
) -> Figure | None:
    known = [figure.value for figure in figures if figure is not None]
    if not known:
        return None
    formula = f"=ROUND(SUM({rows_of(_COLUMN[title], *span)}),3)"
    return sheet.total(at, _COLUMN[title], formula, sum(known, Decimal(0)), Style.TOTAL_FIGURE)


def _write_money(sheet: Sheet, span: tuple[int, int], rows: Sequence[SummaryRow]) -> int:
    """Write a row of sums for each currency, and return how many there are.

    Money of two currencies adds up to nothing.
    """
    parts: dict[str, Callable[[Money], Figure]] = {
        "Net": lambda money: money.net,
        "VAT": lambda money: money.vat,
        "Gross": lambda money: money.gross,
    }
    currencies = sorted({row.currency for row in rows if row.money is not None})
    for at, currency in enumerate(currencies, span[1] + 1):
        sheet.text(at, _COLUMN["Currency"], currency, Style.TOTAL_WORDS)
        for title, part in parts.items():
            sums = [part(row.money).value for row in rows if row.money and row.currency == currency]
            column = _COLUMN[title]
            where = rows_of(_COLUMN["Currency"], *span)
            name = address(at, _COLUMN["Currency"])
            formula = f"=ROUND(SUMIF({where},{name},{rows_of(column, *span)}),3)"
            style = money_style(currency, is_total=True)
            sheet.total(at, column, formula, sum(sums, Decimal(0)), style)
    return len(currencies)
