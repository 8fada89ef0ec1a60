"""A statement as canonical JSON, the form that is sealed and kept for ever (LEDGER 6).

UTF-8, keys sorted, no spaces, decimals as strings, instants ISO 8601 UTC, no binary fractions.
Never change what a schema says or how: a field that all statements have is a new schema, and the
old ones stay readable (``statement_from_json`` in ``stored_statement``). One that says something of
a XX
"""

import json
from decimal import Decimal
from typing import Any

from wattledger.domain.charge import Charge
from wattledger.domain.earlier import Earlier
from wattledger.domain.instant import format_instant
from wattledger.domain.month_report import MonthLine, Peak
from wattledger.domain.scaled import KW, KWH, to_text
from wattledger.domain.statement import (
    Adjustment,
    ChangedReads,
    Priced,
    Schema,
    Seal,
    ServedPart,
    Statement,
)
from wattledger.domain.tariff_form import tariff_document
from wattledger.reports.fields import (
    break_fields,
    epoch_fields,
    named_epoch_fields,
    quality_fields,
    read_fields,
    span_fields,
)

KIND = "wattledger statement"


def canonical(document: object) -> bytes:
    """Return the one JSON text of a document of strings, whole numbers, lists and objects.

    >>> canonical({"b": "1.5", "a": [None, True]})
    b'{"a":[null,true],"b":"1.5"}'
    """
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8")


def sealed_document(statement: Statement) -> bytes:
    """Return what the seal is taken over: the statement without its seal."""
    return canonical(_statement_fields(statement))


def statement_json(statement: Statement) -> bytes:
    """Return a statement with its seal beside it: ``{"seal": ..., "statement": ...}``."""
    seal = statement.seal
    return canonical(
        {
            "seal": None if seal is None else seal_fields(seal),
            "statement": _statement_fields(statement),
        }
    )


def seal_fields(seal: Seal) -> dict[str, Any]:
    """Return a seal's fields by their public names."""
    return {
        "sequence": seal.sequence,
        "sha256": seal.sha256,
        "previousSha256": seal.previous_sha256,
        "closedAt": format_instant(seal.closed_at),
        "closedBy": seal.closed_by,
    }


def _statement_fields(statement: Statement) -> dict[str, Any]:
    schema = statement.schema
    return {
        "kind": KIND,
        "schema": int(schema),
        "month": f"{statement.month:%Y-%m}",
        "timeZone": statement.zone,
        "state": statement.state.value,
        "clientId": statement.client_id,
        "client": statement.client,
        "lines": [_line_fields(line, schema) for line in statement.lines],
        "peak": None if statement.peak is None else _peak_fields(statement.peak),
        "currency": statement.currency,
        "charges": [_charge_fields(charge) for charge in statement.charges],
        "adjustments": [_adjustment_fields(each, schema) for each in statement.adjustments],
        "notes": list(statement.notes),
        "totals": {
            "kwh": _plain(statement.total_kwh),
            "net": _plain(statement.net),
            "vat": _plain(statement.vat),
            "gross": _plain(statement.gross),
        },
        **(_compared_fields(statement) if schema >= Schema.COMPARED else {}),
        **(_evidenced_fields(statement) if schema >= Schema.EVIDENCED else {}),
    }


def _compared_fields(statement: Statement) -> dict[str, Any]:
    return {
        "previous": _earlier_fields(statement.previous or Earlier()),
        "yearAgo": _earlier_fields(statement.year_ago or Earlier()),
    }


def _earlier_fields(earlier: Earlier) -> dict[str, Any]:
    return {
        "kwh": _plain(earlier.kwh),
        "inPart": earlier.in_part,
        "withoutValue": earlier.without_value,
    }


def _evidenced_fields(statement: Statement) -> dict[str, Any]:
    readings = statement.readings
    if readings is None:
        return {"readings": None}
    return {
        "readings": {
            "count": readings.count,
            "sha256": readings.sha256,
            "goodCount": readings.good_count,
            "goodSha256": readings.good_sha256,
        }
    }


