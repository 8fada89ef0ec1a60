"""Commands as operators type them."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.conftest import Run

from wattledger.version import __version__

READINGS = """endpoint,timestamp,total_kwh,power_w
Rack A3,2026-02-28T23:45:00+01:00,1000.0,4000
Rack A3,2026-03-01T00:00:00+01:00,1001.0,4000
Rack A3,2026-03-15T12:00:00+01:00,1451.0,
Rack A3,2026-03-31T23:50:00+02:00,n/a,
Rack A3,2026-04-01T00:00:00+02:00,2001.5,4100
"""


@pytest.fixture
def readings(tmp_path: Path) -> str:
    path = tmp_path / "readings.csv"
    path.write_text(READINGS, encoding="utf-8")
    return str(path)


def test_the_first_command_makes_the_database(run: Run, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "data")
    assert run("client", "add", "Client XYZ").code == 0
    assert "Client XYZ" in run("client", "list").out
    assert (tmp_path / "data/wattledger.db").is_file()


def test_the_version_is_printed(run: Run) -> None:
    assert run("--version").out == f"wattledger {__version__}\n"


def test_without_a_command_the_commands_are_listed(run: Run) -> None:
    shown = run()
    assert shown.code == 2
    for command in (
        "serve",
        "demo",
        "collect",
        "read",
        "import",
        "report",
        "doctor",
        "db",
        "token",
    ):
        assert command in shown.err


LOADED = """import sys
from wattledger.cli.main import application
application([sys.argv[1]])
LARGE = {"alembic", "fastapi", "playwright", "reportlab", "uvicorn"}
print(*sorted(LARGE & sys.modules.keys()))"""


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("command", "loaded"),
    [("token", ""), ("collect", "playwright"), ("serve", "fastapi playwright reportlab uvicorn")],
)
def test_a_command_loads_no_more_than_it_needs(command: str, loaded: str) -> None:
    told = [sys.executable, "-c", LOADED, command]
    shown = subprocess.run(told, capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == loaded


def test_a_month_of_imported_readings_is_reported_exactly(run: Run, readings: str) -> None:
    imported = run("import", "readings", readings, "--create-missing")
    assert imported.code == 0
    assert "4 readings booked" in imported.out
    assert "1 without a value" in imported.out
    report = json.loads(run("report", "2026-03", "--format", "json").out)
    assert report["timeZone"] == "Europe/Berlin"
    assert report["state"] == "provisional"
    assert report["totals"] == {"kwh": "1000.5"}
    [line] = report["lines"]
    assert line.items() >= (
        {
            "endpoint": "Rack A3",
            "meter": "total",
            "client": None,
            "openingKwh": "1001",
            "closingKwh": "2001.5",
            "kwh": "1000.5",
            "previousKwh": "1",
            "previousInPart": True,
            "changePercent": None,
            "measuredPercent": "100.0",
            "flags": ["gap"],
            "quality": {"17": "1000.5"},
        }.items()
    )


def test_the_table_shows_figures_whole(run: Run, readings: str) -> None:
    run("import", "readings", readings, "--create-missing")
    table = run("report", "2026-03").out
    assert "March 2026 (provisional, Europe/Berlin)" in table
    assert "2,001.500" in table
    assert "1,000.500" in table
    assert run("report", "2026-03", "--format", "csv").out.count("\n") == 2


def test_importing_twice_changes_nothing(run: Run, readings: str) -> None:
    run("import", "readings", readings, "--create-missing")
    before = run("report", "2026-03", "--format", "json").out
    again = run("import", "readings", readings)
    assert "0 readings booked, 4 known already" in again.out
    assert run("report", "2026-03", "--format", "json").out == before


def test_bad_lines_are_named_and_nothing_is_booked(run: Run, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text(
        READINGS + "Rack A3,2026-04-02T00:00:00,2002,\nRack A3,2026-04-03T00:00:00Z,x,\n"
    )
    refused = run("import", "readings", str(bad), "--create-missing")
    assert refused.code == 1
    assert "line 7: '2026-04-02T00:00:00' has no UTC offset" in refused.err
    assert "line 8: 'x' is not a number" in refused.err
    assert json.loads(run("report", "2026-03", "--format", "json").out)["lines"] == []
    with bad.open("a") as file:
        file.write("Rack B1,2026-04-02T00:00:00Z,-5,\n")
    skipped = run("import", "readings", str(bad), "--create-missing", "--skip-bad")
    assert skipped.code == 0
    assert "3 bad lines skipped" in skipped.out
    lines = json.loads(run("report", "2026-03", "--format", "json").out)["lines"]
    assert [line["endpoint"] for line in lines] == ["Rack A3"], "no bad line creates an endpoint"


def test_endpoints_are_imported_with_their_client_and_multiplier(
    run: Run, tmp_path: Path, readings: str
) -> None:
    run("import", "readings", readings, "--create-missing")
    endpoints = tmp_path / "endpoints.csv"
    endpoints.write_text("endpoint,client,multiplier,p_max_kw\nRack A3,Client XYZ,40,400\n")
    assert "0 endpoints created, 1 changed" in run("import", "endpoints", str(endpoints)).out
    line = json.loads(run("report", "2026-03", "--format", "json").out)["lines"][0]
    assert (line["client"], line["openingKwh"], line["kwh"]) == ("Client XYZ", "1001", "40020")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("report", "2026-13"), "write it like 2026-03"),
        (("import", "readings", "missing.csv"), "missing.csv cannot be read"),
        (("read", "missing.yaml", "--address", "10.0.0.1"), "missing.yaml cannot be read"),
        (("collect",), "--all"),
        (("collect", "nobody"), "There is no endpoint 'nobody'"),
        (("token", "revoke", "7"), "There is no token 7"),
    ],
)
def test_an_error_says_what_to_do_and_exits_1(
    run: Run, arguments: tuple[str, ...], told: str
) -> None:
    refused = run(*arguments)
    assert refused.code == 1
    assert refused.err.startswith("error: ")
    assert told in refused.err


@pytest.mark.parametrize("arguments", [("report", "2026-03"), ("db", "upgrade"), ("token", "list")])
def test_a_data_folder_that_cannot_be_made_is_named(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("WATTLEDGER_DATA_DIR", str(tmp_path / "file"))
    refused = run(*arguments)
    assert refused.code == 1
    assert "error: WATTLEDGER_DATA_DIR: " in refused.err


@pytest.mark.parametrize(
    ("total", "told"),
    [
        ('"1,234"', "line 2: '1,234' has a comma"),
        ("12;5", "is not a number"),
        ("-5", "negative"),
        ("1e400", "is not a number"),
        ("999999999999999999999", "more than can be counted"),
    ],
)
def test_a_register_that_may_mean_something_else_is_a_bad_line(
    run: Run, tmp_path: Path, total: str, told: str
) -> None:
    path = tmp_path / "doubtful.csv"
    path.write_text(f"endpoint,timestamp,total_kwh\nA,2026-03-01T00:00:00Z,{total}\n")
    refused = run("import", "readings", str(path), "--create-missing")
    assert (refused.code, refused.out) == (1, "")
    assert told in refused.err


@pytest.mark.parametrize("kind", ["endpoints", "readings"])
@pytest.mark.parametrize("name", ["a\0b", "'a\nb'", "x" * 201])
def test_a_name_that_the_api_would_not_take_is_a_bad_line(
    run: Run, tmp_path: Path, kind: str, name: str
) -> None:
    path = tmp_path / "names.csv"
    cell = name.replace("'", '"')
    path.write_text(f"endpoint,meter,timestamp,total_kwh\n{cell},,2026-03-01T00:00:00Z,1\n")
    if kind == "endpoints":
        path.write_text(f"endpoint\n{cell}\n")
    options = ["--create-missing"] if kind == "readings" else []
    refused = run("import", kind, str(path), *options)
    assert refused.code == 1
    assert "the name of the endpoint" in refused.err


def test_a_setting_that_rounds_to_nothing_is_a_bad_line(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "endpoints.csv"
    path.write_text("endpoint,modulus_kwh\nA,0.0000001\n")
    refused = run("import", "endpoints", str(path))
    assert refused.code == 1
    assert "line 2: modulus '0.0000001' is not a positive number" in refused.err


def test_a_new_meter_is_told_apart_from_one_left_as_it_was(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "endpoints.csv"
    path.write_text("endpoint,meter\nA,\nA,outlet-1\n")
    first = run("import", "endpoints", str(path))
    assert first.out == "1 endpoints created, 1 changed, 0 as they were.\n"
    again = run("import", "endpoints", str(path))
    assert again.out == "0 endpoints created, 0 changed, 2 as they were.\n"


@pytest.mark.parametrize("month", ["0001-01", "1999-12", "2101-01", "9999-12"])
def test_a_month_no_meter_has_seen_is_refused(run: Run, month: str) -> None:
    refused = run("report", month)
    assert refused.code == 1
    assert f"error: '{month}' is outside the years 2000 to 2100" in refused.err


@pytest.mark.parametrize("name", ["", " ", "a\tb", "x" * 201])
def test_a_token_has_a_name(run: Run, name: str) -> None:
    refused = run("token", "create", name)
    assert (refused.code, refused.out) == (1, "")
    assert "name" in refused.err


def test_wrong_usage_exits_2(run: Run) -> None:
    assert run("report").code == 2
    assert run("frobnicate").code == 2


def test_a_token_is_shown_once_and_can_be_revoked(run: Run) -> None:
    secret = run("token", "create", "billing script").out.strip()
    assert secret.startswith("wl_")
    listed = run("token", "list").out
    assert secret not in listed
    assert "billing script\tactive\tnever used" in listed
    assert run("token", "revoke", "1").code == 0
    assert "revoked" in run("token", "list").out


def test_the_doctor_says_what_is_there(run: Run) -> None:
    examined = run("doctor")
    assert examined.code == 0
    for subject in ("data folder", "disk", "browser", "key", "database"):
        assert f"  {subject}: " in examined.out


def test_the_doctor_names_what_is_broken_and_the_fix(run: Run, tmp_path: Path) -> None:
    run("token", "list")
    run("doctor")
    (tmp_path / "data/key").chmod(0o644)
    examined = run("doctor")
    assert examined.code == 1
    assert "FAIL  key: " in examined.out
    assert "chmod 600" in examined.out


@pytest.mark.parametrize(
    ("name", "value", "subject"),
    [
        ("WATTLEDGER_BROWSER", "/nowhere/chrome", "browser"),
        ("WATTLEDGER_DATABASE_URL", "nonsense", "database"),
    ],
)
def test_the_doctor_fails_where_a_setting_is_wrong(
    run: Run, monkeypatch: pytest.MonkeyPatch, name: str, value: str, subject: str
) -> None:
    monkeypatch.setenv(name, value)
    examined = run("doctor")
    assert examined.code == 1
    assert f"FAIL  {subject}: {name}" in examined.out


def test_the_doctor_only_warns_where_there_is_no_browser(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATTLEDGER_BROWSER", "none")
    examined = run("doctor")
    assert examined.code == 0
    assert "warn  browser: switched off by WATTLEDGER_BROWSER=none" in examined.out
    assert "apt-get" not in examined.out


def test_the_doctor_fails_where_the_browser_s_driver_lacks_a_library(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = tmp_path / "node"
    node.write_text("#!/bin/sh\necho '/x/node: error: libatomic.so.1' >&2; exit 127\n")
    node.chmod(0o755)
    monkeypatch.setenv("PLAYWRIGHT_NODEJS_PATH", str(node))
    examined = run("doctor")
    assert examined.code == 1
    assert "FAIL  browser: The browser's driver does not run here" in examined.out
    assert "(error: libatomic.so.1). As root, run: apt-get install" in examined.out


def test_the_doctor_warns_when_the_time_zone_is_not_that_of_the_data(
    run: Run, readings: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("import", "readings", readings, "--create-missing")
    assert "ok    time zone: Europe/Berlin" in run("doctor").out
    monkeypatch.setenv("WATTLEDGER_TIME_ZONE", "Asia/Tokyo")
    assert "warn  time zone: days and months are those of Europe/Berlin" in run("doctor").out
    report = json.loads(run("report", "2026-03", "--format", "json").out)
    assert report["timeZone"] == "Europe/Berlin"


def test_the_database_can_be_upgraded_again_and_again(run: Run) -> None:
    assert run("db", "upgrade").code == 0
    assert "up to date" in run("db", "upgrade").err
