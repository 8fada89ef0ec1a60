"""Cells of imports: what says nothing is absent, what may mean two things is a bad line."""

import json
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from tests.cli.conftest import Run
from tests.services.spreadsheets import MINUTE, Written, write_book

from wattledger.domain.instant import parse_instant

HEADER = "endpoint,timestamp,total_kwh,power_w,serial\n"


def readings(run: Run, folder: Path, text: str, *options: str) -> tuple[int, str]:
    """Import readings; returns the exit code and all that was printed."""
    path = folder / "readings.csv"
    path.write_text(text, encoding="utf-8")
    ran = run("import", "readings", str(path), "--create-missing", *options)
    return ran.code, ran.out + ran.err


def march(run: Run) -> list[dict[str, object]]:
    """Return the lines of March."""
    lines: list[dict[str, object]] = json.loads(run("report", "2026-03", "--format", "json").out)[
        "lines"
    ]
    return lines


def test_what_devices_show_for_no_value_is_no_register(run: Run, tmp_path: Path) -> None:
    text = (
        f"{HEADER}A,2026-03-01T00:00:00+01:00,12000,,\nA,2026-03-20T00:00:00+01:00,65535,,\n"
        "A,2026-03-25T00:00:00+01:00,-1,,\nA,2026-04-01T00:00:00+02:00,12500,,\n"
    )
    code, told = readings(run, tmp_path, text)
    assert (code, "2 readings booked" in told, "2 without a value" in told) == (0, True, True)
    assert [line["kwh"] for line in march(run)] == ["500"]


def test_what_devices_show_for_no_value_is_no_power(run: Run, tmp_path: Path) -> None:
    minutes = range(0, 60, 15)
    rows = (f"A,2026-03-01T00:{minute:02}:00+01:00,{100 + minute},65535," for minute in minutes)
    code, told = readings(run, tmp_path, HEADER + "\n".join(rows) + "\n")
    assert (code, "4 readings booked" in told) == (0, True)
    shown = json.loads(run("ledger", "show", "A", "--json").out)
    assert {each["power"] for each in shown["readings"]} == {None}


def test_a_serial_that_says_nothing_is_no_other_device(run: Run, tmp_path: Path) -> None:
    days = ((1, "01:00", 1000, "S1"), (8, "01:00", 1100, "S1"), (15, "01:00", 1200, "n/a"))
    rows = [*days, (22, "01:00", 1300, "S1")]
    text = HEADER + "".join(
        f"A,2026-03-{day:02}T00:00:00+{zone},{kwh},,{serial}\n" for day, zone, kwh, serial in rows
    )
    code, told = readings(run, tmp_path, f"{text}A,2026-04-01T00:00:00+02:00,1400,,S1\n")
    assert code == 0, told
    (line,) = march(run)
    assert (line["kwh"], line["flags"]) == ("400", ["gap"])


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ('A,2026-03-01T00:00:00Z,5,"1,250",', "'1,250' has a comma"),
        (f"A,2026-03-01T00:00:00Z,5,,{'S' * 101}", "is too long"),
        ("A,2026-03-01T00:00:00Z", "it ends before the column total_kwh"),
        ("Typo,2026-03-01T00:00:00Z,1e30,,", "more than can be counted"),
    ],
)
def test_a_doubtful_cell_is_a_bad_line_and_creates_nothing(
    run: Run, tmp_path: Path, row: str, told: str
) -> None:
    code, printed = readings(run, tmp_path, f"{HEADER}{row}\n")
    assert (code, "line 2: " in printed, told in printed) == (1, True, True)
    code, printed = readings(run, tmp_path, f"{HEADER}{row}\n", "--skip-bad")
    assert (code, "1 bad lines skipped" in printed) == (0, True)
    assert march(run) == []


def test_what_spreadsheets_leave_at_the_end_is_passed_over(run: Run, tmp_path: Path) -> None:
    text = "endpoint,timestamp,total_kwh,,\nA,2026-03-01T00:00:00Z,5,,\n,,,,\n , ,,,\n"
    code, told = readings(run, tmp_path, text)
    assert (code, "1 readings booked" in told) == (0, True)


