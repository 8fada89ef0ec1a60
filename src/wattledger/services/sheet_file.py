"""The wide sheet in a file: the first sheet with month-end readings, its layout and its rows."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TextIO

from wattledger.domain.cell import SheetRow
from wattledger.domain.errors import InvalidInputError
from wattledger.domain.wide_sheet import Layout, NoMonthsError, SheetHints, recognise
from wattledger.services.csv_lines import not_csv, separator_of
from wattledger.services.table_file import pick_sheets
from wattledger.services.workbook import LARGEST_FILE, MOST_ROWS, Workbook, is_spreadsheet


@dataclass(frozen=True, slots=True)
class WideSheet:
    """A sheet as found; ``is_typed`` where its file tells numbers from texts (CSV does not).

    In a CSV file a row has no more cells than the header: else some cell was parted by its comma.
    """

    name: str
    layout: Layout
    rows: list[SheetRow]
    is_typed: bool

    @property
    def width(self) -> int | None:
        """Return how many cells a row may have; None where nothing bounds that."""
        if self.is_typed:
            return None
        # The row above the header may name columns, too: their months.
        heads = [row.cells for row in self.rows if row.number <= self.layout.header_row][-2:]
        places = [place for cells in heads for place, cell in enumerate(cells) if cell is not None]
        places += [column.place for column in self.layout.readings]  # those named by hand
        return max(places) + 1


def read_sheet(path: Path, wanted: str | None, hints: SheetHints) -> WideSheet:
    """Return the wide sheet of a file; InvalidInputError when there is none, or it is unclear."""
    if not is_spreadsheet(path):
        if wanted is not None:
            raise InvalidInputError(f"{path} is a CSV file: it has no sheets.")
        rows = list(_csv_rows(path))
        return WideSheet(path.stem, _layout(path, rows, hints, path.stem), rows, is_typed=False)
    refused: NoMonthsError | None = None
    with Workbook(path) as book:
        for name in pick_sheets(path, book.sheets, wanted):
            rows = list(book.rows(name))
            try:
                return WideSheet(name, _layout(path, rows, hints, name), rows, is_typed=True)
            except NoMonthsError as error:
                refused = refused or error
    raise refused or NoMonthsError(f"{path} has no sheets.")


def _layout(path: Path, rows: list[SheetRow], hints: SheetHints, name: str) -> Layout:
    try:
        return recognise(rows, replace(hints, sheet_name=name))
    except InvalidInputError as error:
        raise type(error)(f"{path}, sheet '{name}': {error}") from None


def _csv_rows(path: Path) -> Iterator[SheetRow]:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise InvalidInputError(f"{path} is larger than {LARGEST_FILE >> 20} MB.")
        with path.open(encoding="utf-8-sig", newline="") as file:
            separator = separator_of(file.read(1 << 16))
            file.seek(0)
            yield from _rows(path, file, separator)
    except OSError as error:
        raise InvalidInputError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError as error:
        raise InvalidInputError(
            f"{path} is not UTF-8 text (byte {error.start}); save it as 'CSV UTF-8'."
        ) from None


def _rows(path: Path, file: TextIO, separator: str) -> Iterator[SheetRow]:
    """Yield the rows that are not blank; a quote that is not closed would swallow those behind."""
    reader = csv.reader(file, delimiter=separator, strict=True)
    try:
        for number, cells in enumerate(reader, start=1):
            if number > MOST_ROWS:
                raise InvalidInputError(f"{path} has more than {MOST_ROWS:,} rows.")
            if any(cells):
                yield SheetRow(number, tuple(cell.strip() or None for cell in cells))
    except csv.Error as error:
        raise not_csv(path, reader.line_num, error) from None
