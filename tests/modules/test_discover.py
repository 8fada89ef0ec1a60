"""Modules in the data folder: found, trusted or not, and broken ones that harm no other."""

import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from structlog.contextvars import get_contextvars

from wattledger.bootstrap.database import prepare_database
from wattledger.bootstrap.system import open_system
from wattledger.config import load_settings
from wattledger.modules.loaded import LoadedModules
from wattledger.services.system import System
from wattledger.store.chunks import ChunkRow
from wattledger.store.job_tables import module

GOOD = "async def run(context):\n    pass\n"


@pytest.fixture
async def system(tmp_path: Path) -> AsyncIterator[System]:
    settings = load_settings(data_dir=tmp_path, browser="none")
    prepare_database(settings).close()
    async with open_system(settings) as opened:
        yield opened


def write(system: System, name: str, source: str = GOOD, /, **changes: Any) -> Path:  # noqa: ANN401
    """Write a module; returns its folder."""
    folder = system.settings.data_dir / "modules" / name
    (folder / "jobs").mkdir(parents=True, exist_ok=True)
    job = {"handler": "look", "displayName": "L", "description": "", "timeout": 5000, "retries": 0}
    manifest = {"name": name, "version": "1", "displayName": "M", "description": "", "jobs": [job]}
    (folder / "manifest.json").write_text(json.dumps(manifest | changes), encoding="utf-8")
    (folder / "jobs/look.py").write_text(source, encoding="utf-8")
    for path in (folder.parent, folder, *folder.rglob("*")):
        path.chmod(0o755)
    return folder


def look(system: System) -> tuple[LoadedModules, dict[str, str | None]]:
    """Return the modules of a process that looked, and what is wrong with each by name."""
    loaded = LoadedModules(system)
    loaded.look()
    return loaded, problems(system)


def problems(system: System) -> dict[str, str | None]:
    with system.database.connect() as connection:
        return {row.name: row.problem for row in connection.execute(select(module))}


async def test_a_module_in_the_data_folder_is_found_and_keeps_its_id(system: System) -> None:
    write(system, "rounds")
    loaded, found = look(system)
    assert found == {"consumption-monitor": None, "rounds": None}
    assert ("rounds", "look") in loaded.handlers
    with system.database.connect() as connection:
        before = connection.scalars(select(module.c.public_id)).all()
    look(system)
    with system.database.connect() as connection:
        assert connection.scalars(select(module.c.public_id)).all() == before


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("async def run(context:\n", "jobs/look.py: line 1: '(' was never closed."),
        ("1 / 0\n", "jobs/look.py: its import failed: ZeroDivisionError"),
        ("import nothing_of_that_name\n", "its import failed: ModuleNotFoundError"),
        ("raise SystemExit(1)\n", "its import failed: SystemExit"),
        ("def run(context):\n    pass\n", "it has no 'async def run(context)'"),
    ],
)
async def test_a_broken_handler_is_told_and_harms_no_other(
    system: System, source: str, told: str
) -> None:
    write(system, "broken", source)
    write(system, "rounds")
    loaded, found = look(system)
    assert told in (found["broken"] or "")
    assert found["rounds"] is None
    assert set(loaded.handlers) == {
        ("consumption-monitor", "collect-consumption"),
        ("rounds", "look"),
    }


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name": "other"}, "it is 'other', but the folder is 'rounds'"),
        ({"jobs": []}, "jobs: "),
        ({"version": None}, "version: "),
        ({"author": "me"}, "author: "),
        (
            {
                "jobs": [
                    {
                        "handler": "look",
                        "displayName": "L",
                        "description": "",
                        "timeout": 5000,
                        "retries": 0,
                        "configSchema": {"properties": {"a": {"type": "number-of-things"}}},
                    }
                ]
            },
            "jobs.0.configSchema: it is no JSON Schema: properties.a.type",
        ),
        (
            {
                "jobs": [
                    {
                        "handler": "gone",
                        "displayName": "L",
                        "description": "",
                        "timeout": 5000,
                        "retries": 0,
                    }
                ]
            },
            "jobs/gone.py is missing",
        ),
    ],
)
async def test_what_is_wrong_with_a_manifest_is_told(
    system: System, changes: dict[str, Any], told: str
) -> None:
    write(system, "rounds", **changes)
    _, found = look(system)
    assert told in (found["rounds"] or "")
    assert "Tuple" not in (found["rounds"] or "") or changes == {"jobs": []}, "only the cause"


@pytest.mark.parametrize("place", ["", "manifest.json", "jobs", "jobs/look.py"])
async def test_what_others_can_write_is_refused(system: System, place: str) -> None:
    (write(system, "rounds") / place).chmod(0o777)
    loaded, found = look(system)
    assert "can be written by others; forbid it: chmod -R go-w" in (found["rounds"] or "")
    assert ("rounds", "look") not in loaded.handlers


async def test_a_folder_of_modules_that_others_can_write_makes_all_refused(system: System) -> None:
    write(system, "rounds").parent.chmod(0o777)
    _, found = look(system)
    assert "modules can be written by others" in (found["rounds"] or "")


async def test_a_link_is_refused(system: System, tmp_path: Path) -> None:
    folder = write(system, "rounds")
    elsewhere = tmp_path / "elsewhere.py"
    elsewhere.write_text(GOOD, encoding="utf-8")
    (folder / "jobs/more.py").symlink_to(elsewhere)
    _, found = look(system)
    assert "more.py is a link" in (found["rounds"] or "")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
async def test_what_belongs_to_somebody_else_is_refused(system: System) -> None:
    os.chown(write(system, "rounds") / "jobs/look.py", 12345, 12345)
    _, found = look(system)
    assert "look.py belongs to another user" in (found["rounds"] or "")


async def test_the_name_of_what_ships_cannot_be_taken(system: System) -> None:
    write(system, "consumption-monitor")
    loaded, found = look(system)
    assert found["consumption-monitor"] is None
    assert "built in" in (found["modules/consumption-monitor"] or "")
    assert list(loaded.handlers) == [("consumption-monitor", "collect-consumption")]


async def test_what_is_changed_mended_or_taken_away_is_followed(system: System) -> None:
    folder = write(system, "rounds", "def broken(:\n")
    loaded, _ = look(system)
    handlers = loaded.handlers
    assert ("rounds", "look") not in handlers
    write(system, "rounds")
    loaded.look()
    assert problems(system)["rounds"] is None
    assert ("rounds", "look") in handlers, "the same mapping follows"
    (folder / "jobs/look.py").unlink()
    (folder / "jobs").rmdir()
    (folder / "manifest.json").unlink()
    folder.rmdir()
    loaded.look()
    assert problems(system)["rounds"] == (
        "Its folder is gone; put it back, or delete the jobs that need it."
    )
    assert ("rounds", "look") not in handlers


async def test_what_is_logged_in_a_handler_carries_run_and_chunk(system: System) -> None:
    source = """
from structlog.contextvars import get_contextvars

seen = {}


async def run(context):
    seen.update(get_contextvars())
"""
    write(system, "rounds", source)
    loaded, _ = look(system)
    chunk = ChunkRow(12, 7, [], 0, 1, "rounds", "look", {}, is_poll=False)
    await loaded.handlers["rounds", "look"].run(chunk)
    assert sys.modules["wattledger_module_rounds.look"].seen == {"run": 7, "chunk": 12}
    assert "run" not in get_contextvars()
