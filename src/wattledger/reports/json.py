"""The month as JSON: decimals as strings, null where there is no value."""

import json
from typing import Any

from wattledger.domain.month_report import MonthLine, MonthReport
from wattledger.domain.scaled import KWH, to_text


def month_json(report: MonthReport) -> str:
    """Return the report in the form scripts rely on (docs/reference/commands.md)."""
    document = {
        "month": f"{report.month:%Y-%m}",
        "timeZone": report.zone,
        "state": report.state.value,
        "lines": [line_fields(line) for line in report.lines],
        "totals": {"kwh": to_text(report.total_milliwh, KWH)},
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def line_fields(line: MonthLine) -> dict[str, Any]:
    """Return a line's fields by their public names."""
    change, measured = line.change_percent, line.measured_percent
    return {
        "endpoint": line.endpoint,
        "meter": line.meter,
        "client": line.client,
        "openingKwh": to_text(line.opening_milliwh, KWH),
        "closingKwh": to_text(line.closing_milliwh, KWH),
        "kwh": to_text(line.energy_milliwh, KWH),
        "previousKwh": to_text(line.previous_milliwh, KWH),
        "changePercent": None if change is None else str(change),
        "measuredPercent": None if measured is None else str(measured),
        "flags": [flag.value for flag in line.flags],
    }
