"""The month as CSV for spreadsheets: one line a meter."""

import csv
import io

from wattledger.domain.month_report import MonthReport
from wattledger.reports.json import line_fields

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_TEXT_COLUMNS = ("endpoint", "meter", "client")


def month_csv(report: MonthReport) -> str:
    """Return the report's lines with a header; an empty cell where there is no value."""
    out = io.StringIO()
    writer: csv.DictWriter[str] | None = None
    for line in report.lines:
        fields = line_fields(line)
        fields["flags"] = " ".join(fields["flags"])
        for name in _TEXT_COLUMNS:
            fields[name] = _defused(fields[name] or "")
        row = {"month": f"{report.month:%Y-%m}", **fields}
        if writer is None:
            writer = csv.DictWriter(out, list(row), lineterminator="\n")
            writer.writeheader()
        writer.writerow(row)
    return out.getvalue()


def _defused(text: str) -> str:
    """Keep a spreadsheet from running a name as a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
