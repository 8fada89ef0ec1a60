"""Spreadsheets written as people's programs write them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TypeAlias

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
