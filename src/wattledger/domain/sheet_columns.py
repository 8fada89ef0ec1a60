"""Columns of a wide sheet that belong to a month: readings at month ends, energies of months."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise

from wattledger.domain.cell import Cell, LocalMoment, cell_text, column_letters
from wattledger.domain.errors import InvalidInputError
from wattledger.domain.month_name import DateOrder, HeaderDate, decided, find_date, find_year
from wattledger.domain.period import next_month, previous_month
from wattledger.domain.sheet_words import Measure, measure_of, unit_of

_YEARS = range(2000, 2100)
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
"""What a spreadsheet writes for a date in a CSV file."""
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DateHints:
    """What tells dates apart: the order asked for, the year of months without one."""

    order: DateOrder | None = None
    year: int | None = None
    first_is_closing: bool | None = None
    titles: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ReadingColumn:
    """Registers read at the first instant of ``edge``; a month's end is the next month's first."""

    place: int
    header: str
    edge: date
    unit: str

    @property
    def is_month_end(self) -> bool:
        """Tell whether it was read between two months, not on a day inside one."""
        return self.edge.day == 1


@dataclass(frozen=True, slots=True)
class ConsumptionColumn:
    """The sheet's own energies of a month."""

    place: int
    header: str
    month: date
    unit: str


@dataclass(frozen=True, slots=True)
class _Headed:
    """A column's header with a date, and what it measures.

    ``is_month_only`` is None where the first of a month may stand for the month.
    """

    place: int
    text: str
    found: HeaderDate
    measure: Measure | None
    is_month_only: bool | None = None

    @property
    def is_first(self) -> bool:
        return self.found.day == 1


def count_dates(cells: Iterable[Cell]) -> int:
    """Return how many cells of a row name a date or a month."""
    return sum(1 for cell in cells if _found(cell, None) is not None)


def _found(cell: Cell, order: DateOrder | None) -> HeaderDate | None:
    if isinstance(cell, LocalMoment):
        moment = cell.moment
        if moment.year not in _YEARS:
            return None
        return HeaderDate(moment.year, moment.month, moment.day)
    return find_date(cell, order) if isinstance(cell, str) else None


def month_columns(
    cells: Sequence[Cell], hints: DateHints
) -> tuple[tuple[ReadingColumn, ...], tuple[ConsumptionColumn, ...]]:
    """Return the columns of readings and of energies; InvalidInputError for what has two meanings.

    A header that names only an energy unit ("kWh Jan") heads energies, where other columns head
    readings; else it heads readings.
    """
    dated = [
        _headed(place, cell, found)
        for place, cell in enumerate(cells)
        if (found := _found(cell, hints.order)) is not None
    ]
    plain = [c for c in dated if c.measure in (Measure.READING, None)]
    readings = plain or [c for c in dated if c.measure is Measure.ENERGY_UNIT]
    places = {column.place for column in readings}
    energies = [c for c in dated if c.place not in places]
    made = _reading_columns(readings, hints)
    undated = {
        place: cell
        for place, cell in enumerate(cells)
        if isinstance(cell, str)
        and find_date(cell) is None
        and measure_of(cell) in (Measure.CONSUMPTION, Measure.ENERGY_UNIT)
    }
    of_months = [*_energy_columns(energies, made), *_beside_readings(undated, made)]
    return made, _one_a_month(of_months)


def _headed(place: int, cell: Cell, found: HeaderDate) -> _Headed:
    text = cell_text(cell)
    if isinstance(cell, LocalMoment):
        shown = None if cell.shows_day is None else not cell.shows_day
        return _Headed(place, text[:10], found, None, shown if cell.moment.day == 1 else False)
    measure = measure_of(text)
    is_month_only = None if found.day == 1 and measure is None and _ISO_DAY.match(text) else False
    return _Headed(place, text, decided(found, text), measure, is_month_only)


def _reading_columns(columns: list[_Headed], hints: DateHints) -> tuple[ReadingColumn, ...]:
    meant = _with_meaning(columns, hints)
    years = _years(meant, hints)
    made = [_reading_column(c, c.found.year or years[c.place]) for c in meant]
    by_edge: dict[date, ReadingColumn] = {}
    for column in sorted(made, key=lambda column: column.edge):
        twin = by_edge.setdefault(column.edge, column)
        if twin is not column:
            raise _twins("readings of the same instant", twin, column)
    return tuple(by_edge.values())


