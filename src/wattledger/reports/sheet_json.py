"""An imported wide sheet as JSON: decimals as strings, null where there is no value."""

import json
from datetime import date
from typing import Any

from wattledger.domain.cell import column_letters
from wattledger.domain.scaled import KWH, to_text
from wattledger.domain.sheet_finding import Finding
from wattledger.domain.sheet_report import MonthCompared, SheetReport


def sheet_json(report: SheetReport) -> str:
    """Return the report in the form scripts rely on (docs/reference/imports.md)."""
    layout = report.layout
    document = {
        "sheet": report.sheet,
        "timeZone": report.zone,
        "dryRun": report.is_dry_run,
        "headerRow": layout.header_row,
        "columns": [
            *({"column": column_letters(p), "is": r.value} for r, p in layout.roles.items()),
            *(
                {"column": column_letters(c.place), "is": "reading", "at": f"{c.edge}"}
                for c in layout.readings
            ),
            *(
                {"column": column_letters(c.place), "is": "consumption", "month": _month(c.month)}
                for c in layout.consumptions
            ),
        ],
        "ignoredColumns": list(layout.ignored),
        "sumRows": [number for number, _ in report.sum_rows],
        "meters": report.meters,
        "created": report.created,
        "readings": {
            "booked": report.counts.new,
            "known": report.counts.duplicates,
            "conflicts": report.counts.conflicts,
            "held": report.counts.held,
            "absent": report.absent,
            "unusable": report.unusable,
        },
        "months": [_compared_fields(compared) for compared in report.months],
        "findings": [_finding_fields(finding) for finding in report.findings],
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def _compared_fields(compared: MonthCompared) -> dict[str, Any]:
    return {
        "row": compared.row,
        "endpoint": compared.endpoint,
        "meter": compared.meter,
        "month": _month(compared.month),
        "sheetKwh": to_text(compared.sheet_milliwh, KWH),
        "ledgerKwh": to_text(compared.ledger_milliwh, KWH),
        "agrees": compared.agrees,
    }


def _finding_fields(finding: Finding) -> dict[str, Any]:
    return {
        "row": finding.row,
        "endpoint": finding.endpoint,
        "meter": finding.meter,
        "month": _month(finding.month),
        "column": finding.column,
        "sheetKwh": to_text(finding.sheet_milliwh, KWH),
        "ledgerKwh": to_text(finding.ledger_milliwh, KWH),
        "differenceKwh": to_text(finding.difference_milliwh, KWH),
        "reason": finding.reason.name.lower(),
        "message": finding.words,
    }


def _month(month: date) -> str:
    return f"{month:%Y-%m}"
