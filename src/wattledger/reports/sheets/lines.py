"""The lines of meters as a table of a sheet, with their totals."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from wattledger.domain.earlier import Earlier
from wattledger.domain.instant import Instant
from wattledger.domain.month_report import MonthLine, Peak, printed, printed_sum
from wattledger.domain.scaled import KW, to_decimal
from wattledger.reports.sheets.book import Figure, Sheet, Style, rows_of
from wattledger.reports.wording import (
    OTHERS_OF_THEN,
    beside_lines,
    multipliers_of,
    peak_owner,
    remarks,
)

_HUNDRED = Decimal(100)
_MILLIONTHS = 6
_WIDEST, _NARROWEST, _WIDEST_WORDS = 40, 10, 90
_HEAD_POINTS = 42
_PEAK_COLUMNS = 5
_PREVIOUS, _YEAR_AGO = "Previous month kWh", "Year ago kWh"
_HEADS = {Style.TEXT: Style.HEAD, Style.WORDS: Style.HEAD_WORDS}


@dataclass(frozen=True, slots=True)
class _Column:
    title: str
    width: int
    style: Style
    value: Callable[[MonthLine], "str | Decimal | Instant | None"]


def _fraction(percent: Decimal | None) -> Decimal | None:
    return None if percent is None else percent / _HUNDRED


def _of_peak(line: MonthLine, part: Callable[[Peak], int]) -> Decimal | None:
    return None if line.peak is None else to_decimal(part(line.peak), KW)


def _columns(zone: str) -> tuple[_Column, ...]:
    """Return the columns; the moments are of a zone, which their headers name."""
    text, figure, percent, moment = Style.TEXT, Style.FIGURE, Style.PERCENT, Style.MOMENT
    return (
        _Column("Endpoint", 0, text, lambda line: line.endpoint),
        _Column("Meter", 0, text, lambda line: line.meter),
        _Column("Location", 0, text, lambda line: line.location or ""),
        _Column(f"From ({zone})", 17, moment, lambda line: line.start_at),
        _Column(f"To, exclusive ({zone})", 17, moment, lambda line: line.end_at),
        _Column("Share", 8, Style.SHARE, lambda line: to_decimal(line.share_ppm, _MILLIONTHS)),
        _Column("Opening kWh", 15, figure, lambda line: printed(line.opening_milliwh)),
        _Column("Closing kWh", 15, figure, lambda line: printed(line.closing_milliwh)),
        _Column("Multiplier", 12, Style.FACTOR, _multiplier),
        _Column("kWh", 14, figure, lambda line: line.printed_kwh),
        _Column(_PREVIOUS, 16, figure, lambda line: printed(line.previous_milliwh)),
        _Column("Change", 9, percent, lambda line: _fraction(line.change_percent)),
        _Column(_YEAR_AGO, 14, figure, lambda line: printed(line.year_ago_milliwh)),
        _Column(
            "Change to year ago", 11, percent, lambda line: _fraction(line.year_change_percent)
        ),
        _Column("Measured", 10, percent, lambda line: _fraction(line.measured_percent)),
        _Column("Uncertainty kWh", 13, figure, lambda line: printed(line.uncertainty_milliwh)),
        _Column("Flags", 26, Style.WORDS, lambda line: ", ".join(line.flags)),
        _Column("Remarks", 0, Style.WORDS, lambda line: "; ".join(remarks(line, zone))),
        _Column("Peak kW", 11, figure, lambda line: _of_peak(line, lambda peak: peak.peak_mw)),
        _Column(f"Peak at ({zone})", 17, moment, _peak_at),
        _Column("95th percentile kW", 11, figure, lambda line: _of_peak(line, _p95)),
        _Column("Peak coverage", 10, percent, lambda line: _coverage(line.peak)),
        _Column("Peak of", 24, Style.WORDS, _peak_of),
    )


def _multiplier(line: MonthLine) -> Decimal | str:
    """Return what the register's differences are multiplied by; words where it changed."""
    multipliers = multipliers_of(line)
    return Decimal(multipliers[0]) if len(multipliers) == 1 else ", then ".join(multipliers)


def _peak_at(line: MonthLine) -> Instant | None:
    return None if line.peak is None else line.peak.peak_at


def _p95(peak: Peak) -> int:
    return peak.p95_mw


def _coverage(peak: Peak | None) -> Decimal | None:
    return None if peak is None else _fraction(peak.coverage_percent)


def _peak_of(line: MonthLine) -> str:
    return "" if line.peak is None else peak_owner(line.peak)


@dataclass(frozen=True, slots=True)
class Totals:
    """The totals of a table's lines, where there are any, and the row below them."""

    kwh: Figure | None
    previous: Figure | None
    year_ago: Figure | None
    next_row: int


