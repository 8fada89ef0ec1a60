"""Imports from spreadsheets, as operators type them."""

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Run
from tests.services.spreadsheets import MINUTE, Written, on, write_book

from wattledger.secrets.keys import new_key

READINGS: list[tuple[Written, ...]] = [
    ("endpoint", "timestamp", "total_kwh", "serial"),
    ("Rack A3", on("2026-03-01"), 1001, "S1"),
    ("Rack A3", on("2026-03-15T12:00"), 1451.5, "S1"),
    ("Rack A3", "2026-04-01T00:00:00+02:00", 2001.5, "S1"),
    ("Rack A3", on("2026-04-02"), "n/a", None),
]
WIDE: list[tuple[Written, ...]] = [
    ("Rack", on("2025-12-31"), on("2026-01-31"), "kWh Jan", "28.02.2026", "kWh Feb", "Note"),
    ("R1", 1000, 1500, 500, 1700, 200, "fine"),
    ("R2", 10, 20, 11, 30, 10, None),
    ("Summe", None, None, 511, None, 210, None),
]


@pytest.fixture
def readings(tmp_path: Path) -> str:
    return str(write_book(tmp_path / "readings.xlsx", {"Data": READINGS}, MINUTE))


@pytest.fixture
def wide(tmp_path: Path) -> str:
    return str(write_book(tmp_path / "wide.xlsx", {"Notes": [("hi",)], "2026": WIDE}))


def test_readings_of_a_spreadsheet_make_the_same_month(run: Run, readings: str) -> None:
    imported = run("import", "readings", readings, "--create-missing")
    assert imported.code == 0
    assert "3 readings booked" in imported.out
    assert "1 without a value" in imported.out
    assert "They were in the sheet 'Data'." in imported.err
    assert "3 dates have no offset and were taken in Europe/Berlin" in imported.err
    line = json.loads(run("report", "2026-03", "--format", "json").out)["lines"][0]
    assert (line["openingKwh"], line["closingKwh"], line["kwh"]) == ("1001", "2001.5", "1000.5")
    assert "0 readings booked, 3 known already" in run("import", "readings", readings).out


def test_a_sheet_can_be_named(run: Run, tmp_path: Path) -> None:
    path = str(write_book(tmp_path / "two.xlsx", {"A": READINGS, "B": READINGS[:2]}, MINUTE))
    imported = run("import", "readings", path, "--create-missing", "--sheet", "B")
    assert "1 readings booked" in imported.out
    refused = run("import", "readings", path, "--sheet", "C")
    assert refused.code == 1
    assert "has no sheet 'C'; there are A, B" in refused.err


def test_endpoints_of_a_spreadsheet_are_created(run: Run, tmp_path: Path) -> None:
    rows: list[tuple[Written, ...]] = [
        ("endpoint", "client", "multiplier", "p_max_kw"),
        ("Rack A3", "Client XYZ", 40, 22.5),
        ("Rack A4", "Client XYZ", "=#N/A", None),
    ]
    path = str(write_book(tmp_path / "endpoints.xlsx", {"Racks": rows}))
    refused = run("import", "endpoints", path)
    assert refused.code == 1
    assert "sheet 'Racks' row 3: cell C3 holds the error #N/A." in refused.err
    assert "1 endpoints created" in run("import", "endpoints", path, "--skip-bad").out


