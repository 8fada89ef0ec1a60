"""A table with named columns in a CSV file, a spreadsheet or JSON, its cells as one kind of text.

So that the same checks say the same of both: numbers are written with a point and as shown, dates
(on the wall clocks of the site) as ISO 8601 with offset. CSV cells stay as they are.
"""

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from wattledger.domain.cell import (
    Cell,
    CellError,
    LocalMoment,
    SheetRow,
    cell_text,
    column_letters,
    local_instant,
)
from wattledger.domain.errors import InvalidInputError
from wattledger.domain.instant import format_instant
from wattledger.services.csv_lines import BadLines, CsvColumns, count_lines, places_of, read_lines
from wattledger.services.json_rows import Spread, is_json, json_rows
from wattledger.services.workbook import Workbook, is_spreadsheet

_HEADER_ROWS = 50


class TableFile:
    """A file open for reading lines. Use it as a context. ``spread`` is for lists in JSON.

    ``sheet`` names the sheet that is read, ``local_dates`` counts the dates taken in ``zone``,
    ``total`` is roughly how many lines there are.
    """

    def __init__(
        self,
        path: Path,
        columns: CsvColumns,
        zone: str,
        bad: BadLines,
        sheet: str | None = None,
        spread: Spread | None = None,
    ) -> None:
        self.sheet = sheet
        self.local_dates = 0
        self.total = 0
        self._path = path
        self._columns = columns
        self._zone = zone
        self._bad = bad
        self._spread = spread
        self._is_json = False
        self._book: Workbook | None = None
        self._header = SheetRow(0, ())

    def __enter__(self) -> Self:
        if not is_spreadsheet(self._path):
            if self.sheet is not None:
                raise InvalidInputError(f"{self._path} is no spreadsheet: it has no sheets.")
            self.total = count_lines(self._path)
            self._is_json = is_json(self._path)
            if self._is_json:
                self._bad.place = "object"
            return self
        book = Workbook(self._path).__enter__()
        try:
            self.sheet, self._header = self._find_header(book, self.sheet)
        except BaseException:
            book.__exit__(None, None, None)
            raise
        self._book = book
        self.total = book.heights[self.sheet]
        self._bad.place = f"sheet '{self.sheet}' row"
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._book is not None:
            self._book.__exit__(kind, error, trace)

    def lines(self) -> Iterator[tuple[int, list[str]]]:
        """Yield (line or row number, cells in the order required + optional).

        Rows with a cell that says nothing usable are noted as bad instead.
        """
        if self._is_json:
            yield from self._objects()
            return
        if self._book is None or self.sheet is None:
            yield from read_lines(self._path, self._columns, self._bad)
            return
        names = [cell_text(cell) for cell in self._header.cells]
        places = places_of(self._path, names, self._columns, self._header.number)
        for row in self._book.rows(self.sheet):
            if row.number <= self._header.number or row.is_heading:
                continue
            if row.is_hidden:
                self._bad.hidden.add(row.number)
            try:
                cells = [self._text(row, place) for place in places]
            except InvalidInputError as error:
                self._bad.add(row.number, str(error))
                continue
            if any(cells):
                yield row.number, cells

    def _objects(self) -> Iterator[tuple[int, list[str]]]:
        columns = (*self._columns.required, *self._columns.optional)
        for number, row in json_rows(self._path, columns, self._columns.required, self._spread):
            if isinstance(row, InvalidInputError):
                self._bad.add(number, str(row))
            else:
                yield number, row

    def _text(self, row: SheetRow, place: int) -> str:
        cell = row.cell(place)
        if isinstance(cell, str):
            return cell.strip()
        if isinstance(cell, CellError):
            raise InvalidInputError(
                f"cell {column_letters(place)}{row.number} holds the error {cell.text}."
            )
        if isinstance(cell, LocalMoment):
            self.local_dates += 1
            return format_instant(local_instant(cell.moment, self._zone))
        return cell_text(cell)

    def _find_header(self, book: Workbook, wanted: str | None) -> tuple[str, SheetRow]:
        names = pick_sheets(self._path, book.sheets, wanted)
        nearest: tuple[int, list[str]] | None = None
        for name in names:
            for row in book.rows(name, _HEADER_ROWS):
                found = _names(row.cells)
                if all(column in found for column in self._columns.required):
                    return name, row
                if any(column in found for column in self._columns.required):
                    nearest = nearest or (row.number, found)
        if nearest is not None:
            places_of(self._path, nearest[1], self._columns, nearest[0])
        raise InvalidInputError(
            f"{self._path}: no sheet ({', '.join(names)}) has a row with the columns "
            f"{', '.join(self._columns.required)} among its first {_HEADER_ROWS}."
        )


def pick_sheets(path: Path, sheets: list[str], wanted: str | None) -> list[str]:
    """Return the sheet an operator asked for, else all; InvalidInputError if there is none such."""
    if wanted is None:
        return sheets
    found = [name for name in sheets if name.casefold() == wanted.strip().casefold()]
    if not found:
        raise InvalidInputError(f"{path} has no sheet '{wanted}'; there are {', '.join(sheets)}.")
    return found[:1]


def _names(cells: tuple[Cell, ...]) -> list[str]:
    return [cell_text(cell).lower() for cell in cells]
