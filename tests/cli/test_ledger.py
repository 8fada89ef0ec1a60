"""The ledger from the command line: proven, looked into, corrected."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Once, Ran, Run

HEADER = "endpoint,timestamp,total_kwh\n"
NAME = "Rack A3"
WHO = ("--by", "Ada Meyer", "--why", "seen on the spot")


@pytest.fixture
def rack(run: Run, tmp_path: Path, once: Once) -> Path:
    """Give a meter that rose by 2 kWh an hour, and was exchanged after its 19th; its database."""
    lines = [f"{NAME},2026-03-10T{hour:02}:00:00Z,{1000 + 2 * hour}\n" for hour in range(20)]
    lines += [f"{NAME},2026-03-11T{hour:02}:00:00Z,{7 + 2 * hour}\n" for hour in range(1, 24)]
    path = tmp_path / "readings.csv"
    path.write_text(HEADER + "".join(lines), encoding="utf-8")

    def bring_in() -> None:
        assert run("import", "readings", str(path), "--create-missing").code == 0

    once(tmp_path / "data", bring_in)
    return tmp_path / "data" / "wattledger.db"


def told(ran: Ran) -> Any:  # noqa: ANN401 - JSON
    assert ran.code == 0, ran.err
    return json.loads(ran.out)


def swap(run: Run, *more: str) -> Ran:
    reads = ("--final", "1045", "--initial", "5")
    at = ("--at", "2026-03-10T22:00:00Z")
    return run("ledger", "event", "swap", NAME, *at, *reads, *WHO, *more)


def test_a_ledger_that_is_right_exits_0(run: Run, rack: Path) -> None:
    assert rack.exists()
    verified = run("ledger", "verify")
    assert verified.code == 0
    assert "1 meters: the ledger is what their readings give." in verified.out
    assert "verifying meters: 1 of 1" in verified.err
    answer = told(run("ledger", "verify", "--json"))
    assert answer == {
        "meters": 1,
        "right": True,
        "differences": [],
        "statements": 0,
        "brokenSeals": [],
    }


def test_a_statement_that_was_changed_exits_1_and_is_not_repaired(run: Run, rack: Path) -> None:
    assert run("client", "add", "Alpha").code == 0
    assert run("assign", NAME, "--client", "Alpha", "--from", "beginning").code == 0
    closed = ("--accept-estimates", "--reason", "seen")
    assert run("close", "2026-03", *closed).code == 0
    verified = run("ledger", "verify")
    assert verified.code == 0
    assert "1 closed statements: each is as it was sealed, and follows the one" in verified.out
    with sqlite3.connect(rack) as connection:
        connection.execute("UPDATE month_close SET closed_by = 'Nobody'")
    connection.close()
    found = run("ledger", "verify", "--repair")
    assert found.code == 1
    assert "Alpha, statement 2026-03/1 is not as it was sealed:" in found.out
    assert "1 closed statements: 1 do not fit." in found.out
    assert "Seals are not repaired, nor with --repair" in found.err
    answer = json.loads(run("ledger", "verify", "--json").out)
    assert (answer["meters"], answer["right"], answer["statements"]) == (1, False, 1)
    (broken,) = answer["brokenSeals"]
    assert (broken["client"], broken["month"], broken["number"]) == (
        "Alpha",
        "2026-03",
        "2026-03/1",
    )


def test_a_wrong_number_exits_1_until_it_is_repaired(run: Run, rack: Path) -> None:
    with sqlite3.connect(rack) as connection:
        connection.execute("UPDATE energy_month SET energy_milliwh = 5")
    connection.close()
    found = run("ledger", "verify")
    assert found.code == 1
    assert "energy_milliwh is 5, the readings give" in found.out
    assert "1 differed, 0 repaired" in found.out
    repaired = run("ledger", "verify", "--repair", "--json")
    assert repaired.code == 0
    (different,) = json.loads(repaired.out)["differences"]
    assert (different["endpoint"], different["repaired"]) == (NAME, True)
    assert run("ledger", "verify").code == 0


def test_readings_are_shown_with_what_became_of_them(run: Run, rack: Path) -> None:
    assert rack.exists()
    shown = told(run("ledger", "show", NAME, "--from", "2026-03-11", "--json"))
    first, second = shown["readings"][:2]
    assert (shown["endpoint"], shown["meter"]) == (NAME, "total")
    assert first == {
        "timestamp": "2026-03-11T01:00:00Z",
        "totalKwh": "9",
        "serial": None,
        "source": "imported",
        "attemptId": None,
        "status": "good",
        "join": first["join"],
        "energyKwh": "12",
        "quality": 9,
        "power": None,
        "resetStamp": None,
        "otherValues": [],
    }
    assert first["join"] in {"reset", "replacement"}
    assert (second["join"], second["energyKwh"], second["quality"]) == ("advance", "2", 17)
    table = run("ledger", "show", NAME, "--to", "2026-03-10", "--limit", "3")
    assert "2026-03-10T19:00:00Z" in table.out
    assert "advance" in table.out
    assert "2026-03-10T16:00:00Z" not in table.out
    assert "Older readings are left out" in table.err


def test_a_swap_is_tried_declared_listed_and_withdrawn(run: Run, rack: Path) -> None:
    assert rack.exists()
    tried = swap(run, "--dry-run")
    assert "March 2026: 94 -> 93 kWh" in tried.out
    assert "nothing was kept" in tried.err
    assert told(run("ledger", "events", NAME, "--json")) == []
    declared = told(swap(run, "--json"))
    assert declared["months"] == [{"month": "2026-03", "beforeKwh": "94", "afterKwh": "93"}]
    event = declared["event"]
    assert (event["by"], event["finalKwh"], event["initialKwh"]) == ("Ada Meyer", "1045", "5")
    assert told(run("ledger", "events", NAME, "--json")) == [event]
    assert "finalKwh 1045, initialKwh 5" in run("ledger", "events", NAME).out
    gone = run("ledger", "withdraw", str(event["id"]), "--by", "Bo", "--why", "mistaken")
    assert "is withdrawn." in gone.out
    assert "March 2026: 93 -> 94 kWh" in gone.out
    assert "by Bo: mistaken" in run("ledger", "events", NAME).out
    assert run("ledger", "events", "1").out == run("ledger", "events", NAME).out
    assert run("ledger", "verify").code == 0


def test_each_kind_of_event_can_be_declared(run: Run, rack: Path) -> None:
    assert rack.exists()
    for kind, at, *more in (
        ("check", "2026-03-11T10:30:00Z", "--total", "28"),
        ("reject", "2026-03-11T12:00:00Z"),
        ("accept", "2026-03-11T13:00:00Z"),
        ("settings", "2026-03-11", "--multiplier", "2", "--p-max-kw", "22.5"),
        ("end", "2026-03-11T20:00:00Z"),
    ):
        ran = run("ledger", "event", kind, NAME, "--at", at, *WHO, *more)
        assert ran.code == 0, ran.err
    events = told(run("ledger", "events", NAME, "--json"))
    assert {each["kind"] for each in events} == {"check", "reject", "accept", "settings", "end"}
    (changed,) = (each for each in events if each["kind"] == "settings")
    assert changed["at"] == "2026-03-10T23:00:00Z"
    assert changed["settings"] == {"multiplier": "2", "pMaxKw": "22.5"}
    statuses = {
        each["timestamp"]: each["status"]
        for each in told(run("ledger", "show", NAME, "--json"))["readings"]
    }
    assert statuses["2026-03-11T10:30:00Z"] == "good"
    assert statuses["2026-03-11T12:00:00Z"] == "rejected"
    assert statuses["2026-03-11T21:00:00Z"] == "rejected"
    assert run("ledger", "verify").code == 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("event", "swap", "Nobody", "--at", "2026-03-11", *WHO), "no endpoint 'Nobody'"),
        (("event", "swap", NAME, "--at", "soon", *WHO), "'soon' is neither a date nor"),
        (("event", "swap", NAME, "--at", "2026-03-11", "--final", "x", *WHO), "--final: 'x'"),
        (("event", "check", NAME, "--at", "2026-03-11", "--total", "n/a", *WHO), "is no number"),
        (("event", "end", NAME, "--at", "2026-03-11", "--meter", "l3", *WHO), "meters are: total"),
        (("withdraw", "7", *WHO), "no register event 7"),
        (("events", "99"), "no meter 99"),
        (("show", "9" * 30), f"no meter {'9' * 30}"),
        (("show", NAME, "--from", "x"), "'x' is neither a date nor"),
    ],
)
def test_what_cannot_be_is_told(
    run: Run, rack: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    assert rack.exists()
    refused = run("ledger", *arguments)
    assert (refused.code, refused.out) == (1, "")
    assert sentence in refused.err
