"""The sheet people keep: a row per meter, a column per month-end reading.

Pure: rows in, a layout out. What cannot be told is refused with what to say, never guessed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from wattledger.domain.cell import (
    Cell,
    LocalMoment,
    SheetRow,
    cell_text,
    column_letters,
    column_place,
)
from wattledger.domain.errors import InvalidInputError
from wattledger.domain.month_name import DateOrder
from wattledger.domain.sheet_columns import (
    ConsumptionColumn,
    DateHints,
    ReadingColumn,
    count_dates,
    month_columns,
)
from wattledger.domain.sheet_words import Measure, Role, is_total, measure_of, role_of

HEADER_ROWS = 50
"""The header is looked for in so many first rows."""
_UNIQUE_AMONG = 5_000


class NoMonthsError(InvalidInputError):
    """A sheet without a column headed by a date or a month: another sheet may have some."""


@dataclass(frozen=True, slots=True)
class SheetHints:
    """What an operator says where a sheet does not: columns by place, the order of dates."""

    name_column: str | None = None
    headers: dict[int, str] = field(default_factory=dict)
    order: DateOrder | None = None
    year: int | None = None
    first_is_closing: bool | None = None
    sheet_name: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """Which row is the header and which column is what; places are counted from 0."""

    header_row: int
    roles: dict[Role, int]
    readings: tuple[ReadingColumn, ...]
    consumptions: tuple[ConsumptionColumn, ...]
    ignored: tuple[str, ...]

    def place(self, role: Role) -> int | None:
        """Return the column of a role, if there is one."""
        return self.roles.get(role)

    def names_of(self, row: SheetRow) -> tuple[str, str]:
        """Return the name of a row's endpoint and the key of its meter; "" where there is none."""
        name, key = row.cell(self.place(Role.NAME)), row.cell(self.place(Role.METER))
        return cell_text(name), cell_text(key)

    def is_meter(self, row: SheetRow) -> bool:
        """Tell whether a row behind the header is one of a meter: read, and no title or sum."""
        return self._is_read(row) and self.sum_name(row) is None

    def is_sum(self, row: SheetRow) -> bool:
        """Tell whether a row behind the header is read, but is taken for a sum by its name."""
        return self._is_read(row) and self.sum_name(row) is not None

    def sum_name(self, row: SheetRow) -> str | None:
        """Return the text by which a row is a sum of others; None where it is none."""
        named = cell_text(row.cell(self.place(Role.NAME)))
        texts = [named] if named else [cell for cell in row.cells if isinstance(cell, str)]
        return next((text for text in texts if is_total(text)), None)

    def _is_read(self, row: SheetRow) -> bool:
        if row.number <= self.header_row or row.is_heading:
            return False
        read = [cell for c in self.readings if (cell := row.cell(c.place)) is not None]
        # A row of dates under the header is the header once more.
        return bool(read) and count_dates(read) < len(read)


def recognise(rows: Sequence[SheetRow], hints: SheetHints) -> Layout:
    """Find the header and the columns of a sheet by its rows; InvalidInputError when in vain."""
    header, cells = _header(rows, hints)
    titles = [cell_text(c) for row in rows for c in row.cells if row.number < header.number and c]
    dates = DateHints(hints.order, hints.year, hints.first_is_closing, [hints.sheet_name, *titles])
    readings, consumptions = month_columns(cells, dates)
    if not readings:
        raise InvalidInputError(
            "No column is a month-end reading. Its header is a date or a month, as 31.01.2026, "
            "2026-01 or 'Reading Jan 2026'; say which it is with --columns \"C=2026-01, D=...\"."
        )
    taken = {column.place for column in readings} | {column.place for column in consumptions}
    below = [row for row in rows if row.number > header.number and not row.is_heading]
    roles = _roles(cells, taken, below, hints)
    used = taken | set(roles.values())
    ignored = tuple(
        f"{column_letters(place)} '{cell_text(cell)}'"
        for place, cell in enumerate(cells)
        if place not in used and cell is not None
    )
    return Layout(header.number, roles, readings, consumptions, ignored)


def _header(rows: Sequence[SheetRow], hints: SheetHints) -> tuple[SheetRow, tuple[Cell, ...]]:
    """Return the row that names most months, with its cells; the row above may name them."""
    best: tuple[tuple[int, int], SheetRow, tuple[Cell, ...]] | None = None
    above: SheetRow | None = None
    for row in rows:
        if row.number > HEADER_ROWS:
            break
        for cells in (_named_by_hand(row.cells, hints), _joined(above, row, hints)):
            score = (count_dates(cells), sum(isinstance(cell, str) for cell in cells))
            if cells and score[0] and (best is None or score > best[0]):
                best = (score, row, cells)
        above = row
    if best is None:
        raise NoMonthsError(
            f"None of the first {HEADER_ROWS} rows has a column headed by a date or a month, as "
            "31.01.2026, 2026-01 or 'Reading Jan 2026'; is this the right sheet (--sheet)?"
        )
    return best[1], best[2]


