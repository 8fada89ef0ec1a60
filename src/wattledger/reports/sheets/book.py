"""A workbook as we write it: the one border to XlsxWriter.

Texts are always texts, so that none runs as a formula; a missing value is an empty cell; totals are
formulas that carry their value, for programs that do not reckon.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, auto
from io import BytesIO
from zoneinfo import ZoneInfo

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from wattledger.domain.instant import Instant, to_datetime
from wattledger.domain.money import decimals_of
from wattledger.domain.period import next_month
from wattledger.reports.names import sheet_names

_A4 = 9
_MARGINS_INCH = {"left": 0.4, "right": 0.4, "top": 0.6, "bottom": 0.7}
_LONGEST_TEXT = 32_000
_LONGEST_IN_MARGIN = 80


class Style(Enum):
    """How a cell looks; ``WORDS`` are texts behind figures, a little off them.

    ``QUANTITY`` and ``PRICE`` show all their digits: a reader multiplies what he sees.
    """

    TITLE = auto()
    TEXT = auto()
    WORDS = auto()
    HEAD = auto()
    HEAD_WORDS = auto()
    HEAD_FIGURE = auto()
    SECTION = auto()
    COUNT = auto()
    FIGURE = auto()
    QUANTITY = auto()
    PERCENT = auto()
    SHARE = auto()
    FACTOR = auto()
    PRICE = auto()
    MONEY = auto()
    WHOLE_MONEY = auto()
    FINE_MONEY = auto()
    MOMENT = auto()
    TOTAL = auto()
    TOTAL_WORDS = auto()
    TOTAL_FIGURE = auto()
    TOTAL_PERCENT = auto()
    TOTAL_COUNT = auto()
    TOTAL_MONEY = auto()
    TOTAL_WHOLE_MONEY = auto()
    TOTAL_FINE_MONEY = auto()
    TOTAL_MOMENT = auto()


_BASE: dict[str, object] = {"font_name": "Arial", "font_size": 10, "valign": "vcenter"}
_HEAD: dict[str, object] = {"bold": True, "text_wrap": True, "bottom": 1, "bg_color": "#F1F3F6"}
_TOTAL: dict[str, object] = {"bold": True, "top": 1}
_THOUSANDTHS = {"num_format": "#,##0.000"}
_TENTHS = {"num_format": "0.0%"}
_MOMENT = {"num_format": "yyyy-mm-dd hh:mm", "align": "right"}
_CENTS = {"num_format": "#,##0.00"}
_NO_CENTS = {"num_format": "#,##0"}
_LOOKS: dict[Style, dict[str, object]] = {
    Style.TITLE: {"bold": True, "font_size": 14},
    Style.TEXT: {},
    Style.WORDS: {"indent": 1},
    Style.HEAD: _HEAD,
    Style.HEAD_WORDS: {**_HEAD, "indent": 1},
    Style.HEAD_FIGURE: {**_HEAD, "align": "right"},
    Style.SECTION: {"bold": True, "font_size": 12},
    Style.COUNT: {"num_format": "0"},
    Style.FIGURE: {**_THOUSANDTHS},
    Style.QUANTITY: {"num_format": "#,##0.000###"},
    Style.PERCENT: {**_TENTHS},
    Style.SHARE: {"num_format": "0.0###%"},
    Style.FACTOR: {"align": "right"},
    Style.PRICE: {"num_format": "#,##0.00######"},
    Style.MONEY: {**_CENTS},
    Style.WHOLE_MONEY: {**_NO_CENTS},
    Style.FINE_MONEY: {**_THOUSANDTHS},
    Style.MOMENT: {**_MOMENT},
    Style.TOTAL: _TOTAL,
    Style.TOTAL_WORDS: {**_TOTAL, "indent": 1},
    Style.TOTAL_FIGURE: {**_TOTAL, **_THOUSANDTHS},
    Style.TOTAL_PERCENT: {**_TOTAL, **_TENTHS},
    Style.TOTAL_COUNT: {**_TOTAL, "num_format": "0"},
    Style.TOTAL_MONEY: {**_TOTAL, **_CENTS},
    Style.TOTAL_WHOLE_MONEY: {**_TOTAL, **_NO_CENTS},
    Style.TOTAL_FINE_MONEY: {**_TOTAL, **_THOUSANDTHS},
    Style.TOTAL_MOMENT: {**_TOTAL, **_MOMENT},
}


_MONEY = {
    0: (Style.WHOLE_MONEY, Style.TOTAL_WHOLE_MONEY),
    3: (Style.FINE_MONEY, Style.TOTAL_FINE_MONEY),
}


def money_style(currency: str, *, is_total: bool = False) -> Style:
    """Return how amounts of a currency look: with the decimals that it has."""
    styles = _MONEY.get(decimals_of(currency), (Style.MONEY, Style.TOTAL_MONEY))
    return styles[is_total]


@dataclass(frozen=True, slots=True)
class Figure:
    """Where a figure stands and what it is, for formulas that refer to it."""

    sheet: str
    address: str
    value: Decimal

    @property
    def reference(self) -> str:
        """Return the cell as a formula of any sheet names it."""
        return f"'{self.sheet}'!{self.address}"


def address(row: int, column: int) -> str:
    """Return a cell's address.

    >>> address(2, 1)
    'B3'
    """
    return str(xl_rowcol_to_cell(row, column))


def rows_of(column: int, first: int, last: int) -> str:
    """Return a range of rows of one column.

    >>> rows_of(1, 2, 8)
    'B3:B9'
    """
    return f"{address(first, column)}:{address(last, column)}"


class Book:
    """A workbook of a month. Its date of creation is the month's end: no clock, the same bytes."""

    def __init__(self, title: str, month: date) -> None:
        self._out = BytesIO()
        self._workbook = Workbook(self._out, {"in_memory": True})
        ended = to_datetime(0).replace(*next_month(month).timetuple()[:3], tzinfo=None)
        self._workbook.set_properties({"title": title, "author": "Wattledger", "created": ended})
        self._names = sheet_names()
        self._formats = {
            style: self._workbook.add_format(_BASE | look) for style, look in _LOOKS.items()
        }

    def add(self, wanted_name: str) -> "Sheet":
        """Add a sheet with a name that is safe and its own."""
        name = self._names.name_for(wanted_name)
        return Sheet(name, self._workbook.add_worksheet(name), self._formats)

    def finished(self) -> bytes:
        """Return the file."""
        self._workbook.close()
        return self._out.getvalue()