@dataclass(frozen=True, slots=True)
class Compared:
    """The months that lines are compared with, each as a whole."""

    before: Earlier
    year_before: Earlier


def write_lines(
    sheet: Sheet,
    row: int,
    lines: Sequence[MonthLine],
    zone: str,
    compared: Compared,
    peak: Peak | None = None,
) -> Totals:
    """Write a header at a row, the lines below it, their totals and the peak of all together."""
    columns = _columns(zone)
    _write_head(sheet, row, columns, lines)
    where = ZoneInfo(zone)
    for at, line in enumerate(lines, row + 1):
        for number, column in enumerate(columns):
            _write(sheet, (at, number), column, line, where)
    last = row + max(len(lines), 1)
    sheet.filter(row, last, len(columns) - 1)
    first_row, last = row + 1, last + _write_others(sheet, columns, last + 1, lines, compared)
    totals = _write_totals(sheet, columns, (first_row, last), lines, compared)
    if peak is not None:
        first = len(columns) - _PEAK_COLUMNS
        sheet.number(last + 1, first, to_decimal(peak.peak_mw, KW), Style.TOTAL_FIGURE)
        sheet.moment(last + 1, first + 1, peak.peak_at, where, Style.TOTAL_MOMENT)
        sheet.number(last + 1, first + 2, to_decimal(peak.p95_mw, KW), Style.TOTAL_FIGURE)
        sheet.number(last + 1, first + 3, _coverage(peak), Style.TOTAL_PERCENT)
        sheet.text(last + 1, first + 4, "all meters together", Style.TOTAL_WORDS)
    return totals


def _write_head(
    sheet: Sheet, row: int, columns: Sequence[_Column], lines: Sequence[MonthLine]
) -> None:
    sheet.height(row, _HEAD_POINTS)
    for number, column in enumerate(columns):
        style = _HEADS.get(column.style, Style.HEAD_FIGURE)
        sheet.text(row, number, column.title, style)
        sheet.width(number, column.width or _width_of(column, lines))


def _width_of(column: _Column, lines: Sequence[MonthLine]) -> int:
    longest = max((len(str(column.value(line))) for line in lines), default=0)
    widest = _WIDEST_WORDS if column.style is Style.WORDS else _WIDEST
    return min(max(longest + 2, _NARROWEST), widest)


def _write(
    sheet: Sheet, place: tuple[int, int], column: _Column, line: MonthLine, zone: ZoneInfo
) -> None:
    value = column.value(line)
    if isinstance(value, str):
        sheet.text(*place, value, column.style)
    elif isinstance(value, int):
        sheet.moment(*place, value, zone)
    else:
        sheet.number(*place, value, column.style)


def _write_others(
    sheet: Sheet,
    columns: Sequence[_Column],
    row: int,
    lines: Sequence[MonthLine],
    compared: Compared,
) -> int:
    """Write what earlier months have beside the lines; returns the rows that it takes: one or 0."""
    rests = {
        _PREVIOUS: beside_lines(compared.before, [each.previous_milliwh for each in lines]),
        _YEAR_AGO: beside_lines(compared.year_before, [each.year_ago_milliwh for each in lines]),
    }
    if not any(rests.values()):
        return 0
    sheet.text(row, 0, OTHERS_OF_THEN)
    titles = [column.title for column in columns]
    for title, rest in rests.items():
        sheet.number(row, titles.index(title), rest, Style.FIGURE)
    return 1


def _write_totals(
    sheet: Sheet,
    columns: Sequence[_Column],
    rows: tuple[int, int],
    lines: Sequence[MonthLine],
    compared: Compared,
) -> Totals:
    row = rows[1] + 1
    for number in range(len(columns)):
        sheet.text(row, number, "Total" if number == 0 else "", Style.TOTAL)
    titles = [column.title for column in columns]
    sums = {
        "kWh": printed_sum(line.energy_milliwh for line in lines),
        _PREVIOUS: compared.before.kwh,
        _YEAR_AGO: compared.year_before.kwh,
        "Uncertainty kWh": printed_sum(line.uncertainty_milliwh for line in lines),
    }
    figures: dict[str, Figure] = {}
    for title, value in sums.items():
        if value is not None:
            at = titles.index(title)
            formula = f"=ROUND(SUM({rows_of(at, *rows)}),3)"
            figures[title] = sheet.total(row, at, formula, value, Style.TOTAL_FIGURE)
    return Totals(
        figures.get("kWh"),
        figures.get(_PREVIOUS),
        figures.get(_YEAR_AGO),
        row + 1,
    )