def test_logins_of_a_list_are_encrypted_with_the_key_of_the_settings(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATTLEDGER_KEY", new_key())
    path = tmp_path / "endpoints.csv"
    head = "endpoint,address,auth_type,username,password,recipe"
    recipe = '"{""valueSelector"": ""#total""}"'
    for rack in ("A3", "A4"):
        path.write_text(f"{head}\nRack {rack},10.0.0.1,basic,admin,s3cret,{recipe}\n")
        assert "1 endpoints created" in run("import", "endpoints", str(path)).out
    assert not (tmp_path / "data" / "key").exists()
    assert json.loads(run("key", "status", "--json").out)["passwordsByKey"] == [2]


def test_a_wide_sheet_shows_its_months_and_where_it_was_wrong(run: Run, wide: str) -> None:
    tried = run("import", "sheet", wide, "--dry-run")
    assert tried.code == 0
    assert "This was a dry run: nothing was booked." in tried.out
    assert json.loads(run("report", "2026-01", "--format", "json").out)["lines"] == []
    done = run("import", "sheet", wide)
    assert "2 meters (2 created), 6 readings booked" in done.out
    assert "consumption does not equal the difference" in done.out
    assert "header in row 1" in done.err
    assert "column B '2025-12-31': register at 2026-01-01 00:00 (Europe/Berlin), in kWh" in done.err
    assert "not used: G 'Note'" in done.err
    report = json.loads(run("report", "2026-01", "--format", "json").out)
    assert {line["endpoint"]: line["kwh"] for line in report["lines"]} == {"R1": "500", "R2": "10"}


def test_a_wide_sheet_as_json(run: Run, wide: str) -> None:
    result = json.loads(run("import", "sheet", wide, "--json").out)
    assert (result["sheet"], result["timeZone"], result["dryRun"]) == (
        *("2026", "Europe/Berlin", False),
    )
    assert {"column": "C", "is": "reading", "at": "2026-02-01"} in result["columns"]
    assert {"column": "D", "is": "consumption", "month": "2026-01"} in result["columns"]
    assert result["readings"]["booked"] == 6
    assert result["findings"] == [
        {
            "row": 3,
            "endpoint": "R2",
            "meter": "total",
            "month": "2026-01",
            "column": "C",
            "sheetKwh": "11",
            "ledgerKwh": "10",
            "differenceKwh": "1",
            "reason": "unequal",
            "message": "consumption does not equal the difference",
        }
    ]
    again = run("import", "sheet", wide)
    assert "0 readings booked, 6 known already" in again.out


def test_a_right_sheet_is_said_to_be_right(run: Run, tmp_path: Path) -> None:
    path = str(write_book(tmp_path / "right.xlsx", {"x": WIDE[:2]}))
    assert "The sheet was right everywhere." in run("import", "sheet", path).out


def test_what_a_sheet_does_not_tell_can_be_said(run: Run, tmp_path: Path) -> None:
    rows: list[tuple[Written, ...]] = [
        ("Old", "Site", "03/04/2026", "x", "Jan"),
        ("a", "R1", 1, 2, 0),
    ]
    path = str(write_book(tmp_path / "odd.xlsx", {"x": rows}))
    options = ("--name-column", "Site", "--columns", "D=Reading 31.12.2025, E=-")
    assert "say --day-first or --month-first" in run("import", "sheet", path, *options).err
    for order, at in (("--day-first", "2026-04-04"), ("--month-first", "2026-03-05")):
        result = run("import", "sheet", path, *options, order, "--dry-run", "--json")
        columns = json.loads(result.out)["columns"]
        assert {"column": "B", "is": "name"} in columns
        assert {"column": "C", "is": "reading", "at": at} in columns
    wrong = run("import", "sheet", path, "--columns", "D")
    assert "--columns: 'D' is not like C=2026-01" in wrong.err
    months: list[tuple[Written, ...]] = [("Rack", "2026-01-01", "2026-02-01"), ("R1", 1, 2)]
    path = str(write_book(tmp_path / "months.xlsx", {"x": months}))
    assert "--first-of-month opening or" in run("import", "sheet", path).err
    closing = run("import", "sheet", path, "--first-of-month", "closing", "--json").out
    assert json.loads(closing)["columns"][1]["at"] == "2026-02-01"


def test_bad_rows_are_named_and_nothing_is_booked(run: Run, tmp_path: Path) -> None:
    path = str(write_book(tmp_path / "twice.xlsx", {"x": [*WIDE, WIDE[1]]}))
    refused = run("import", "sheet", path, "--name-column", "A")
    assert refused.code == 1
    assert "1 bad rows:" in refused.err
    assert "row 5: 'R1' stands in row 2 already" in refused.err
    assert "Nothing was booked." in refused.err
    assert run("import", "sheet", path, "--name-column", "A", "--skip-bad").code == 0


def test_hidden_rows_and_conflicts_are_told(run: Run, tmp_path: Path, wide: str) -> None:
    run("import", "sheet", wide)
    changed = [WIDE[0], ("R1", 1000, 1501, 501, 1700, 199, None)]
    other = str(write_book(tmp_path / "other.xlsx", {"x": changed}))
    assert "1 readings differ from what is known" in run("import", "sheet", other).err


def test_a_file_that_is_no_spreadsheet_is_told(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "text.xlsx"
    path.write_text("hello", encoding="utf-8")
    for kind in ("readings", "endpoints", "sheet"):
        refused = run("import", kind, str(path))
        assert refused.code == 1
        assert refused.err.startswith("error: ")
        assert "is named like a spreadsheet but is none" in refused.err
