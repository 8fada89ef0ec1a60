"""The program that opens a spreadsheet, in a process of its own with bounded memory and time.

A file of a few kilobytes can ask the reading library for hundreds of gigabytes (two cells in
opposite corners are enough) and end the process that asked. So it is not ours: see ``workbook``.

Answers on standard output, a JSON text a line: first ``{"sheets": [[name, visible], ...]}`` or
``{"error": "..."}``; then for each request ``{"sheet": name, "rows": n or null}`` on standard input
the sheet's height, its rows that are not blank, as ``[number, hidden, heading, cells]``, and
``null`` after the last.
"""

import resource
import sys
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import ZipFile, is_zipfile

import msgspec
from lxml import etree
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from wattledger.services.ods_marks import CONTENT, read_ods_marks
from wattledger.services.workbook_marks import MARKED_ROWS, Marks, read_xlsx_marks

_MEMORY = 3 << 30
_CPU_SECONDS = 240
_LINES_AT_ONCE = 1000
_SIGNIFICANT = ".15g"
"""Spreadsheets show at most 15 digits; what a sum leaves behind them is no number of anybody's."""


def main() -> None:
    """Open the file named on the command line and answer requests until there are no more."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    path = Path(sys.argv[1])
    try:
        with CalamineWorkbook.from_path(path) as book:
            _serve(book, path, sys.stdin.buffer, sys.stdout.buffer)
    except PasswordError:
        _tell_error(sys.stdout.buffer, "is locked with a password; save it without one")
    except (CalamineError, OSError, etree.LxmlError, ValueError, MemoryError) as error:
        _tell_error(sys.stdout.buffer, f"is damaged, or no spreadsheet ({error})")


def _tell_error(out: BinaryIO, sentence: str) -> None:
    out.write(msgspec.json.encode({"error": sentence}) + b"\n")
    out.flush()


def _serve(book: CalamineWorkbook, path: Path, requests: BinaryIO, out: BinaryIO) -> None:
    sheets = [
        (sheet.name, sheet.visible is SheetVisibleEnum.Visible)
        for sheet in book.sheets_metadata
        if sheet.typ is SheetTypeEnum.WorkSheet
    ]
    out.write(msgspec.json.encode({"sheets": sheets}) + b"\n")
    out.flush()
    for line in requests:
        wanted = msgspec.json.decode(line)
        sheet = book.get_sheet_by_name(wanted["sheet"])
        marks = _marks(path, wanted["sheet"], wanted["rows"])
        out.write(b"%d\n" % (sheet.end[0] + 1 if sheet.end else 0))
        _write_rows(out, _rows(sheet, marks, wanted["rows"]))


def _marks(path: Path, sheet: str, limit: int | None) -> Marks:
    """Return what the file's own XML tells; an .xls file has none."""
    if not is_zipfile(path):
        return Marks()
    with ZipFile(path) as packed:
        is_ods = CONTENT in packed.namelist()
        return (read_ods_marks if is_ods else read_xlsx_marks)(packed, sheet, limit)


def _write_rows(out: BinaryIO, rows: Iterable[list[Any]]) -> None:
    encoder = msgspec.json.Encoder()
    lines: list[bytes] = []
    for row in rows:
        lines.append(encoder.encode(row))
        if len(lines) >= _LINES_AT_ONCE:
            out.write(b"\n".join(lines) + b"\n")
            lines.clear()
    out.write(b"\n".join([*lines, b"null"]) + b"\n")
    out.flush()


def _rows(sheet: CalamineSheet, marks: Marks, limit: int | None) -> Iterator[list[Any]]:
    headings = _headings(sheet)
    merged = _Merged(sheet)
    for number, values in enumerate(sheet.iter_rows(), start=1):
        if limit is not None and number > limit:
            return
        if number in marks.errors or number <= MARKED_ROWS:
            cells = [_marked(value, marks, number, place) for place, value in enumerate(values)]
        else:
            cells = [_cell(value) for value in values]
        merged.fill(number, cells)
        filled = [place for place, cell in enumerate(cells) if cell is not None]
        if filled:
            heading = len(filled) == 1 and (number, filled[0]) in headings
            yield [number, number in marks.hidden, heading, cells[: filled[-1] + 1]]


class _Merged:
    """Texts written over several merged rows: each of the rows has them."""

    def __init__(self, sheet: CalamineSheet) -> None:
        self._texts: dict[int, tuple[int, object]] = {}
        self._starts: dict[int, list[tuple[int, int]]] = {}
        for (first, place), (last, _) in sheet.merged_cell_ranges or []:
            if last > first:
                self._starts.setdefault(first + 1, []).append((place, last + 1))

    def fill(self, number: int, cells: list[object]) -> None:
        """Write the texts that began above into a row, and remember those that begin in it."""
        for place, (last, text) in self._texts.items():
            if number <= last and place < len(cells):
                cells[place] = text
        for place, last in self._starts.pop(number, []):
            if place < len(cells) and isinstance(cells[place], str):
                self._texts[place] = (last, cells[place])


def _headings(sheet: CalamineSheet) -> set[tuple[int, int]]:
    """Return the first cells of ranges merged over several columns."""
    merged = sheet.merged_cell_ranges or []
    return {(row + 1, place) for (row, place), (_, last) in merged if last > place}


def _marked(value: object, marks: Marks, number: int, place: int) -> object:
    """Return a cell with what only the file's own XML tells: its error, a date without day."""
    error = marks.errors.get(number, {}).get(place)
    if error is not None:
        return {"e": error}
    cell = _cell(value)
    if isinstance(cell, dict) and "t" in cell and marks.knows_formats:
        return cell | {"d": (number, place) not in marks.months}
    return cell


def _cell(value: object) -> object:
    if isinstance(value, str):
        return value if value and not value.isspace() else None
    if isinstance(value, int | float):
        is_truth = isinstance(value, bool)
        return str(value).upper() if is_truth else {"n": format(value, _SIGNIFICANT)}
    if isinstance(value, datetime):
        return {"t": _to_the_second(value).isoformat()}
    if isinstance(value, date):
        return {"t": datetime(value.year, value.month, value.day).isoformat()}  # noqa: DTZ001 - a wall clock's
    return str(value) if isinstance(value, time | timedelta) else None


def _to_the_second(moment: datetime) -> datetime:
    """Return a moment rounded to the second: days counted in fractions are a little off."""
    return (moment + timedelta(milliseconds=500)).replace(microsecond=0)


if __name__ == "__main__":
    main()
