"""The month as CSV for spreadsheets: one line a meter."""

import csv
import io

from wattledger.domain.month_report import MonthReport
from wattledger.reports.json import line_fields

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_TEXT_COLUMNS = ("endpoint", "meter", "client")

COLUMNS = (
    "month",
    *_TEXT_COLUMNS,
    "openingKwh",
    "closingKwh",
    "kwh",
    "previousKwh",
    "changePercent",
    "measuredPercent",
    "flags",
)


def month_csv(report: MonthReport) -> str:
    """Return the report's lines under a header; an empty cell where there is no value."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for line in report.lines:
        fields = line_fields(line)
        texts = {name: _defused(fields[name] or "") for name in _TEXT_COLUMNS}
        flags = " ".join(fields["flags"])
        writer.writerow({"month": f"{report.month:%Y-%m}", **fields, **texts, "flags": flags})
    return out.getvalue()


def _defused(text: str) -> str:
    """Keep a spreadsheet from running a name as a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
