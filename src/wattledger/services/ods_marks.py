"""What an .ods file tells only in its XML: error cells and hidden rows."""

from typing import Any, Final
from zipfile import ZipFile

from wattledger.services.workbook_marks import Marks, free, read_elements

CONTENT: Final = "content.xml"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_ROW, _CELL, _COVERED = f"{_TABLE}table-row", f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"
_MOST = 1_048_576


def read_ods_marks(packed: ZipFile, sheet: str, limit: int | None) -> Marks:
    """Return the marks of a sheet's first ``limit`` rows (all for ``None``)."""
    marks = Marks()
    number = 0
    with packed.open(CONTENT) as file:
        for row in read_elements(file, _ROW):
            table = next(row.iterancestors(f"{_TABLE}table"), None)
            if table is None or table.get(f"{_TABLE}name") != sheet:
                free(row)
                continue
            repeated = _count(row, "rows")
            # Rows behind the data are repeated up to the end of the sheet: nothing is in them.
            _mark_row(marks, row, range(number + 1, number + 1 + min(repeated, 1000)))
            number += repeated
            free(row)
            if number >= (limit or _MOST):
                break
    return marks


def _mark_row(marks: Marks, row: Any, numbers: range) -> None:  # noqa: ANN401 - lxml's element
    if row.get(f"{_TABLE}visibility", "visible") != "visible":
        marks.hidden.update(numbers)
    place = 0
    for cell in row.iterchildren(_CELL, _COVERED):
        if cell.get(f"{_CALC}value-type") == "error":
            text = cell.findtext(f"{_TEXT}p") or "#ERROR"
            for number in numbers:
                marks.errors.setdefault(number, {})[place] = text
        place += _count(cell, "columns")


def _count(element: Any, what: str) -> int:  # noqa: ANN401 - lxml's element
    repeated = str(element.get(f"{_TABLE}number-{what}-repeated", "1"))
    return max(1, min(int(repeated), _MOST)) if repeated.isdecimal() else 1