def test_dates_of_a_spreadsheet_are_those_of_the_zone_of_their_day(
    run: Run, tmp_path: Path
) -> None:
    readings(run, tmp_path, f"{HEADER}A,2026-02-25T12:00:00+01:00,5,,\n")
    moved = run("site", "zone", "Main site", "Asia/Tokyo", "--from", "2026-05")
    assert moved.code == 0, moved.err
    noons = [datetime(2026, month, 2, 12) for month in (3, 5)]  # noqa: DTZ001 - on a wall clock
    rows: list[tuple[Written, ...]] = [("endpoint", "timestamp", "total_kwh")]
    rows += [("A", noon, 6) for noon in noons]
    path = write_book(tmp_path / "dated.xlsx", {"Data": rows}, MINUTE)
    imported = run("import", "readings", str(path))
    assert (imported.code, "2 readings booked" in imported.out) == (0, True), imported.err
    kept = tmp_path / "data" / "wattledger.db"
    with closing(sqlite3.connect(kept)) as database:
        stamps = [at for (at,) in database.execute("SELECT ts FROM reading ORDER BY ts")]
    assert stamps[1:] == [
        parse_instant("2026-03-02T12:00:00+01:00"),
        parse_instant("2026-05-02T12:00:00+09:00"),
    ]


def test_cells_that_say_nothing_set_nothing_of_an_endpoint(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "endpoints.csv"
    path.write_text("endpoint,client,location,address,p_max_kw\nA,n/a,-,n/a,n/a\n")
    made = run("import", "endpoints", str(path))
    assert made.code == 0, made.err
    assert run("client", "list").out.count("n/a") == 0
    (line,) = march(run)
    assert (line["client"], line["endpoint"]) == (None, "A")
    told = run("collect", "A")
    assert told.code == 1
    assert "has no scrapingConfig yet" in told.out + told.err


@pytest.mark.parametrize("column", ["resolution_kwh", "p_max_kw", "modulus_kwh"])
def test_a_setting_with_a_lone_comma_is_a_bad_line(run: Run, tmp_path: Path, column: str) -> None:
    path = tmp_path / "endpoints.csv"
    path.write_text(f"endpoint;{column}\nA;7,360\n")
    refused = run("import", "endpoints", str(path))
    assert (refused.code, "'7,360' has a comma" in refused.err) == (1, True)


def test_lines_of_a_list_that_contradict_each_other_are_bad(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "endpoints.csv"
    path.write_text(
        "endpoint,meter,client,location,multiplier\n"
        "Q,out-1,Alpha,Hall 1,1\nQ,out-2,Beta,Hall 1,40\n"
        "q,out-1,Alpha,,\nQ,out-1,Beta,Hall 1,1\nQ,out-2,Beta,Hall 2,40\n"
    )
    refused = run("import", "endpoints", str(path))
    assert refused.code == 1
    assert "line 5: it says another client than line 2 of the same; keep one" in refused.err
    assert "line 6: it says another location than line 2 of the same" in refused.err
    assert run("import", "endpoints", str(path), "--skip-bad").code == 0
    again = run("import", "endpoints", str(path), "--skip-bad").out
    assert again.startswith("0 endpoints created, 0 changed, 3 as they were.")


def test_what_is_held_is_told_with_what_to_do_about_it(run: Run, tmp_path: Path) -> None:
    rows = [(hour, 1000 + hour) for hour in range(12)] + [(12, 900_000)]
    text = HEADER + "".join(f"A,2026-03-01T{hour:02}:00:00+01:00,{kwh},,\n" for hour, kwh in rows)
    code, told = readings(run, tmp_path, text)
    assert (code, "13 readings booked" in told, "1 held" in told) == (0, True, True)
    assert "Accept or reject them" in " ".join(told.split())
