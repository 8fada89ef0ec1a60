"""``wattledger doctor``: what is not well is named, with what to do."""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Run

from wattledger.bootstrap.database import open_database, prepare_database
from wattledger.clock import SystemClock
from wattledger.config import Settings, load_settings
from wattledger.domain.instant import HOUR, SECOND
from wattledger.secrets.keys import new_key
from wattledger.secrets.vault import Vault
from wattledger.store.channels import find_channel, insert_channel, record_failure
from wattledger.store.credentials import replace_credential
from wattledger.store.endpoints import NewEndpoint, find_or_create_meter, insert_endpoint
from wattledger.store.folder_lock import use_folder
from wattledger.store.heartbeat import Beat, write_beat
from wattledger.store.ledger import book
from wattledger.store.readings import NewReading
from wattledger.store.sites import first_site


@pytest.fixture
def settings(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    """Give a data folder with one password, and no browser, which takes its time to start."""
    del run
    monkeypatch.setenv("WATTLEDGER_BROWSER", "none")
    made = load_settings(data_dir=tmp_path / "data")
    prepare_database(made).close()
    with open_database(made) as database, database.begin() as connection:
        auth = Vault(made.key_file).encrypt({"password": "s3cret"})
        site_id = first_site(connection, "Europe/Berlin")
        new = NewEndpoint(name="Rack", site_id=site_id, auth=auth)
        find_or_create_meter(connection, insert_endpoint(connection, new, 0), "total")
    return made


def findings(run: Run) -> tuple[int, dict[str, dict[str, Any]]]:
    """Return the exit code and what was found by subject."""
    ran = run("doctor", "--json")
    told = json.loads(ran.out)
    assert told["ready"] == (ran.code == 0)
    return ran.code, {finding["subject"]: finding for finding in told["findings"]}


@pytest.mark.usefixtures("settings")
def test_it_looks_at_all_that_wattledger_stands_on(run: Run) -> None:
    code, found = findings(run)
    assert code == 0
    assert set(found) == {
        *("data folder", "evidence", "disk", "user", "browser", "database", "key", "passwords"),
        *("clock", "scheduler", "channels", "time zone"),
    }
    assert " MB, schema " in found["database"]["text"]
    assert found["passwords"]["text"] == "1, all can be decrypted"
    assert found["scheduler"]["text"] == "no server is running here"
    assert "switched off by WATTLEDGER_BROWSER=none" in found["browser"]["text"]
    assert "take the setting away" in found["browser"]["fix"]


def test_passwords_that_no_key_opens_are_broken(settings: Settings, run: Run) -> None:
    sealed = Vault(settings.data_dir / "other").encrypt({"password": "s3cret"})
    auth = Vault(settings.key_file).encrypt({"password": "s3cret"})
    with open_database(settings) as database, database.begin() as connection:
        replace_credential(connection, (0, 1), sealed)
        site_id = first_site(connection, "Europe/Berlin")
        insert_endpoint(connection, NewEndpoint(name="Other", site_id=site_id, auth=auth), 0)
    code, found = findings(run)
    assert (code, found["key"]["verdict"], found["passwords"]["verdict"]) == (1, "fine", "broken")
    assert found["passwords"]["text"].startswith("1 of 2 stored passwords cannot")


def test_channels_that_take_no_message_are_a_warning(settings: Settings, run: Run) -> None:
    with open_database(settings) as database, database.begin() as connection:
        sealed = Vault(settings.key_file).encrypt({"url": "json://127.0.0.1"})
        columns = {"address": sealed, "service": "JSON", "destination": "json://127.0.0.1"}
        for name, enabled in (("Operations", True), ("Nights", True), ("Of old", False)):
            told = {"name": name, "enabled": enabled, "severity": "warning", "after_minutes": 5}
            insert_channel(connection, 0, **columns, **told)
    code, found = findings(run)
    assert (code, found["channels"]["text"]) == (0, "2, no message waits")
    with open_database(settings) as database, database.begin() as connection:
        for name in ("Nights", "Of old"):
            row = find_channel(connection, name)
            record_failure(connection, row, "The host is not known.", 7, 9)
    code, found = findings(run)
    assert (code, found["channels"]["verdict"]) == (0, "warning")
    assert found["channels"]["text"] == (
        "1 of 2 does not take messages: Nights (The host is not known.)"
    )
    assert "send a test" in found["channels"]["fix"]


def test_an_unfinished_rotation_is_a_warning(settings: Settings, run: Run) -> None:
    old = settings.key_file.read_text("ascii")
    settings.key_file.write_text(f"{new_key()}\n{old}", "ascii")
    code, found = findings(run)
    assert (code, found["passwords"]["fix"]) == (0, "run 'wattledger key rotate'")


def test_a_key_that_others_may_read_is_broken(settings: Settings, run: Run) -> None:
    settings.key_file.chmod(0o644)
    code, found = findings(run)
    assert (code, found["key"]["verdict"]) == (1, "broken")
    assert "chmod 600" in found["key"]["text"]


def test_a_clock_behind_the_newest_reading_is_broken(settings: Settings, run: Run) -> None:
    with open_database(settings) as database, database.begin() as connection:
        late = SystemClock().now() + HOUR
        book(connection, {1: [NewReading(late, 5_000_000_000, 1_000)]})
    code, found = findings(run)
    assert (code, found["clock"]["verdict"]) == (1, "broken")
    assert re.search(r"a reading is of \d{4}-\d\d-\d\d \d\d:\d\d UTC", found["clock"]["text"])
    assert "timedatectl" in found["clock"]["fix"]


@pytest.mark.parametrize(("told", "verdict"), [("yes", "fine"), ("no", "warning"), ("", "fine")])
@pytest.mark.usefixtures("settings")
def test_a_clock_that_nobody_keeps_is_a_warning(
    told: str, verdict: str, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "bin/timedatectl"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\necho {told}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    assert findings(run)[1]["clock"]["verdict"] == verdict


def test_the_scheduler_of_a_running_server_is_told(settings: Settings, run: Run) -> None:
    with use_folder(settings.data_dir):
        assert findings(run)[1]["scheduler"]["verdict"] == "warning"
        with open_database(settings) as database, database.begin() as connection:
            at = SystemClock().now() - 3 * SECOND
            write_beat(connection, "scheduler", Beat("here:1", at))
        scheduler = findings(run)[1]["scheduler"]
    assert scheduler["verdict"] == "fine"
    assert scheduler["text"].endswith("s ago (here:1)")
