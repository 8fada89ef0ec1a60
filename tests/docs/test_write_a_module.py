"""The module of the page on modules is found, checked, and does what the page says."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from wattledger.bootstrap.database import prepare_database
from wattledger.bootstrap.system import open_system
from wattledger.config import load_settings
from wattledger.domain.errors import InvalidInputError
from wattledger.domain.instant import parse_instant
from wattledger.jobs.core import late_chunks
from wattledger.jobs.courier.local import LocalCourier
from wattledger.modules.loaded import LoadedModules
from wattledger.services.keep_job import JobSetup, create_job
from wattledger.services.run_job import run_now
from wattledger.services.show_runs import run_lines, show_run
from wattledger.services.stage_farm import stage_farm
from wattledger.services.system import System
from wattledger.simulate.farm import Farm
from wattledger.simulate.lineup import plain_farm
from wattledger.store.runs import RunState
from wattledger.store.tables import reading
from wattledger.worker.collector import Collectors

PAGE = Path(__file__).parents[2] / "docs/how-to/write-a-module.md"
JOB = JobSetup("Low", "low-registers", "jobs/warn.py", "@daily", config={"limitKwh": 1e9})


@pytest.fixture
async def system(tmp_path: Path) -> AsyncIterator[System]:
    settings = load_settings(
        data_dir=tmp_path, allow_loopback=True, poll_gap_seconds=0, browser="none"
    )
    prepare_database(settings).close()
    async with open_system(settings) as opened:
        yield opened


def install(system: System) -> None:
    """Put the module of the page where the page says."""
    text = PAGE.read_text(encoding="utf-8")
    for kind, name in (("json", "manifest.json"), ("python", "jobs/warn.py")):
        [source] = re.findall(rf"```{kind}\n(.*?)```", text, re.DOTALL)
        path = system.settings.data_dir / "modules/low-registers" / name
        path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")
        path.chmod(0o644)


async def test_the_module_of_the_page_reads_books_and_warns(system: System) -> None:
    install(system)
    modules = LoadedModules(system)
    modules.look()
    with Farm.start(plain_farm(3)) as farm:
        stage_farm(system, farm.devices, poll_minutes=15)
        now = system.clock.now()
        create_job(system.database, JOB, "UTC", now)
        run = run_now(system.database, "Low", "tests", now)
        courier, stopping = LocalCourier(), asyncio.Event()
        courier.send(late_chunks(system.database, system.clock.now()))
        async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
            tasks.create_task(Collectors(system, courier, modules.handlers).run(stopping))
            while show_run(system.database, run.id).state is RunState.RUNNING:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
            stopping.set()
    over = show_run(system.database, run.id)
    assert (over.total, over.successful, over.failed) == (3, 3, 0)
    lines = [each.line.message for each in run_lines(system.database, run.id, 0, 100).lines]
    assert len([line for line in lines if line.endswith("shows less than the limit.")]) == 3
    assert any(line.startswith("Looked at 3 at 20") for line in lines)
    with system.database.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(reading)) == 3


async def test_the_config_of_the_page_is_checked(system: System) -> None:
    install(system)
    LoadedModules(system).look()
    wrong = JobSetup("Low", "low-registers", "warn", "@daily", config={"limitKwh": -1})
    with pytest.raises(InvalidInputError, match="minimum of 0") as refused:
        create_job(system.database, wrong, "UTC", parse_instant("2026-03-01T00:00:00Z"))
    assert refused.value.field == "config.limitKwh"
