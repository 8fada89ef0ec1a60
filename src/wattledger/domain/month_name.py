"""Dates as people write them above a column: "Jan 2026", "31.01.2026", "Stand Januar"."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from wattledger.domain.errors import InvalidInputError


class DateOrder(StrEnum):
    """How dates with slashes are written: 3 April is 03/04 or 04/03."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"


@dataclass(frozen=True, slots=True)
class HeaderDate:
    """A month, often with its year, sometimes with a day; ``other`` is what it may mean as well."""

    year: int | None
    month: int
    day: int | None = None
    other: "HeaderDate | None" = None

    def __str__(self) -> str:
        if self.year is not None and self.day is not None:
            return f"{date(self.year, self.month, self.day):%-d %B %Y}"
        named = f"{date(2000, self.month, 1):%B}"
        return named if self.year is None else f"{named} {self.year}"


# English, German, French, Dutch, Italian, Spanish, Portuguese; accents are taken off before.
_MONTHS = {
    1: "january januar janner janvier januari gennaio gen enero ene janeiro jan janv jnr",
    2: "february februar feber fevrier februari febbraio febrero fevereiro feb febr fev fevr",
    3: "march marz maerz mars maart marzo marco mar mrz mrt",
    4: "april avril aprile abril apr avr abr",
    5: "may mai mei maggio mayo maio mag",
    6: "june juni juin giugno junio junho jun giu",
    7: "july juli juillet luglio julio julho jul juil lug",
    8: "august aout augustus agosto aug aou ago",
    9: "september septembre settembre septiembre setembro sep sept sett",
    10: "october oktober octobre ottobre octubre outubro oct okt ott",
    11: "november novembre noviembre novembro nov",
    12: "december dezember decembre dicembre diciembre dezembro dec dez dic",
}
_NUMBERS = {word: number for number, words in _MONTHS.items() for word in words.split()}
_CENTURY = 2000
_TWO_DIGITS = 2

_ISO = re.compile(
    r"(?<!\d)(20\d\d)[-/.](\d{1,2})(?:[-/.](\d{1,2}))?(?:[ t]\d\d:\d\d.*)?(?![\d./-])"
)
_DOTS = re.compile(r"(?<![\d./-])(\d{1,2})\. ?(\d{1,2})\. ?(20\d\d|\d\d)(?!\d)")
_MARKS = re.compile(r"(?<![\d./-])(\d{1,2})([/-])(\d{1,2})\2(20\d\d|\d\d)(?!\d)")
_SHORT = re.compile(r"(?<![\d./-])(\d{1,2})[/.-](20\d\d)(?![\d./-])")
_NAMED = re.compile(
    r"(?:(?<!\d)(?P<before>\d{1,2})[.\- ]*(?:de )?)?(?<![a-z])(?P<name>[a-z]{3,})\.?"
    r"(?:[ \-/]*(?:de )?(?P<after>\d{1,2})(?:st|nd|rd|th)?,? +(?=20\d\d))?"
    r"[ \-/.']*(?:de )?(?P<year>20\d\d|(?<!\d)\d\d)?(?![\da-z])"
)


def plain_words(text: str) -> str:
    r"""Return a header in lower case, without accents, line breaks and doubled spaces.

    >>> plain_words("Zähler-\nstand  März")
    'zahler- stand marz'
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(kept.split()).replace("\u2019", "'")


def find_date(text: str, order: DateOrder | None = None) -> HeaderDate | None:
    """Return the date a header names; ``None`` when it names none.

    >>> str(find_date("Reading Jan-26")), str(find_date("31.01.2026"))
    ('January 2026', '31 January 2026')
    """
    words = plain_words(text)
    if found := _ISO.search(words):
        return _made(found[1], found[2], found[3])
    if found := _DOTS.search(words):
        return _made(found[3], found[2], found[1])
    if found := _MARKS.search(words):
        return _either(found[1], found[3], found[4], order)
    if found := _SHORT.search(words):
        return _made(found[2], found[1], None)
    return _named(words)


def decided(found: HeaderDate, text: str) -> HeaderDate:
    """Return a date that has one meaning; InvalidInputError naming both where it has two."""
    if found.other is not None:
        raise InvalidInputError(
            f"'{text}' may mean {found} or {found.other}; say --day-first or --month-first."
        )
    return found


def _either(first: str, second: str, year: str, order: DateOrder | None) -> HeaderDate | None:
    day_first, month_first = _made(year, second, first), _made(year, first, second)
    if order is DateOrder.DAY_FIRST or month_first is None:
        return day_first
    if order is DateOrder.MONTH_FIRST or day_first is None or first == second:
        return month_first
    return HeaderDate(day_first.year, day_first.month, day_first.day, month_first)


def _named(words: str) -> HeaderDate | None:
    for found in _NAMED.finditer(words):
        month = _NUMBERS.get(found["name"])
        if month is not None:
            day = found["before"] or found["after"]
            return _made(found["year"], str(month), day)
    return None


def _made(year: str | None, month: str, day: str | None) -> HeaderDate | None:
    """Return a date whose parts exist; ``None`` for a 13th month or a 31st of February."""
    full = None if year is None else int(year)
    if full is not None and len(year or "") == _TWO_DIGITS:
        full += _CENTURY
    try:
        date(full or _CENTURY, int(month), int(day or 1))
    except ValueError:
        return None
    return HeaderDate(full, int(month), int(day) if day else None)


def find_year(texts: list[str]) -> int | None:
    """Return the one year that titles name; ``None`` when they name none or several.

    >>> find_year(["Power readings 2026", "Hall 1"])
    2026
    """
    years = {int(year) for text in texts for year in re.findall(r"(?<!\d)(20\d\d)(?!\d)", text)}
    return years.pop() if len(years) == 1 else None
