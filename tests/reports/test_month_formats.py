"""The month for programs: exact decimals, and nothing where there is no value."""

import csv
import io
import json
from datetime import date
from decimal import Decimal

from wattledger.domain.month_report import Flag, MonthLine, MonthReport, MonthState
from wattledger.reports.csv import month_csv
from wattledger.reports.json import month_json

KWH = 1_000_000
KNOWN = MonthLine(
    endpoint="Rack A3",
    meter="total",
    client="Client XYZ",
    opening_milliwh=12_000 * KWH + 500_000,
    closing_milliwh=12_543 * KWH + 500_000,
    energy_milliwh=543 * KWH,
    previous_milliwh=500 * KWH,
    measured_percent=Decimal("99.5"),
    flags=(Flag.ESTIMATED, Flag.HELD),
)
UNKNOWN = MonthLine("=cmd()", "total", None, None, None, None, None, None, (Flag.MISSING,))
REPORT = MonthReport(date(2026, 3, 1), "Europe/Berlin", MonthState.PROVISIONAL, (KNOWN, UNKNOWN))


def test_json_has_the_form_scripts_rely_on() -> None:
    assert json.loads(month_json(REPORT)) == {
        "month": "2026-03",
        "timeZone": "Europe/Berlin",
        "state": "provisional",
        "lines": [
            {
                "endpoint": "Rack A3",
                "meter": "total",
                "client": "Client XYZ",
                "openingKwh": "12000.5",
                "closingKwh": "12543.5",
                "kwh": "543",
                "previousKwh": "500",
                "changePercent": "8.6",
                "measuredPercent": "99.5",
                "flags": ["estimated", "held"],
            },
            {
                "endpoint": "=cmd()",
                "meter": "total",
                "client": None,
                "openingKwh": None,
                "closingKwh": None,
                "kwh": None,
                "previousKwh": None,
                "changePercent": None,
                "measuredPercent": None,
                "flags": ["missing"],
            },
        ],
        "totals": {"kwh": "543"},
    }


def test_csv_has_a_line_a_meter_and_empty_cells_for_what_is_missing() -> None:
    rows = list(csv.DictReader(io.StringIO(month_csv(REPORT))))
    assert [row["kwh"] for row in rows] == ["543", ""]
    assert rows[0]["flags"] == "estimated held"
    assert rows[0]["month"] == "2026-03"


def test_csv_defuses_names_that_a_spreadsheet_would_run() -> None:
    rows = list(csv.DictReader(io.StringIO(month_csv(REPORT))))
    assert rows[1]["endpoint"] == "'=cmd()"


def test_a_month_without_meters_is_an_empty_file() -> None:
    empty = MonthReport(date(2026, 3, 1), "UTC", MonthState.OPEN, ())
    assert month_csv(empty).startswith("month,endpoint,meter,client,openingKwh")
    assert json.loads(month_json(empty))["totals"] == {"kwh": None}
