"""How the installation is doing, for administrators: room, queue, backups, checks, settings."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import insert

from wattledger.clock import SetClock
from wattledger.config import load_settings
from wattledger.domain.instant import MINUTE, SECOND
from wattledger.services.back_up import back_up
from wattledger.services.issue_token import issue_token
from wattledger.services.progress import unwatched
from wattledger.services.scheduler_beat import beat
from wattledger.services.system import System
from wattledger.store.job_tables import job, job_run, run_chunk
from wattledger.version import __version__
from wattledger.web.api.system_schemas import SystemOutput
from wattledger.web.app import create_app
from wattledger.web.schema import Answer

ROUTE = "/api/v1/system"
SECRET = "S3cret-word"


@pytest.fixture
def browserless(monkeypatch: pytest.MonkeyPatch, system: System) -> System:
    """Give a system that does without a browser, with settings of each source."""
    (system.settings.data_dir / "wattledger.toml").write_text("port = 4321\n")
    monkeypatch.chdir(system.settings.data_dir)
    monkeypatch.setenv("WATTLEDGER_BROWSER", "none")
    monkeypatch.setenv("WATTLEDGER_KEY", SECRET)
    monkeypatch.setenv("WATTLEDGER_PUBLIC_URL", f"https://ada:{SECRET}@power.example")
    address = f"sqlite:///{system.database.path}?password={SECRET}&timeout=9"
    monkeypatch.setenv("WATTLEDGER_DATABASE_URL", address)
    settings = load_settings(data_dir=system.settings.data_dir, time_zone="Europe/Berlin")
    return System(settings, system.clock, system.database, system.vault, system.reader)


@pytest.fixture
def admin(browserless: System) -> httpx.AsyncClient:
    """Give an administrator's caller."""
    token = issue_token(browserless.database, "admin", browserless.clock.now())
    transport = httpx.ASGITransport(create_app(browserless), raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.AsyncClient(transport=transport, base_url="http://wattledger", headers=headers)


async def shown(admin: httpx.AsyncClient) -> dict[str, Any]:
    response = await admin.get(ROUTE)
    assert response.status_code == 200, response.text
    Answer[SystemOutput].model_validate_json(response.text)
    assert SECRET not in response.text
    told: dict[str, Any] = response.json()["data"]
    return told


async def test_it_tells_what_the_installation_stands_on(
    admin: httpx.AsyncClient, browserless: System
) -> None:
    told = await shown(admin)
    assert told["version"] == __version__
    assert told["startedAt"] == "2026-03-15T11:00:00Z"
    assert (told["database"]["kind"], told["database"]["revision"]) == ("sqlite", "0012")
    assert told["database"]["sizeBytes"] >= browserless.database.path.stat().st_size
    assert 0 < told["disk"]["freeBytes"] <= told["disk"]["totalBytes"]
    assert told["browser"] == {"found": False, "version": None}
    assert told["scheduler"] == {"beatAt": None}
    assert told["queue"] == {"running": 0, "pending": 0, "oldestDueAt": None}
    assert told["backups"] == {"lastAt": None, "lastBytes": None}


async def test_the_checks_are_those_of_the_doctor_at_most_a_minute_old(
    admin: httpx.AsyncClient, browserless: System
) -> None:
    told = await shown(admin)
    checks = {check["name"]: check for check in told["checks"]}
    assert checks.keys() == {
        *("data folder", "evidence", "disk", "user", "browser", "database", "passwords"),
        *("clock", "scheduler", "channels", "time zone"),
    }
    assert checks["database"]["ok"]
    assert not checks["browser"]["ok"]
    assert "take the setting away" in checks["browser"]["advice"]
    assert not checks["scheduler"]["ok"]
    beat(browserless)
    assert isinstance(browserless.clock, SetClock)
    browserless.clock.at += 59 * SECOND
    again = await shown(admin)
    assert (again["checks"], again["checkedAt"]) == (told["checks"], told["checkedAt"])
    assert again["scheduler"]["beatAt"] == "2026-03-15T11:00:00Z"
    browserless.clock.at += SECOND
    beat(browserless)
    fresh = {check["name"]: check["ok"] for check in (await shown(admin))["checks"]}
    assert fresh["scheduler"]


async def test_settings_tell_where_they_come_from_and_no_secret(
    admin: httpx.AsyncClient,
) -> None:
    settings = {each.pop("name"): each for each in (await shown(admin))["settings"]}
    assert settings["WATTLEDGER_PORT"] == {"value": "4321", "source": "file"}
    assert settings["WATTLEDGER_BROWSER"] == {"value": "none", "source": "environment"}
    assert settings["WATTLEDGER_TIME_ZONE"] == {"value": "Europe/Berlin", "source": "command"}
    assert settings["WATTLEDGER_HOST"] == {"value": "127.0.0.1", "source": "default"}
    assert settings["WATTLEDGER_METRICS_OPEN"] == {"value": "false", "source": "default"}
    url = settings["WATTLEDGER_DATABASE_URL"]["value"]
    assert url.endswith("wattledger.db?password=***&timeout=9")
    assert settings["WATTLEDGER_ALLOWED_NETWORKS"] == {"value": "", "source": "default"}
    assert settings["WATTLEDGER_KEY"] == {"value": None, "source": "environment"}
    assert settings["WATTLEDGER_PUBLIC_URL"] == {
        "value": "https://ada:***@power.example",
        "source": "environment",
    }


async def test_a_backup_is_told_with_its_time_and_size(
    admin: httpx.AsyncClient, browserless: System, tmp_path: Path
) -> None:
    target = tmp_path / "kept.zip"
    now = browserless.clock.now()
    back_up(
        browserless.settings, browserless.database, target, now, with_key=False, progress=unwatched
    )
    size = target.stat().st_size
    assert (await shown(admin))["backups"] == {
        "lastAt": "2026-03-15T11:00:00Z",
        "lastBytes": size,
    }
    note = browserless.settings.data_dir / "last-backup.json"
    for spoilt in ("", "[]", "{}", json.dumps({"at": None, "bytes": 1})):
        note.write_text(spoilt)
        assert (await shown(admin))["backups"]["lastAt"] is None


async def test_the_queue_tells_what_runs_and_since_when_the_first_part_waits(
    admin: httpx.AsyncClient, browserless: System
) -> None:
    now = browserless.clock.now()
    with browserless.database.begin() as connection:
        fields = {"name": "j", "module": "m", "handler": "h", "config": {}}
        number = connection.scalar(insert(job).values(public_id="p", **fields).returning(job.c.id))
        begun = {"job_id": number, "due_at": 0, "started_at": now, "state": "running"}
        run = connection.scalar(insert(job_run).values(**begun).returning(job_run.c.id))
        chunks = [
            {"state": "claimed", "not_before": now - 9 * MINUTE, "claimed_until": now + MINUTE},
            {"state": "open", "not_before": now - 3 * MINUTE, "claimed_until": None},
            {"state": "open", "not_before": now - MINUTE, "claimed_until": None},
            {"state": "open", "not_before": now + MINUTE, "claimed_until": None},
            {"state": "done", "not_before": now - 9 * MINUTE, "claimed_until": None},
        ]
        rows = [{"run_id": run, "endpoint_ids": [1], **each} for each in chunks]
        connection.execute(insert(run_chunk), rows)
    assert (await shown(admin))["queue"] == {
        "running": 1,
        "pending": 2,
        "oldestDueAt": "2026-03-15T10:57:00Z",
    }