def _named_by_hand(cells: tuple[Cell, ...], hints: SheetHints) -> tuple[Cell, ...]:
    """Return a row's cells with the headers an operator gave instead."""
    width = max(len(cells), *(place + 1 for place in hints.headers), 0)
    padded = (*cells, *[None] * (width - len(cells)))
    return tuple(hints.headers.get(place, cell) for place, cell in enumerate(padded))


def _joined(above: SheetRow | None, row: SheetRow, hints: SheetHints) -> tuple[Cell, ...]:
    """Return a row of words ("Reading", "kWh") under a row of months, both in one text."""
    if above is None or not any(_is_measure(cell) for cell in row.cells):
        return ()
    joined: list[Cell] = []
    month: Cell = None
    for place, cell in enumerate(row.cells):
        month = above.cell(place) or month
        if _is_measure(cell) and month is not None:
            joined.append(f"{cell_text(cell)} {_month_text(month)}")
        else:
            joined.append(cell or above.cell(place))
    return _named_by_hand(tuple(joined), hints)


def _month_text(cell: Cell) -> str:
    """Return the text of a cell above others; the first of a month stands for the month."""
    if isinstance(cell, LocalMoment) and cell.moment.day == 1 and cell.shows_day is not True:
        return f"{cell.moment:%Y-%m}"
    return cell_text(cell)


def _is_measure(cell: Cell) -> bool:
    return isinstance(cell, str) and measure_of(cell) in (
        Measure.READING,
        Measure.CONSUMPTION,
        Measure.ENERGY_UNIT,
    )


def _roles(
    cells: tuple[Cell, ...], taken: set[int], below: Sequence[SheetRow], hints: SheetHints
) -> dict[Role, int]:
    """Return the columns of roles: the first with fitting words; the name by its values, too."""
    roles: dict[Role, int] = {}
    names: list[int] = []
    for place, cell in enumerate(cells):
        role = None if place in taken else role_of(cell_text(cell))
        if role is Role.NAME:
            names.append(place)
        elif role is not None:
            roles.setdefault(role, place)
    if hints.name_column is not None:
        name = _asked_for(cells, hints.name_column)
        roles = {role: place for role, place in roles.items() if place != name}
    else:
        name = _name_column(names, roles, taken, below)
    roles[Role.NAME] = name
    others = [roles.pop(Role.METER, None), *(place for place in names if place != name)]
    keys = [place for place in others if place is not None]
    if keys and not _is_unique(below, name, None):
        roles[Role.METER] = keys[0]
    return roles


def _asked_for(cells: tuple[Cell, ...], wanted: str) -> int:
    """Return the column an operator named by its header or its letter."""
    headers = [cell_text(cell).casefold() for cell in cells]
    if wanted.strip().casefold() in headers:
        return headers.index(wanted.strip().casefold())
    place = _place_or_none(wanted)
    if place is None or place >= len(cells):
        known = ", ".join(cell_text(cell) for cell in cells if isinstance(cell, str))
        raise InvalidInputError(f"There is no column '{wanted}'; there are {known}.")
    return place


def _place_or_none(letters: str) -> int | None:
    """Return the column of its letters; ``None`` where they are none."""
    return column_place(letters) if letters.isascii() and letters.isalpha() else None


def _name_column(
    names: list[int], roles: dict[Role, int], taken: set[int], below: Sequence[SheetRow]
) -> int:
    """Return the column that tells meters apart: by its words first, else by unique texts."""
    key = roles.get(Role.METER)
    for candidate in names:
        if _is_unique(below, candidate, key):
            return candidate
    if names:
        return names[0]
    width = max((len(row.cells) for row in below), default=0)
    unnamed = [p for p in range(width) if p not in taken and p not in roles.values()]
    fallback = [roles[role] for role in (Role.SERIAL, Role.LOCATION) if role in roles]
    for candidate in (*unnamed, *fallback):
        if _is_unique(below, candidate, key):
            return candidate
    raise InvalidInputError(
        "No column names the meters (a text of its own in each row); say which with --name-column."
    )


def _is_unique(below: Sequence[SheetRow], place: int, key: int | None) -> bool:
    """Tell whether a column holds a text in each row, none twice (with the meter's key)."""
    seen: set[tuple[str, str]] = set()
    for row in below[:_UNIQUE_AMONG]:
        name = row.cell(place)
        if name is None or is_total(cell_text(name)):
            continue
        pair = (cell_text(name), cell_text(row.cell(key)))
        if not isinstance(name, str) or pair in seen:
            return False
        seen.add(pair)
    return bool(seen)
