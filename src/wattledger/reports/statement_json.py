"""A statement as canonical JSON, the form that is sealed and kept for ever (LEDGER 6).

UTF-8, keys sorted, no spaces, decimals as strings, instants ISO 8601 UTC, no binary fractions.
Never change what a schema says or how: a field that all statements have is a new schema, and the
old ones stay readable (``statement_from_json`` in ``stored_statement``). One that says something of
a few is left out of all others. What was sealed as schema 1 is written as such.
"""

import json
from decimal import Decimal
from typing import Any

from wattledger.domain.charge import Charge
from wattledger.domain.earlier import Earlier
from wattledger.domain.instant import format_instant
from wattledger.domain.month_report import MonthLine, Peak
from wattledger.domain.scaled import KW, KWH, to_text
from wattledger.domain.statement import Adjustment, Seal, Statement
from wattledger.reports.fields import break_fields, epoch_fields, quality_fields, span_fields

KIND = "wattledger statement"
SCHEMA = 2
FIRST_SCHEMA = 1
"""Without the client's own earlier months, the zones of lines, and what adjustments start from."""


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
    if statement.previous is None or statement.year_ago is None:
        return _first_fields(statement)
    return _first_fields(statement) | {
        "schema": SCHEMA,
        "previous": _earlier_fields(statement.previous),
        "yearAgo": _earlier_fields(statement.year_ago),
        "lines": [_line_fields(line) | _more_line_fields(line) for line in statement.lines],
        "adjustments": [
            _adjustment_fields(each)
            | {
                "beforeKwh": to_text(each.before_milliwh, KWH),
                "afterKwh": to_text(each.after_milliwh, KWH),
            }
            for each in statement.adjustments
        ],
    }


def _earlier_fields(earlier: Earlier) -> dict[str, Any]:
    return {
        "kwh": _plain(earlier.kwh),
        "inPart": earlier.in_part,
        "withoutValue": earlier.without_value,
    }


def _more_line_fields(line: MonthLine) -> dict[str, Any]:
    """Return what schema 2 says of a line beyond schema 1."""
    return {
        "timeZone": line.zone,
        "previousInPart": line.previous_in_part,
        "yearAgoInPart": line.year_ago_in_part,
        "openingBetween": line.opening_between,
        "closingBetween": line.closing_between,
    }


def _first_fields(statement: Statement) -> dict[str, Any]:
    """Return what schema 1 says of a statement."""
    return {
        "kind": KIND,
        "schema": FIRST_SCHEMA,
        "month": f"{statement.month:%Y-%m}",
        "timeZone": statement.zone,
        "state": statement.state.value,
        "clientId": statement.client_id,
        "client": statement.client,
        "lines": [_line_fields(line) for line in statement.lines],
        "peak": None if statement.peak is None else _peak_fields(statement.peak),
        "currency": statement.currency,
        "charges": [_charge_fields(charge) for charge in statement.charges],
        "adjustments": [_adjustment_fields(each) for each in statement.adjustments],
        "notes": list(statement.notes),
        "totals": {
            "kwh": _plain(statement.total_kwh),
            "net": _plain(statement.net),
            "vat": _plain(statement.vat),
            "gross": _plain(statement.gross),
        },
    }


def _line_fields(line: MonthLine) -> dict[str, Any]:
    estimated = dict(line.estimated_days)
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
        "epochs": [epoch_fields(segment) for segment in line.segments],
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


def _adjustment_fields(adjustment: Adjustment) -> dict[str, Any]:
    return {
        "month": f"{adjustment.month:%Y-%m}",
        "endpoint": adjustment.endpoint,
        "meter": adjustment.meter,
        "kwh": to_text(adjustment.energy_milliwh, KWH),
        "amount": _plain(adjustment.amount),
        "reason": adjustment.reason,
    }


def _plain(value: Decimal | None) -> str | None:
    """Write a decimal as plain digits, with the decimals it has: money keeps its cents."""
    return None if value is None else format(value, "f")
