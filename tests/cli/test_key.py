"""``wattledger key`` as a process: killed at any moment, it leaves every password readable."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

import pytest
from sqlalchemy import insert

from wattledger.bootstrap.database import open_database, prepare_database
from wattledger.config import Settings, load_settings
from wattledger.secrets.vault import Vault
from wattledger.store.credentials import BEGINNING, credentials_after
from wattledger.store.endpoints import NewEndpoint
from wattledger.store.folder_lock import use_folder
from wattledger.store.sites import first_site
from wattledger.store.tables import endpoint

MANY, FEW = 2_000, 20
"""Passwords: so many that it takes a while, and so few that it does not."""


@pytest.fixture
def settings(tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    """Give a data folder with passwords; their number is a test's parameter."""
    made = load_settings(data_dir=tmp_path / "data")
    prepare_database(made).close()
    vault = Vault(made.key_file)
    with open_database(made) as database, database.begin() as connection:
        site_id = first_site(connection, "UTC")
        racks = [
            asdict(NewEndpoint(name=f"Rack {number}", site_id=site_id, auth=auth))
            | {"public_id": str(number), "created_at": 0, "updated_at": 0, "next_due_at": 0}
            for number in range(getattr(request, "param", FEW))
            for auth in [vault.encrypt({"password": f"s3cret-{number}"})]
        ]
        connection.execute(insert(endpoint), racks)
    return made


def start(settings: Settings, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "wattledger", "key", *arguments],
        env=os.environ | {"WATTLEDGER_DATA_DIR": str(settings.data_dir)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(settings: Settings, *arguments: str) -> tuple[int, str, str]:
    with start(settings, *arguments) as process:
        out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def status(settings: Settings) -> dict[str, object]:
    code, out, _ = run(settings, "status", "--json")
    assert code == 0
    told: dict[str, object] = json.loads(out)
    return told


def all_readable(settings: Settings, count: int) -> bool:
    vault = Vault(settings.key_file)
    with open_database(settings) as database, database.connect() as connection:
        rows = credentials_after(connection, BEGINNING, 2 * count)
    told = [vault.decrypt(each.sealed)["password"] for each in rows]
    return told == [f"s3cret-{number}" for number in range(count)]


@pytest.mark.parametrize("settings", [MANY], indirect=True)
def test_killed_at_any_moment_every_password_stays_readable(settings: Settings) -> None:
    moments = random.Random(11)
    between = 0
    for _ in range(4):
        with start(settings, "rotate", "--drop-old") as process:
            until = time.monotonic() + 20
            while len(keys(settings)) == 1 and time.monotonic() < until and process.poll() is None:
                time.sleep(0.002)
            time.sleep(moments.uniform(0, 0.25))
            process.send_signal(signal.SIGKILL)
        assert all_readable(settings, MANY)
        between += len(keys(settings)) == 2
    assert between, "it was never killed at work"
    code, _, err = run(settings, "rotate", "--drop-old")
    assert code == 0, err
    assert status(settings)["passwordsByKey"] == [MANY]
    assert all_readable(settings, MANY)


def keys(settings: Settings) -> list[str]:
    return settings.key_file.read_text("ascii").split()


def test_the_old_key_stays_until_it_is_dropped(settings: Settings) -> None:
    [old] = keys(settings)
    code, _, err = run(settings, "rotate")
    assert code == 0
    assert f"{FEW} passwords are encrypted anew" in err
    assert keys(settings)[1] == old
    assert status(settings) == {
        "source": f"the key file {settings.key_file}",
        "passwordsByKey": [FEW, 0],
        "lost": 0,
    }
    new = keys(settings)[0]
    assert run(settings, "rotate", "--drop-old")[0] == 0
    assert keys(settings) == [new]


def test_beside_a_running_server_the_old_key_goes_only_after_a_while(settings: Settings) -> None:
    with use_folder(settings.data_dir):
        code, _, err = run(settings, "rotate", "--drop-old")
        assert code == 1
        assert "run this again after" in err
        assert status(settings)["passwordsByKey"] == [FEW, 0]
        changed = settings.key_file.stat().st_mtime - 121
        os.utime(settings.key_file, (changed, changed))
        assert run(settings, "rotate", "--drop-old")[0] == 0
        assert len(keys(settings)) == 1


def test_no_command_shows_a_key_that_is_in_use(settings: Settings) -> None:
    for arguments in (("status",), ("rotate",), ("status", "--json"), ("rotate", "--drop-old")):
        before = keys(settings)
        _, out, err = run(settings, *arguments)
        assert not any(key in out + err for key in [*before, *keys(settings)])
    _, fresh, _ = run(settings, "new")
    assert fresh.strip() not in keys(settings)
