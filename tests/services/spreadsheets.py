"""Spreadsheets written as people's programs write them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TypeAlias
from zipfile import ZipFile

import xlsxwriter

Written: TypeAlias = str | float | bool | datetime | None
"""A cell: ``=TEXT`` is a formula whose value is the text or the number behind the sign."""

DAY = "dd.mm.yyyy"
MINUTE = "dd.mm.yyyy hh:mm"
MONTH = "mmm yyyy"


def write_book(
    path: Path, sheets: Mapping[str, Sequence[Sequence[Written]]], form: str = DAY
) -> Path:
    """Write sheets cell by cell; dates are shown by the format ``form``."""
    with xlsxwriter.Workbook(path) as book:
        dates = book.add_format({"num_format": form})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, cells in enumerate(rows):
                for place, cell in enumerate(cells):
                    if isinstance(cell, datetime):
                        sheet.write_datetime(number, place, cell, dates)
                    elif isinstance(cell, str) and cell.startswith("="):
                        sheet.write_formula(number, place, "=A1", None, _value(cell[1:]))
                    elif cell is not None:
                        sheet.write(number, place, cell)
    return path


def _value(text: str) -> str | float:
    return text if text.startswith("#") else float(Decimal(text))


def on(text: str) -> datetime:
    """Return a date without offset, as spreadsheets keep it."""
    return datetime.fromisoformat(text)


_ODS = "application/vnd.oasis.opendocument.spreadsheet"
_NAMES = " ".join(
    f'xmlns:{short}="{name}"'
    for short, name in (
        ("office", "urn:oasis:names:tc:opendocument:xmlns:office:1.0"),
        ("table", "urn:oasis:names:tc:opendocument:xmlns:table:1.0"),
        ("text", "urn:oasis:names:tc:opendocument:xmlns:text:1.0"),
        ("calcext", "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"),
    )
)


def write_ods(path: Path, name: str, rows: Sequence[Sequence[Written]], hidden: int = 0) -> Path:
    """Write one sheet as LibreOffice does, the row of number ``hidden`` out of sight."""
    lines = [
        f'<table:table-row table:visibility="{"collapse" if number == hidden else "visible"}">'
        f"{''.join(_ods_cell(cell) for cell in cells)}</table:table-row>"
        for number, cells in enumerate(rows, start=1)
    ]
    empty = '<table:table-row table:number-rows-repeated="1048000">'
    rest = f"{empty}<table:table-cell/></table:table-row>"
    content = (
        f'<office:document-content {_NAMES} office:version="1.3"><office:body><office:spreadsheet>'
        f'<table:table table:name="Other"><table:table-row><table:table-cell/></table:table-row>'
        f'</table:table><table:table table:name="{name}">{"".join(lines)}{rest}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<m:file-entry m:full-path="/" m:media-type="{_ODS}"/>'
        '<m:file-entry m:full-path="content.xml" m:media-type="text/xml"/></m:manifest>'
    )
    with ZipFile(path, "w") as packed:
        packed.writestr("mimetype", _ODS)
        packed.writestr("META-INF/manifest.xml", manifest)
        packed.writestr("content.xml", content)
    return path


def _ods_cell(cell: Written) -> str:
    if cell is None:
        return '<table:table-cell table:number-columns-repeated="1"/>'
    if isinstance(cell, datetime):
        kind = f'office:value-type="date" office:date-value="{cell.isoformat()}"'
    elif isinstance(cell, str) and cell.startswith("="):
        kind = 'office:value-type="string" office:string-value="" calcext:value-type="error"'
        cell = cell[1:]
    elif isinstance(cell, str):
        kind = 'office:value-type="string"'
    else:
        kind = f'office:value-type="float" office:value="{cell}"'
    return f"<table:table-cell {kind}><text:p>{cell}</text:p></table:table-cell>"
