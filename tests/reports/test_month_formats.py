"""The month for programs: exact decimals, and nothing where there is no value."""

import csv
import io
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

from tests.reports.statements import (
    CLIENT_ID,
    END,
    KWH,
    START,
    Shape,
    built,
    month_book,
    statement,
    without_value,
)

from wattledger.domain.instant import HOUR
from wattledger.domain.month_report import (
    Break,
    Flag,
    MonthLine,
    MonthReport,
    MonthState,
    Peak,
    Segment,
)
from wattledger.domain.quality import Quality
from wattledger.reports.csv import COLUMNS, month_csv
from wattledger.reports.json import month_json

KNOWN = MonthLine(
    endpoint_id="e-1",
    endpoint="Rack A3",
    meter_id=7,
    meter="total",
    client_id=CLIENT_ID,
    client="Client XYZ",
    location="Hall 1",
    start_at=START,
    end_at=END,
    share_ppm=333_333,
    opening_milliwh=12_000 * KWH + 500_000,
    closing_milliwh=43 * KWH,
    energy_milliwh=543 * KWH + 400,
    previous_milliwh=500 * KWH,
    year_ago_milliwh=600 * KWH,
    quality=((Quality.ESTIMATED, 3 * KWH), (Quality.VALIDATED, 540 * KWH + 400)),
    uncertainty_milliwh=200_000,
    flags=(Flag.ESTIMATED, Flag.RESET),
    segments=(
        Segment("install", START, 12_000 * KWH, START + HOUR, 12_500 * KWH, "1"),
        Segment("reset", START + 2 * HOUR, 0, END, 43 * KWH, "1"),
    ),
    breaks=(Break("reset", START + HOUR, START + 2 * HOUR, 3 * KWH),),
    peak=Peak(1_500_250, START + 9 * HOUR, 1_200_000, 15, Decimal("99.8")),
)
UNKNOWN = replace(
    without_value(8, "=cmd()"), client_id=None, client=None, location=None, meter="+1"
)
REPORT = MonthReport(date(2026, 3, 1), "Europe/Berlin", MonthState.PROVISIONAL, (KNOWN, UNKNOWN))


def test_json_has_the_form_scripts_rely_on() -> None:
    document = json.loads(month_json(REPORT))
    assert document["lines"].pop(1) == {
        "endpoint": "=cmd()",
        "meter": "+1",
        "client": None,
        "openingKwh": None,
        "closingKwh": None,
        "kwh": None,
        "previousKwh": None,
        "changePercent": None,
        "measuredPercent": None,
        "flags": ["missing"],
        "clientId": None,
        "endpointId": UNKNOWN.endpoint_id,
        "meterId": 9,
        "location": None,
        "from": "2026-02-28T23:00:00Z",
        "to": "2026-03-31T22:00:00Z",
        "sharePercent": "100",
        "yearAgoKwh": None,
        "yearChangePercent": None,
        "uncertaintyKwh": None,
        "quality": {},
        "peakKw": None,
        "peakAt": None,
        "p95Kw": None,
        "epochs": [],
        "breaks": [],
        "timeZone": None,
        "previousInPart": False,
        "yearAgoInPart": False,
        "openingBetween": False,
        "closingBetween": False,
        "peakCoveragePercent": None,
        "peakOf": None,
    }
    assert document == {
        "month": "2026-03",
        "timeZone": "Europe/Berlin",
        "timeZones": [],
        "state": "provisional",
        "lines": [
            {
                "endpoint": "Rack A3",
                "meter": "total",
                "client": "Client XYZ",
                "openingKwh": "12000.5",
                "closingKwh": "43",
                "kwh": "543.0004",
                "previousKwh": "500",
                "changePercent": "8.6",
                "measuredPercent": "99.4",
                "flags": ["estimated", "reset"],
                "clientId": CLIENT_ID,
                "endpointId": "e-1",
                "meterId": 7,
                "location": "Hall 1",
                "from": "2026-02-28T23:00:00Z",
                "to": "2026-03-31T22:00:00Z",
                "sharePercent": "33.3333",
                "yearAgoKwh": "600",
                "yearChangePercent": "-9.5",
                "uncertaintyKwh": "0.2",
                "quality": {"9": "3", "17": "540.0004"},
                "peakKw": "1.50025",
                "peakAt": "2026-03-01T08:00:00Z",
                "p95Kw": "1.2",
                "epochs": [
                    {
                        "kind": "install",
                        "firstAt": "2026-02-28T23:00:00Z",
                        "firstKwh": "12000",
                        "lastAt": "2026-03-01T00:00:00Z",
                        "lastKwh": "12500",
                        "multiplier": "1",
                    },
                    {
                        "kind": "reset",
                        "firstAt": "2026-03-01T01:00:00Z",
                        "firstKwh": "0",
                        "lastAt": "2026-03-31T22:00:00Z",
                        "lastKwh": "43",
                        "multiplier": "1",
                    },
                ],
                "breaks": [
                    {
                        "kind": "reset",
                        "startAt": "2026-03-01T00:00:00Z",
                        "endAt": "2026-03-01T01:00:00Z",
                        "kwh": "3",
                    }
                ],
                "timeZone": None,
                "previousInPart": False,
                "yearAgoInPart": False,
                "openingBetween": False,
                "closingBetween": False,
                "peakCoveragePercent": "99.8",
                "peakOf": "meter",
            },
        ],
        "totals": {"kwh": "543"},
    }


