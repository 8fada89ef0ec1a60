"""Cells of spreadsheets as values: what a person sees in them."""

from dataclasses import dataclass
from datetime import MAXYEAR, UTC, datetime, time
from decimal import Decimal
from typing import TypeAlias
from zoneinfo import ZoneInfo

from wattledger.domain.errors import InvalidInputError
from wattledger.domain.instant import Instant, to_instant
from wattledger.domain.period import calendar

_LETTERS = 26
_A = ord("A")


@dataclass(frozen=True, slots=True)
class CellError:
    """A formula's error, as ``#REF!``."""

    text: str


@dataclass(frozen=True, slots=True)
class LocalMoment:
    """A date of a spreadsheet: on a wall clock, without offset.

    ``shows_day`` is false where the cell's format shows only month and year (what is typed as
    "Jan 2026" becomes the first of January), ``None`` where the file does not tell.
    """

    moment: datetime
    shows_day: bool | None = None


Cell: TypeAlias = str | Decimal | LocalMoment | CellError | None
"""Text, number, date, error; ``None`` is an empty cell. True and false are text."""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row of a sheet by its number as shown, first 1; trailing empty cells may be missing.

    ``is_heading`` tells of a row whose only text is written over several merged cells.
    """

    number: int
    cells: tuple[Cell, ...]
    is_hidden: bool = False
    is_heading: bool = False

    def cell(self, place: int | None) -> Cell:
        """Return the cell of a column, first 0; there is none in no column."""
        if place is None or not 0 <= place < len(self.cells):
            return None
        return self.cells[place]


def column_letters(place: int) -> str:
    """Return the letters of a column, first 0.

    >>> column_letters(0), column_letters(27)
    ('A', 'AB')
    """
    letters, rest = "", place + 1
    while rest:
        rest, letter = divmod(rest - 1, _LETTERS)
        letters = chr(_A + letter) + letters
    return letters


def column_place(letters: str) -> int:
    """Return the column, first 0, of its letters.

    >>> column_place("AB")
    27
    """
    if not letters.isascii() or not letters.isalpha() or len(letters) > len("XFD"):
        raise InvalidInputError(f"'{letters}' is no column; write it like C or AB.")
    place = 0
    for letter in letters.upper():
        place = place * _LETTERS + ord(letter) - _A + 1
    return place - 1


def cell_text(cell: Cell) -> str:
    """Return what a cell says in one line of plain text; dates in ISO 8601, without offset.

    >>> cell_text(Decimal("12543.5")), cell_text(None)
    ('12543.5', '')
    """
    if cell is None:
        return ""
    if isinstance(cell, CellError):
        return cell.text
    if isinstance(cell, LocalMoment):
        return cell.moment.isoformat()
    return format(cell, "f") if isinstance(cell, Decimal) else " ".join(cell.split())


def local_instant(moment: datetime, zone: str) -> Instant:
    """Return the instant of a wall clock's time; midnight is the first instant of its date.

    InvalidInputError for a time that the clock showed twice, or jumped over.
    """
    if not 1 < moment.year < MAXYEAR:
        raise InvalidInputError(f"{moment.isoformat(' ')} is no time a meter was read.")
    if moment.time() == time():
        return calendar(zone).start_of(moment.date())
    info = ZoneInfo(calendar(zone).zone_on(moment.date()))
    first = moment.replace(tzinfo=info)
    if first.utcoffset() == first.replace(fold=1).utcoffset():
        return to_instant(first.astimezone(UTC))
    exists = first.astimezone(UTC).astimezone(info).replace(tzinfo=None) == moment
    happened = "was shown twice by" if exists else "was never shown by"
    raise InvalidInputError(
        f"{moment.isoformat(' ')} {happened} the clocks of {info.key}, which were changed then; "
        "write the time as text, ISO 8601 with offset."
    )