def _with_meaning(columns: list[_Headed], hints: DateHints) -> list[_Headed]:
    """Tell "Jan 2026", which spreadsheets keep as 1 January, from the first of January."""
    unclear = [c for c in columns if c.is_month_only is None]
    if hints.first_is_closing is None and unclear and all(c.is_first for c in columns):
        raise InvalidInputError(
            f"The file does not tell whether the date {unclear[0].text} above column "
            f"{column_letters(unclear[0].place)} is that morning or the month it lies in; say "
            "--first-of-month opening or --first-of-month closing."
        )
    closing = hints.first_is_closing
    return [
        replace(c, found=replace(c.found, day=None))
        if (c.is_month_only if closing is None else closing and c.is_first)
        else c
        for c in columns
    ]


def _years(columns: list[_Headed], hints: DateHints) -> dict[int, int]:
    """Return the years of columns without one: asked for or in the title; they turn in January."""
    bare = [column for column in columns if column.found.year is None]
    if not bare:
        return {}
    year = hints.year or find_year(hints.titles)
    if year is None:
        raise InvalidInputError(
            f"Column {column_letters(bare[0].place)} '{bare[0].text}' has no year; say it with "
            "--year."
        )
    turns = [0]
    for before, after in pairwise(bare):
        turns.append(turns[-1] + (after.found.month < before.found.month))
    # The year is that of most columns: December before January is the year before.
    most = max(turns, key=lambda turn: (turns.count(turn), turn))
    return {c.place: year + turn - most for c, turn in zip(bare, turns, strict=True)}


def _reading_column(column: _Headed, year: int) -> ReadingColumn:
    found = column.found
    try:
        on = date(year, found.month, found.day or 1)
    except ValueError:
        raise InvalidInputError(f"'{column.text}' is no date of {year}.") from None
    closing = next_month(on) if found.day is None else on + _ONE_DAY
    edge = on if found.day == 1 else closing
    return ReadingColumn(column.place, column.text, edge, unit_of(column.text))


def _energy_columns(
    columns: list[_Headed], readings: Sequence[ReadingColumn]
) -> list[ConsumptionColumn]:
    """Return dated columns of energies; a month without year is that of the nearest reading."""
    made = []
    for column in columns:
        found = column.found
        month = _dated_month(found) or _nearest_month(found.month, column.place, readings)
        if month is not None:
            made.append(ConsumptionColumn(column.place, column.text, month, unit_of(column.text)))
    return made


def _one_a_month(columns: Iterable[ConsumptionColumn]) -> tuple[ConsumptionColumn, ...]:
    """Refuse two energies of one month: which of them, or whether their sum, nobody says."""
    by_month: dict[date, ConsumptionColumn] = {}
    for column in columns:
        twin = by_month.setdefault(column.month, column)
        if twin is not column:
            raise _twins("energies of the same month", twin, column)
    return tuple(by_month.values())


def _twins(
    what: str,
    first: ReadingColumn | ConsumptionColumn,
    second: ReadingColumn | ConsumptionColumn,
) -> InvalidInputError:
    letters = column_letters(second.place)
    return InvalidInputError(
        f"Columns {column_letters(first.place)} '{first.header}' and {letters} '{second.header}' "
        f'are {what}; take one out with --columns "{letters}=-".'
    )


def _dated_month(found: HeaderDate) -> date | None:
    return None if found.year is None else date(found.year, found.month, 1)


def _nearest_month(number: int, place: int, readings: Sequence[ReadingColumn]) -> date | None:
    ends = [c for c in readings if closed_month(c.edge).month == number]
    nearest = min(ends, key=lambda column: abs(column.place - place), default=None)
    return None if nearest is None else closed_month(nearest.edge)


def closed_month(edge: date) -> date:
    """Return the month that a reading at the first instant of a date closes, or lies in.

    >>> closed_month(date(2026, 2, 1)), closed_month(date(2026, 1, 31))
    (datetime.date(2026, 1, 1), datetime.date(2026, 1, 1))
    """
    return previous_month(edge) if edge.day == 1 else edge.replace(day=1)


def _beside_readings(
    undated: Mapping[int, str], readings: Sequence[ReadingColumn]
) -> list[ConsumptionColumn]:
    """Return energies headed without a month, each right of a reading; a single one is a sum."""
    by_place = {column.place: column for column in readings}
    beside = [
        ConsumptionColumn(place, text, closed_month(by_place[place - 1].edge), unit_of(text))
        for place, text in undated.items()
        if place - 1 in by_place
    ]
    return beside if len(beside) >= len(readings) - 1 else []
