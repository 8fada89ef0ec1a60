"""The month as JSON: decimals as strings, null where there is no value."""

import json
from decimal import Decimal
from typing import Any

from wattledger.domain.instant import format_instant
from wattledger.domain.month_report import MonthLine, MonthReport
from wattledger.domain.scaled import KW, KWH, to_text
from wattledger.reports.fields import (
    PERCENT,
    break_fields,
    epoch_fields,
    quality_fields,
    span_fields,
)


def month_json(report: MonthReport) -> str:
    """Return the report in the form scripts rely on (docs/reference/commands.md).

    The total is the sum of the lines as they are printed, so that it is the one of all reports.
    """
    document = {
        "month": f"{report.month:%Y-%m}",
        "timeZone": report.zone,
        "timeZones": list(report.zones),
        "state": report.state.value,
        "lines": [line_fields(line) for line in report.lines],
        "totals": {"kwh": _short(report.total_kwh)},
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def line_fields(line: MonthLine) -> dict[str, Any]:
    """Return a line's fields by their public names."""
    peak = line.peak
    return {
        "endpoint": line.endpoint,
        "meter": line.meter,
        "client": line.client,
        "openingKwh": to_text(line.opening_milliwh, KWH),
        "closingKwh": to_text(line.closing_milliwh, KWH),
        "kwh": to_text(line.energy_milliwh, KWH),
        "previousKwh": to_text(line.previous_milliwh, KWH),
        "changePercent": _text(line.change_percent),
        "measuredPercent": _text(line.measured_percent),
        "flags": [flag.value for flag in line.flags],
        "clientId": line.client_id,
        "endpointId": line.endpoint_id,
        "meterId": line.meter_id,
        "location": line.location,
        **span_fields((line.start_at, line.end_at)),
        "sharePercent": to_text(line.share_ppm, PERCENT),
        "yearAgoKwh": to_text(line.year_ago_milliwh, KWH),
        "yearChangePercent": _text(line.year_change_percent),
        "uncertaintyKwh": to_text(line.uncertainty_milliwh, KWH),
        "quality": quality_fields(line),
        "peakKw": to_text(peak.peak_mw, KW) if peak else None,
        "peakAt": format_instant(peak.peak_at) if peak else None,
        "p95Kw": to_text(peak.p95_mw, KW) if peak else None,
        "epochs": [epoch_fields(segment) for segment in line.segments],
        "breaks": [break_fields(gap) for gap in line.breaks],
        "timeZone": line.zone,
        "previousInPart": line.previous_in_part,
        "yearAgoInPart": line.year_ago_in_part,
        "openingBetween": line.opening_between,
        "closingBetween": line.closing_between,
        "peakCoveragePercent": str(peak.coverage_percent) if peak else None,
        "peakOf": peak.of if peak else None,
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _short(value: Decimal | None) -> str | None:
    """Write a decimal without trailing zeros, as those of the lines are written."""
    if value is None:
        return None
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