def _line_fields(line: MonthLine, schema: Schema) -> dict[str, Any]:
    estimated = dict(line.estimated_days)
    epoch = named_epoch_fields if schema >= Schema.EVIDENCED else epoch_fields
    return {
        "endpointId": line.endpoint_id,
        "endpoint": line.endpoint,
        "meterId": line.meter_id,
        "meter": line.meter,
        "location": line.location,
        **span_fields((line.start_at, line.end_at)),
        "sharePpm": line.share_ppm,
        "openingKwh": to_text(line.opening_milliwh, KWH),
        "closingKwh": to_text(line.closing_milliwh, KWH),
        "kwh": to_text(line.energy_milliwh, KWH),
        "printedKwh": _plain(line.printed_kwh),
        "previousKwh": to_text(line.previous_milliwh, KWH),
        "yearAgoKwh": to_text(line.year_ago_milliwh, KWH),
        "quality": quality_fields(line),
        "uncertaintyKwh": to_text(line.uncertainty_milliwh, KWH),
        "flags": [flag.value for flag in line.flags],
        "epochs": [epoch(segment) for segment in line.segments],
        "breaks": [break_fields(gap) for gap in line.breaks],
        "peak": None if line.peak is None else _peak_fields(line.peak),
        "days": [
            {
                "day": day.isoformat(),
                "kwh": to_text(energy, KWH),
                "estimatedKwh": to_text(estimated.get(day, 0), KWH),
            }
            for day, energy in line.days
        ],
        **(_compared_line_fields(line) if schema >= Schema.COMPARED else {}),
    }


def _compared_line_fields(line: MonthLine) -> dict[str, Any]:
    return {
        "timeZone": line.zone,
        "previousInPart": line.previous_in_part,
        "yearAgoInPart": line.year_ago_in_part,
        "openingBetween": line.opening_between,
        "closingBetween": line.closing_between,
    }


def _peak_fields(peak: Peak) -> dict[str, Any]:
    # What a peak is of stands only where it is of a rack: all that was sealed before is as it was.
    return {
        **({"of": peak.of} if peak.is_of_rack else {}),
        "peakKw": to_text(peak.peak_mw, KW),
        "peakAt": format_instant(peak.peak_at),
        "p95Kw": to_text(peak.p95_mw, KW),
        "windowMinutes": peak.window_minutes,
        "coveragePercent": _plain(peak.coverage_percent),
    }


def _charge_fields(charge: Charge) -> dict[str, Any]:
    return {
        "kind": charge.kind.value,
        "description": charge.description,
        "quantity": _plain(charge.quantity),
        "unit": charge.unit,
        "unitPrice": _plain(charge.unit_price),
        "amount": _plain(charge.amount),
    }


def _adjustment_fields(adjustment: Adjustment, schema: Schema) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "month": f"{adjustment.month:%Y-%m}",
        "endpoint": adjustment.endpoint,
        "meter": adjustment.meter,
        "kwh": to_text(adjustment.energy_milliwh, KWH),
        "amount": _plain(adjustment.amount),
        "reason": adjustment.reason,
    }
    if schema >= Schema.COMPARED:
        fields["beforeKwh"] = to_text(adjustment.before_milliwh, KWH)
        fields["afterKwh"] = to_text(adjustment.after_milliwh, KWH)
    if schema >= Schema.EVIDENCED:
        changed = adjustment.changed
        fields["endpointId"] = adjustment.endpoint_id
        fields["meterId"] = adjustment.meter_id
        fields["changedReads"] = None if changed is None else _changed_fields(changed)
        parts, priced = adjustment.parts, adjustment.priced
        fields["parts"] = None if parts is None else [_part_fields(part) for part in parts]
        fields["priced"] = None if priced is None else _priced_fields(priced)
    return fields


def _part_fields(part: ServedPart) -> dict[str, Any]:
    return {**span_fields((part.start_at, part.end_at)), "sharePpm": part.share_ppm}


def _priced_fields(priced: Priced) -> dict[str, Any]:
    tariff = priced.tariff
    return {
        "amount": _plain(priced.amount),
        "currency": priced.currency,
        "vatPercent": _plain(priced.vat_percent),
        "tariff": None if tariff is None else tariff_document(tariff),
    }


def _changed_fields(changed: ChangedReads) -> dict[str, Any]:
    return {
        "count": changed.count,
        "first": read_fields(changed.first),
        "last": read_fields(changed.last),
    }


def _plain(value: Decimal | None) -> str | None:
    """Write a decimal as plain digits, with the decimals it has: money keeps its cents."""
    return None if value is None else format(value, "f")
