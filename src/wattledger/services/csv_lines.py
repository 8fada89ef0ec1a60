"""CSV files people bring: the header, the separator, and a report of every bad line."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TextIO

from wattledger.domain.errors import InvalidInputError
from wattledger.services.json_rows import spelling

_SHOWN = 20
_KEPT = 1_000
_BLOCK = 1 << 20


@dataclass(slots=True)
class BadLines:
    """The lines that cannot be used, with the reason; the first thousand word for word."""

    count: int = 0
    kept: list[tuple[int, str]] = field(default_factory=list)
    place: str = "line"
    hidden: set[int] = field(default_factory=set)
    ignored: int = 0

    def add(self, line: int, reason: str) -> None:
        """Note a bad line by its number in the file (the header is line 1).

        Of rows that a spreadsheet hides only the good ones are meant: a bad one is ignored.
        """
        if line in self.hidden:
            self.ignored += 1
            return
        self.count += 1
        if self.count <= _KEPT:
            self.kept.append((line, reason))

    def __str__(self) -> str:
        shown = [f"{self.place} {line}: {reason}" for line, reason in self.kept[:_SHOWN]]
        rest = self.count - len(shown)
        more = [f"... and {rest} more bad lines"] if rest else []
        return "\n".join([*shown, *more])


@dataclass(frozen=True, slots=True)
class CsvColumns:
    """What a kind of file must and may have in its header."""

    required: Sequence[str]
    optional: Sequence[str]


def count_lines(path: Path) -> int:
    """Return roughly how many lines a file has, for a progress display; 0 if unreadable."""
    try:
        with path.open("rb") as file:
            return sum(block.count(b"\n") for block in iter(partial(file.read, _BLOCK), b""))
    except OSError:
        return 0


def read_lines(path: Path, columns: CsvColumns, bad: BadLines) -> Iterator[tuple[int, list[str]]]:
    """Yield (line number, cells in the order required + optional); a missing cell is "".

    UTF-8 with or without mark; separated by commas, semicolons or tabs, told by the header. A line
    with more cells than the header is bad: which of them belong together is not known. So is one
    that ends before a required column. A line without any text is none.
    InvalidInputError when the file or its header cannot be used, or a quote is not closed.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from _rows(path, file, columns, bad)
    except OSError as error:
        raise InvalidInputError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError as error:
        raise InvalidInputError(
            f"{path} is not UTF-8 text (byte {error.start}); save it as 'CSV UTF-8'."
        ) from None
    except csv.Error as error:
        raise InvalidInputError(f"{path} is not a CSV file: {error}.") from None


def _rows(
    path: Path, file: TextIO, columns: CsvColumns, bad: BadLines
) -> Iterator[tuple[int, list[str]]]:
    separator, header = _header(file.readline())
    width, places = len(header), places_of(path, header, columns)
    required = list(zip(columns.required, places, strict=False))
    rows = csv.reader(file, delimiter=separator, strict=True)
    try:
        for cells in rows:
            if any(cell.strip() for cell in cells[width:]):
                bad.add(
                    rows.line_num + 1,
                    f"it has {len(cells)} cells, the header has {width}; a cell with '{separator}' "
                    "in it stands between double quotes.",
                )
                continue
            there = len(cells)
            if not any(map(str.strip, cells)):
                continue  # spreadsheets leave such lines behind what was deleted
            cut = next((name for name, place in required if place >= there), None)
            if cut is not None:
                bad.add(rows.line_num + 1, f"it ends before the column {cut}; is it cut off?")
                continue
            yield (
                rows.line_num + 1,
                [cells[place].strip() if -1 < place < there else "" for place in places],
            )
    except csv.Error as error:
        raise not_csv(path, rows.line_num + 1, error) from None


def not_csv(path: Path, line: int, error: csv.Error) -> InvalidInputError:
    """Return what is said of a file that is no CSV, up to some line of it."""
    return InvalidInputError(
        f"{path} is not a CSV file (up to line {line}: {error}); a cell that begins with a double "
        "quote ends with one, and those within it are doubled."
    )


def separator_of(header: str) -> str:
    """Return the character that separates the cells of a line: the one it has most of."""
    return max(",;\t", key=header.count)


def _header(line: str) -> tuple[str, list[str]]:
    """Return the separator of a file and the names of its columns; nameless ones at the end go."""
    separator = separator_of(line)
    names = next(csv.reader([line], delimiter=separator), [])
    while names and not names[-1].strip():
        names.pop()
    return separator, names


def places_of(
    path: Path, header: Sequence[str], columns: CsvColumns, row: int | None = None
) -> list[int]:
    """Return where the columns stand in a header, -1 for those left out; required ones first.

    InvalidInputError when one is missing, unknown or there twice. In a spreadsheet (where the
    header stands in some ``row``) a column without a header is none.
    """
    where = "the first line" if row is None else f"row {row}"
    spelled = {spelling(name): name for name in (*columns.required, *columns.optional)}
    names = [spelled.get(spelling(name), name.strip().lower()) for name in header]
    if row is not None:
        names = [name or f"\0{place}" for place, name in enumerate(names)]
    missing = [name for name in columns.required if name not in names]
    known = (*columns.required, *columns.optional)
    unknown = [name for name in names if name not in known and not name.startswith("\0")]
    if missing or unknown or len(set(names)) < len(names):
        faults = [f"no column '{name}'" for name in missing]
        faults += [f"an unknown column '{name}'" for name in unknown]
        faults += [f"column '{name}' twice" for name in names if names.count(name) > 1][:1]
        raise InvalidInputError(
            f"{path}: {where} has {', '.join(faults)}. It takes "
            f"{', '.join(columns.required)} and, if you like, {', '.join(columns.optional)}."
        )
    return [
        names.index(name) if name in names else -1
        for name in (*columns.required, *columns.optional)
    ]