class Sheet:
    """One sheet; rows and columns count from 0."""

    def __init__(self, name: str, sheet: Worksheet, formats: dict[Style, Format]) -> None:
        self.name = name
        self._sheet = sheet
        self._formats = formats

    def text(self, row: int, column: int, text: str, style: Style = Style.TEXT) -> None:
        """Write a text as it is, whatever it begins with."""
        self._sheet.write_string(row, column, text[:_LONGEST_TEXT], self._formats[style])

    def number(self, row: int, column: int, value: Decimal | int | None, style: Style) -> None:
        """Write a number; nothing where there is none."""
        if value is None:
            self._sheet.write_blank(row, column, None, self._formats[style])
        else:
            self._sheet.write_number(row, column, float(value), self._formats[style])

    def moment(
        self, row: int, column: int, at: Instant, zone: ZoneInfo, style: Style = Style.MOMENT
    ) -> None:
        """Write an instant as the local date and time of a zone."""
        self._sheet.write_datetime(row, column, local_time(at, zone), self._formats[style])

    def total(self, row: int, column: int, formula: str, value: Decimal, style: Style) -> Figure:
        """Write a formula with the value it has."""
        self._sheet.write_formula(row, column, formula, self._formats[style], float(value))
        return Figure(self.name, address(row, column), value)

    def freeze_below(self, row: int, columns: int) -> None:
        """Keep the rows down to a header, and the first columns, in view; repeat it in print."""
        self._sheet.freeze_panes(row + 1, columns)
        self._sheet.repeat_rows(row)

    def filter(self, row: int, last_row: int, last_column: int) -> None:
        """Give a header's columns filters over the rows below it."""
        self._sheet.autofilter(row, 0, last_row, last_column)

    def width(self, column: int, characters: int) -> None:
        """Set a column's width."""
        self._sheet.set_column(column, column, characters)

    def height(self, row: int, points: int) -> None:
        """Set a row's height."""
        self._sheet.set_row(row, points)

    def set_up_print(self, heading: str, footing: str) -> None:
        """Print on A4 across, one page wide, with a heading and numbered pages."""
        self._sheet.set_landscape()
        self._sheet.set_paper(_A4)
        self._sheet.set_margins(**_MARGINS_INCH)
        self._sheet.fit_to_pages(1, 0)
        self._sheet.set_header(f"&L&8{_in_margin(heading)}")
        self._sheet.set_footer(f"&L&7{_in_margin(footing)}&R&8Page &P of &N")


def local_time(at: Instant, zone: ZoneInfo) -> datetime:
    """Return the time that clocks show in a zone, without its offset: spreadsheets know none."""
    return to_datetime(at).astimezone(zone).replace(tzinfo=None)


def _in_margin(text: str) -> str:
    """Keep a text from being read as a command of the margin, where ``&`` begins one.

    A digit behind a size would belong to it, so a space stands between.
    """
    return " " + text[:_LONGEST_IN_MARGIN].replace("&", "&&")
