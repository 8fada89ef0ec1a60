"""The month as CSV for spreadsheets: one line a meter."""

import csv
import io

from wattledger.domain.formula import defused
from wattledger.domain.month_report import MonthReport
from wattledger.reports.json import line_fields

_TEXT_COLUMNS = ("endpoint", "meter", "client")
_MORE_TEXT_COLUMNS = ("clientId", "endpointId", "location")
_YES_OR_NO = ("previousInPart", "yearAgoInPart", "openingBetween", "closingBetween")

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
    *_MORE_TEXT_COLUMNS,
    "meterId",
    "from",
    "to",
    "sharePercent",
    "yearAgoKwh",
    "yearChangePercent",
    "uncertaintyKwh",
    "quality",
    "peakKw",
    "peakAt",
    "p95Kw",
    "epochs",
    "breaks",
    "timeZone",
    *_YES_OR_NO,
    "peakCoveragePercent",
    "peakOf",
)


def month_csv(report: MonthReport) -> str:
    """Return the report's lines under a header; an empty cell where there is no value.

    ``quality`` is written as ``17=123.4 9=0.5``; ``epochs`` are the kinds of the epochs in their
    order, ``breaks`` the breaks as ``reset=0.5``. All of them stand in the JSON in full.
    """
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for line in report.lines:
        fields = line_fields(line)
        names = (*_TEXT_COLUMNS, *_MORE_TEXT_COLUMNS)
        joined = {
            **{name: defused(fields[name] or "") for name in names},
            **{name: "true" if fields[name] else "false" for name in _YES_OR_NO},
            "flags": " ".join(fields["flags"]),
            "quality": " ".join(f"{code}={kwh}" for code, kwh in fields["quality"].items()),
            "epochs": " ".join(epoch["kind"] for epoch in fields["epochs"]),
            "breaks": " ".join(f"{gap['kind']}={gap['kwh']}" for gap in fields["breaks"]),
        }
        writer.writerow({"month": f"{report.month:%Y-%m}", **fields, **joined})
    return out.getvalue()