def test_the_total_is_the_sum_of_what_the_lines_print() -> None:
    thirds = [replace(built(n).line, energy_milliwh=333_333_600) for n in range(3)]
    report = month_book(statement(thirds)).report
    assert json.loads(month_json(report))["totals"] == {"kwh": "1000.002"}


def test_csv_has_a_line_a_meter_and_empty_cells_for_what_is_missing() -> None:
    rows = list(csv.DictReader(io.StringIO(month_csv(REPORT))))
    assert [row["kwh"] for row in rows] == ["543.0004", ""]
    assert rows[0]["flags"] == "estimated reset"
    assert rows[0]["month"] == "2026-03"
    assert rows[0]["quality"] == "9=3 17=540.0004"
    assert rows[0]["epochs"] == "install reset"
    assert rows[0]["breaks"] == "reset=3"
    assert rows[0]["sharePercent"] == "33.3333"
    assert (rows[0]["peakCoveragePercent"], rows[0]["peakOf"]) == ("99.8", "meter")
    assert rows[1]["peakCoveragePercent"] == rows[1]["peakOf"] == ""
    assert rows[1]["peakKw"] == rows[1]["yearAgoKwh"] == rows[1]["breaks"] == ""


def test_csv_keeps_the_columns_it_had_and_their_order() -> None:
    had = "month,endpoint,meter,client,openingKwh,closingKwh,kwh,previousKwh,changePercent,"
    had += "measuredPercent,flags"
    assert month_csv(REPORT).startswith(f"{had},")
    assert len(set(COLUMNS)) == len(COLUMNS)


def test_csv_defuses_names_that_a_spreadsheet_would_run() -> None:
    bad = replace(KNOWN, client="-2+3", location="@SUM(1)", client_id="\t=1")
    rows = list(csv.DictReader(io.StringIO(month_csv(replace(REPORT, lines=(UNKNOWN, bad))))))
    assert rows[0]["endpoint"] == "'=cmd()"
    assert rows[0]["meter"] == "'+1"
    assert rows[1]["client"] == "'-2+3"
    assert rows[1]["location"] == "'@SUM(1)"
    assert rows[1]["clientId"] == "'\t=1"


def test_csv_and_json_say_the_same_of_a_meter_that_was_reset() -> None:
    report = month_book(statement([built(4, Shape(reset_at=40)).line])).report
    row = next(csv.DictReader(io.StringIO(month_csv(report))))
    line = json.loads(month_json(report))["lines"][0]
    assert {name: row[name] for name in ("kwh", "from", "to", "peakAt", "endpointId")} == {
        name: line[name] for name in ("kwh", "from", "to", "peakAt", "endpointId")
    }


def test_a_month_without_meters_is_an_empty_file() -> None:
    empty = MonthReport(date(2026, 3, 1), "UTC", MonthState.OPEN, ())
    assert month_csv(empty).startswith("month,endpoint,meter,client,openingKwh")
    assert json.loads(month_json(empty))["totals"] == {"kwh": None}
