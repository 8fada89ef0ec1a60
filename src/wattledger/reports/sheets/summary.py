"""The first sheet: a row a client, with totals that refer to the clients' sheets."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from wattledger.domain.month_report import MonthLine
from wattledger.domain.scaled import rounded
from wattledger.domain.statement import MonthBook
from wattledger.reports.sheets.book import Figure, Sheet, Style, address, rows_of
from wattledger.reports.sheets.client import ClientSheet, Money, flag_words
from wattledger.reports.sheets.lines import Totals
from wattledger.reports.wording import STATES, month_text, period_text

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
}
_TEXTS = {
    "Client": (Style.HEAD, Style.TEXT),
    "State": (Style.HEAD, Style.TEXT),
    "Number": (Style.HEAD, Style.TEXT),
    "Flags": (Style.HEAD_WORDS, Style.WORDS),
    "Currency": (Style.HEAD_WORDS, Style.WORDS),
}
"""Columns of texts, with the styles of their header and their cells."""
_COLUMN = {title: number for number, title in enumerate(_TITLES)}


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """A client of the summary, with the figures of its sheet."""

    client: str
    state: str
    number: str
    lines: Sequence[MonthLine]
    totals: Totals
    currency: str
    money: Money | None


def summary_rows(
    book: MonthBook, sheets: Sequence[ClientSheet], unassigned: Totals | None
) -> list[SummaryRow]:
    """Return the summary's rows: the clients, and the meters that served nobody."""
    rows = [
        SummaryRow(
            each.client,
            each.state.value,
            each.number or "",
            each.lines,
            sheet.lines,
            each.currency or "",
            sheet.money,
        )
        for each, sheet in zip(book.statements, sheets, strict=True)
    ]
    if unassigned is not None:
        state = book.state.value
        rows.append(SummaryRow("(no client)", state, "", book.unassigned, unassigned, "", None))
    return rows


def write_summary(sheet: Sheet, book: MonthBook, rows: Sequence[SummaryRow]) -> None:
    """Write the summary."""
    title = f"Energy of all clients, {month_text(book.month)}"
    sheet.height(0, _TITLE_POINTS)
    sheet.text(0, 0, title, Style.TITLE)
    sheet.text(1, 0, period_text(book.month, book.zone))
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
    _write_totals(sheet, (_HEAD_ROW + 1, last), rows)
    sheet.set_up_print(title, book.state.value.upper())


def _write_row(sheet: Sheet, at: int, row: SummaryRow) -> None:
    texts = {"Client": row.client, "State": row.state, "Number": row.number}
    texts |= {"Flags": flag_words(row.lines), "Currency": row.currency}
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
        figures |= {
            "Net": (row.money.net, Style.MONEY),
            "VAT": (row.money.vat, Style.MONEY),
            "Gross": (row.money.gross, Style.MONEY),
        }
    for title, (figure, style) in figures.items():
        if figure is not None:
            sheet.total(at, _COLUMN[title], f"={figure.reference}", figure.value, style)
    _write_changes(sheet, at, row.lines, row.totals, Style.PERCENT)


def _write_changes(
    sheet: Sheet, at: int, lines: Sequence[MonthLine], totals: Totals, style: Style
) -> None:
    """Write the changes, where each meter is known in both months: else they compare nothing."""
    if all(_knows(line, line.previous_milliwh) for line in lines):
        _write_change(sheet, (at, "Change", "Previous month kWh"), totals.previous, totals, style)
    if all(_knows(line, line.year_ago_milliwh) for line in lines):
        then = (at, "Change to year ago", "Year ago kWh")
        _write_change(sheet, then, totals.year_ago, totals, style)


def _knows(line: MonthLine, then: int | None) -> bool:
    return (line.energy_milliwh is None) == (then is None)


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


def _write_totals(sheet: Sheet, span: tuple[int, int], rows: Sequence[SummaryRow]) -> None:
    at = span[1] + 1
    for title, column in _COLUMN.items():
        sheet.text(at, column, "All clients" if title == "Client" else "", Style.TOTAL)
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
    lines = [line for row in rows for line in row.lines]
    _write_changes(sheet, at, lines, totals, Style.TOTAL_PERCENT)
    _write_money(sheet, span, rows)


def _sum(
    sheet: Sheet, at: int, title: str, span: tuple[int, int], figures: Sequence[Figure | None]
) -> Figure | None:
    known = [figure.value for figure in figures if figure is not None]
    if not known:
        return None
    formula = f"=ROUND(SUM({rows_of(_COLUMN[title], *span)}),3)"
    return sheet.total(at, _COLUMN[title], formula, sum(known, Decimal(0)), Style.TOTAL_FIGURE)


def _write_money(sheet: Sheet, span: tuple[int, int], rows: Sequence[SummaryRow]) -> None:
    """Write a row of sums for each currency: money of two currencies adds up to nothing."""
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
            sheet.total(at, column, formula, sum(sums, Decimal(0)), Style.TOTAL_MONEY)
