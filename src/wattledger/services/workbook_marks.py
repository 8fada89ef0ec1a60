"""What an .xlsx file tells only in its XML: error cells, hidden rows, dates shown without a day.

The reading library gives an error cell as an empty one; a missing number and a broken formula are
not the same.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from zipfile import ZipFile

from lxml import etree

MARKED_ROWS: Final = 60
"""Formats of dates are looked at in so many first rows: where headers are."""
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_MONTH_AND_YEAR = 17
"""The number of the format "mmm-yy", which every spreadsheet knows."""
_NO_CODE = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d+)")
_LETTERS, _BEFORE_A = 26, ord("A") - 1


@dataclass(slots=True)
class Marks:
    """Errors by row and column (rows from 1, columns from 0), hidden rows, dates without day."""

    errors: dict[int, dict[int, str]] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    months: set[tuple[int, int]] = field(default_factory=set)
    knows_formats: bool = False


def read_xlsx_marks(packed: ZipFile, sheet: str, limit: int | None) -> Marks:
    """Return the marks of a sheet's first ``limit`` rows (all for ``None``)."""
    marks = Marks()
    part = _part_of(packed, sheet)
    if part is None:
        return marks
    marks.knows_formats = True
    months = _month_styles(packed)
    number = 0
    with packed.open(part) as file:
        for row in read_elements(file, "{*}row"):
            number = int(row.get("r") or number + 1)
            if limit is not None and number > limit:
                break
            _mark_row(marks, row, number, months)
            free(row)
    return marks


def read_elements(file: Any, tag: str) -> Iterator[Any]:  # noqa: ANN401 - lxml's elements
    """Yield the elements of a tag as they end; no entity is followed, nothing is fetched."""
    parsed = etree.iterparse(file, tag=tag, resolve_entities=False, no_network=True, load_dtd=False)
    return (element for _, element in parsed)


def free(element: Any) -> None:  # noqa: ANN401 - lxml's element
    """Let go of an element that was seen, and of those before it."""
    element.clear()
    parent = element.getparent()
    while element.getprevious() is not None:
        del parent[0]


def _mark_row(marks: Marks, row: Any, number: int, months: set[str]) -> None:  # noqa: ANN401
    if row.get("hidden") in ("1", "true"):
        marks.hidden.add(number)
    for order, cell in enumerate(row):
        if cell.get("t") == "e":
            text = cell.findtext("{*}v") or "#ERROR"
            marks.errors.setdefault(number, {})[_place(cell, order)] = text
        elif number <= MARKED_ROWS and cell.get("s") in months:
            marks.months.add((number, _place(cell, order)))


def _place(cell: Any, order: int) -> int:  # noqa: ANN401
    reference = _REFERENCE.fullmatch(cell.get("r") or "")
    if reference is None:
        return order
    place = 0
    for letter in reference[1]:
        place = place * _LETTERS + ord(letter) - _BEFORE_A
    return place - 1


def _part_of(packed: ZipFile, sheet: str) -> str | None:
    """Return the name of a sheet's part inside the file."""
    book = _tree(packed, "xl/workbook.xml")
    found = next((e for e in book.iterfind(".//{*}sheet") if e.get("name") == sheet), None)
    if found is None or "xl/_rels/workbook.xml.rels" not in packed.namelist():
        return None
    relation = found.get(_RELATION) or found.get(_STRICT_RELATION)
    for related in _tree(packed, "xl/_rels/workbook.xml.rels"):
        if related.get("Id") == relation:
            target = str(related.get("Target"))
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            return part if part in packed.namelist() else None
    return None


def _month_styles(packed: ZipFile) -> set[str]:
    """Return the numbers of the cell styles that show a date's month and year, but no day."""
    if "xl/styles.xml" not in packed.namelist():
        return set()
    styles = _tree(packed, "xl/styles.xml")
    formats = {
        str(_MONTH_AND_YEAR),
        *(e.get("numFmtId") for e in styles.iterfind(".//{*}numFmt") if _is_month(e)),
    }
    used = styles.iterfind("{*}cellXfs/{*}xf")
    return {str(number) for number, style in enumerate(used) if style.get("numFmtId") in formats}


def _is_month(element: Any) -> bool:  # noqa: ANN401
    code = _NO_CODE.sub("", str(element.get("formatCode"))).lower()
    # Months are m, M and, in a German Excel's files too, m; minutes stand beside h or s.
    return "m" in code and "y" in code and "d" not in code and "h" not in code


def _tree(packed: ZipFile, part: str) -> Any:  # noqa: ANN401 - lxml's element
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(packed.read(part), parser)
