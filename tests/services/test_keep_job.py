"""Jobs are checked while others write, and kept as they were checked."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update

from wattledger.domain.errors import ConflictError, InvalidInputError
from wattledger.domain.instant import SECOND
from wattledger.jobs.config_check import checked_config
from wattledger.jobs.manifest import Manifest
from wattledger.modules.handlers import built_in
from wattledger.services.keep_job import JobSetup, ShownJob, change_job, create_job, replace_job
from wattledger.services.keep_modules import show_module
from wattledger.store.database import Connection, Database
from wattledger.store.job_tables import module
from wattledger.store.jobs import update_job
from wattledger.store.modules import FoundModule, record_modules
from wattledger.store.sites import first_site

NOW = 1_000_000 * SECOND
MONITOR = built_in("consumption_monitor")
SETUP = JobSetup("Read", MONITOR.name, "collect-consumption", "@hourly", config={"batchSize": 7})


@pytest.fixture(autouse=True)
def staged(database: Database) -> None:
    with database.begin() as connection:
        first_site(connection, "UTC")
    found(database, MONITOR)


def found(database: Database, manifest: Manifest) -> None:
    stored = manifest.model_dump(mode="json", by_alias=True)
    with database.begin() as connection:
        record_modules(connection, [FoundModule(manifest.name, stored, None, None)], NOW)


def while_checked(
    monkeypatch: pytest.MonkeyPatch,
    database: Database,
    write: Any,  # noqa: ANN401
) -> None:
    """Let somebody else write while a config is being checked."""

    def checked(schema: Mapping[str, Any], config: Mapping[str, Any]) -> dict[str, Any]:
        with database.begin() as connection:
            write(connection)
        return checked_config(schema, config)

    monkeypatch.setattr("wattledger.services.keep_job.checked_config", checked)


def create(database: Database) -> ShownJob:
    return create_job(database, SETUP, "UTC", NOW)


def change(database: Database) -> ShownJob:
    return change_job(database, "Read", {"schedule": "@daily"}, "UTC", NOW)


def put(database: Database) -> ShownJob:
    return replace_job(database, "Read", replace(SETUP, schedule="@daily"), "UTC", NOW)


@pytest.mark.parametrize("keep", [create, change, put])
def test_others_write_while_a_config_is_checked(
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    keep: Any,  # noqa: ANN401
) -> None:
    if keep is not create:
        create(database)

    def write(connection: Connection) -> None:
        connection.execute(update(module).values(seen_at=NOW + 1))

    while_checked(monkeypatch, database, write)
    assert keep(database).row.config["batchSize"] == 7


def test_a_module_that_changed_while_a_config_was_checked_takes_no_such_config(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = MONITOR.jobs[0].model_copy(update={"config_schema": {"additionalProperties": False}})
    other = MONITOR.model_copy(update={"jobs": (job,)})
    stored = other.model_dump(mode="json", by_alias=True)

    def write(connection: Connection) -> None:
        record_modules(connection, [FoundModule(other.name, stored, None, None)], NOW)

    while_checked(monkeypatch, database, write)
    with pytest.raises(ConflictError, match="changed meanwhile"):
        create(database)
    with pytest.raises(InvalidInputError, match="it takes nothing"):
        create(database)


def test_a_config_that_another_wrote_meanwhile_is_not_written_over(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = create(database)
    with pytest.MonkeyPatch.context() as patch:

        def write(connection: Connection) -> None:
            update_job(connection, made.row.id, NOW, config={"batchSize": 8})

        while_checked(patch, database, write)
        with pytest.raises(ConflictError, match="'Read' was changed meanwhile; load it again"):
            change(database)
    while_checked(monkeypatch, database, lambda it: update_job(it, made.row.id, NOW, name="Look"))
    changed = change_job(database, made.row.public_id, {"schedule": "@daily"}, "UTC", NOW).row
    assert (changed.name, changed.schedule, changed.config["batchSize"]) == ("Look", "@daily", 8)


def test_a_broken_module_whose_old_manifest_is_taken_no_more_is_still_shown(
    database: Database,
) -> None:
    stored = MONITOR.model_dump(mode="json", by_alias=True)
    stored["jobs"][0]["configSchema"] = {"unevaluatedProperties": False}
    broken = FoundModule(MONITOR.name, stored, None, "It is broken.")
    with database.begin() as connection:
        record_modules(connection, [broken], NOW)
    with pytest.raises(ConflictError, match="cannot be used: It is broken"):
        create(database)
    assert show_module(database, MONITOR.name).manifest is None
