"""Keep the jobs: what runs when, with which config. What changes takes effect at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from typing import Any

from wattledger.collect.pattern import shown
from wattledger.domain.errors import ConflictError, InvalidInputError
from wattledger.domain.instant import Instant
from wattledger.domain.name import parse_name_field
from wattledger.domain.period import calendar
from wattledger.jobs.config_check import ENDPOINTS, checked_config
from wattledger.jobs.fire import next_firing
from wattledger.jobs.manifest import JobManifest
from wattledger.jobs.schedule import Schedule
from wattledger.services.keep_modules import handler_of
from wattledger.services.precondition import Check, unconditional
from wattledger.store.database import Connection, Database
from wattledger.store.jobs import (
    JobRow,
    NewJob,
    advance_job,
    find_job,
    insert_job,
    list_jobs,
    update_job,
)
from wattledger.store.modules import module_ids
from wattledger.store.run_log import Level, Line, write_lines
from wattledger.store.runs import RunRow, cancel_run, find_open_run, last_runs
from wattledger.store.sites import list_sites
from wattledger.store.targets import numbers_of

_FIRINGS_TOLD = 5
_WORDS_KEPT = 1_000
_HARMLESS = frozenset({"name", "description", "enabled"})
"""Changes that leave what runs as it is."""


@dataclass(frozen=True, slots=True)
class JobSetup:
    """What a person says of a job; without a time zone it is that of the first site."""

    name: str
    module: str
    handler: str
    schedule: str
    description: str = ""
    time_zone: str | None = None
    enabled: bool = True
    config: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class ShownJob:
    """A job as stored, the public id of its module where that is known, and its last run."""

    row: JobRow
    module_id: str | None
    last_run: RunRow | None


@dataclass(frozen=True, slots=True)
class JobPage:
    """Jobs by name, and the key that the next page goes on from."""

    jobs: Sequence[ShownJob]
    following: tuple[str, int] | None


@dataclass(frozen=True, slots=True)
class CheckedSchedule:
    """A schedule in words, and its next firings in a time zone."""

    words: str
    time_zone: str
    firings: Sequence[Instant]


def job_page(
    database: Database, search: str | None, after: tuple[str, int] | None, limit: int
) -> JobPage:
    """Return a page of the jobs whose name has ``search`` in it."""
    with database.connect() as connection:
        rows = list_jobs(connection, search, after, limit + 1)
        page = rows[:limit]
        following = (page[-1].name, page[-1].id) if len(rows) > limit else None
        return JobPage(_shown(connection, page), following)


def show_job(database: Database, job: str) -> ShownJob:
    """Return the job of an id or a name; NotFoundError when there is none."""
    with database.connect() as connection:
        return _shown(connection, [find_job(connection, job)])[0]


def _shown(connection: Connection, rows: Sequence[JobRow]) -> list[ShownJob]:
    modules, runs = module_ids(connection), last_runs(connection, (row.id for row in rows))
    return [ShownJob(row, modules.get(row.module), runs.get(row.id)) for row in rows]


def create_job(database: Database, setup: JobSetup, first_zone: str, now: Instant) -> ShownJob:
    """Create a job; ConflictError when its name is taken or its module is broken.

    ``first_zone`` is that of the first site where there is none yet.
    """
    checked = _checked(database, setup)
    with database.begin() as connection:
        new = _new_job(connection, checked, first_zone, now)
        return _shown(connection, [find_job(connection, insert_job(connection, new, now))])[0]


def replace_job(
    database: Database,
    job: str,
    setup: JobSetup,
    first_zone: str,
    now: Instant,
    check: Check[ShownJob] = unconditional,
) -> ShownJob:
    """Let a job be another, unless ``check`` refuses; a changed schedule counts from now on."""
    with database.connect() as connection:
        seen = _found(connection, job, check)
    if seen.is_built_in:
        raise ConflictError(
            f"'{seen.name}' ships with Wattledger and can only be paused and resumed: "
            'PATCH it with {"enabled": false} or true.'
        )
    checked = _checked(database, setup, seen.config)
    with database.begin() as connection:
        row = _found(connection, job, check)
        return _replace(connection, row, checked, first_zone, now)


def change_job(
    database: Database,
    job: str,
    changes: Mapping[str, Any],
    first_zone: str,
    now: Instant,
    check: Check[ShownJob] = unconditional,
) -> ShownJob:
    """Change some of what a ``JobSetup`` says of a job, by the names of its fields.

    A job can be paused and named whatever became of its module and of the endpoints it names.
    ``check`` may refuse.
    """
    with database.connect() as connection:
        seen = _found(connection, job, check)
    simple = seen.is_built_in or _is_harmless(seen, changes)
    checked = None if simple else _checked(database, _changed(seen, changes), seen.config)
    with database.begin() as connection:
        row = _found(connection, job, check)
        if row.is_built_in:
            return _pause(connection, row, changes, now)
        if _is_harmless(row, changes):
            return _name_or_pause(connection, row, changes, now)
        if checked is None or _what_runs(row) != _what_runs(seen):
            raise ConflictError(f"The job '{row.name}' was changed meanwhile; load it again.")
        settings = replace(checked, setup=_changed(row, changes))
        return _replace(connection, row, settings, first_zone, now)


def _is_harmless(row: JobRow, changes: Mapping[str, Any]) -> bool:
    return changes.keys() <= _HARMLESS and changes.get("enabled", row.enabled) <= row.enabled


def _changed(row: JobRow, changes: Mapping[str, Any]) -> JobSetup:
    known: dict[str, Any] = {
        "name": row.name,
        "description": row.description,
        "module": row.module,
        "handler": row.handler,
        "schedule": row.schedule,
        "time_zone": row.time_zone,
        "enabled": row.enabled,
        "config": row.config,
    }
    if "module" in changes or "handler" in changes:
        # The config of another handler says nothing to this one.
        known["config"] = None
    return JobSetup(**{**known, **changes})


def _what_runs(row: JobRow) -> tuple[str, str, Mapping[str, Any]]:
    return row.module, row.handler, row.config


def _name_or_pause(
    connection: Connection, row: JobRow, changes: Mapping[str, Any], now: Instant
) -> ShownJob:
    columns = dict(changes)
    if "name" in columns:
        columns["name"] = parse_name_field(columns["name"], "job")
    if not columns.get("enabled", True):
        columns["next_due_at"] = None
    update_job(connection, row.id, now, **columns)
    return _shown(connection, [find_job(connection, row.public_id)])[0]


def _replace(
    connection: Connection, row: JobRow, checked: "_Checked", first_zone: str, now: Instant
) -> ShownJob:
    new = _new_job(connection, checked, first_zone, now)
    columns = {name: getattr(new, name) for name in NewJob.__slots__}
    same = (row.schedule, row.time_zone, row.enabled) == (
        new.schedule,
        new.time_zone,
        new.enabled,
    )
    if same:
        del columns["next_due_at"]  # a firing that is due now is not put off
    update_job(connection, row.id, now, **columns)
    return _shown(connection, [find_job(connection, row.public_id)])[0]


def _pause(
    connection: Connection, row: JobRow, changes: Mapping[str, Any], now: Instant
) -> ShownJob:
    if changes.keys() - {"enabled"}:
        raise ConflictError(
            f"'{row.name}' ships with Wattledger: of it only 'enabled' can be changed."
        )
    enabled = changes.get("enabled", row.enabled)
    update_job(connection, row.id, now, enabled=enabled)
    if enabled != row.enabled:
        advance_job(connection, row.id, now if enabled else None)
    return _shown(connection, [find_job(connection, row.public_id)])[0]


def delete_job(
    database: Database,
    job: str,
    by: str,
    now: Instant,
    check: Check[ShownJob] = unconditional,
) -> JobRow:
    """Delete a job and return what it was; its open run is cancelled, its runs stay.

    ``check`` may refuse.
    """
    with database.begin() as connection:
        row = _found(connection, job, check)
        if row.is_built_in:
            raise ConflictError(
                f"'{row.name}' ships with Wattledger and cannot be deleted; pause it instead."
            )
        opened = find_open_run(connection, row.id)
        if opened is not None:
            cancel_run(connection, opened.id, now)
            told = Line(now, Level.WARNING, f"Cancelled: {by} deleted the job.")
            write_lines(connection, opened.id, [told])
        update_job(connection, row.id, now, deleted_at=now, enabled=False, next_due_at=None)
        return row


def restore_job(database: Database, job: str, now: Instant) -> ShownJob:
    """Bring back a job that was deleted, by its id, paused: what it missed is not run.

    One that was not deleted stays as it is. ConflictError where another has its name meanwhile.
    """
    with database.begin() as connection:
        row = find_job(connection, job, deleted=True)
        if row.deleted_at is not None:
            update_job(connection, row.id, now, name=row.name, deleted_at=None)
        return _shown(connection, [find_job(connection, row.public_id)])[0]


def _found(connection: Connection, job: str, check: Check[ShownJob]) -> JobRow:
    """Return the job to be changed, once ``check`` has let it through as it is shown."""
    row = find_job(connection, job)
    if check is not unconditional:
        check(_shown(connection, [row])[0])
    return row


def next_firings(database: Database, job: str, count: int, now: Instant) -> Sequence[Instant]:
    """Return when a job fires next; nothing where it is paused."""
    with database.connect() as connection:
        row = find_job(connection, job)
    if not row.enabled or row.next_due_at is None:
        return []
    firings = [row.next_due_at]
    while len(firings) < count:
        following = next_firing(row, max(firings[-1], now))
        if following is None:
            break
        firings.append(following)
    return firings


def check_schedule(
    database: Database, schedule: str, time_zone: str | None, first_zone: str, now: Instant
) -> CheckedSchedule:
    """Return what a schedule means; InvalidInputError says what is wrong with it."""
    with database.connect() as connection:
        zone = time_zone or _zone_now(connection, first_zone, now)
    read = Schedule(schedule, zone)
    return CheckedSchedule(read.words, zone, list(islice(read.following(now), _FIRINGS_TOLD)))


def words_of(row: JobRow) -> str:
    """Return when a job fires, in words."""
    if row.every_seconds is not None:
        return f"Every {row.every_seconds} seconds, where an endpoint is due"
    return _words(row.schedule or "", row.time_zone or "")


@lru_cache(maxsize=_WORDS_KEPT)
def _words(schedule: str, zone: str) -> str:
    try:
        return Schedule(schedule, zone).words
    except InvalidInputError as error:
        return str(error)


@dataclass(frozen=True, slots=True)
class _Checked:
    """A setup whose config is as the schema of its handler says, with its defaults filled in."""

    setup: JobSetup
    module: str
    manifest: JobManifest
    config: Mapping[str, Any]


def _checked(
    database: Database, setup: JobSetup, before: Mapping[str, Any] | None = None
) -> _Checked:
    """Check a setup by the schema of its handler, which may take a second: no writer waits."""
    parse_name_field(setup.name, "job")
    with database.connect() as connection:
        module, manifest = handler_of(connection, setup.module, setup.handler)
    config = checked_config(manifest.config_schema, setup.config or {})
    with database.connect() as connection:
        _check_endpoints(connection, config, before or {})
    return _Checked(setup, module, manifest, config)


def _new_job(connection: Connection, checked: _Checked, first_zone: str, now: Instant) -> NewJob:
    """Return what to store; ConflictError when the module changed since the check."""
    setup = checked.setup
    if handler_of(connection, checked.module, setup.handler) != (checked.module, checked.manifest):
        raise ConflictError(f"The module {checked.module} was changed meanwhile; try again.")
    zone = setup.time_zone or _zone_now(connection, first_zone, now)
    schedule = Schedule(setup.schedule, zone)
    return NewJob(
        name=parse_name_field(setup.name, "job"),
        description=setup.description,
        module=checked.module,
        handler=checked.manifest.handler,
        schedule=" ".join(setup.schedule.split()),
        time_zone=zone,
        config=checked.config,
        enabled=setup.enabled,
        next_due_at=schedule.next(now) if setup.enabled else None,
    )


def _check_endpoints(
    connection: Connection, config: Mapping[str, Any], before: Mapping[str, Any]
) -> None:
    """Refuse endpoints that are not there, but for those that the config named already."""
    named, known = config.get(ENDPOINTS), before.get(ENDPOINTS)
    if not isinstance(named, list):
        return
    new = set(named).difference(known if isinstance(known, list) else ())
    unknown = new - numbers_of(connection, sorted(new)).keys()
    if unknown:
        raise InvalidInputError(
            f"config.{ENDPOINTS}: there is no endpoint '{shown(min(unknown))}'.",
            field=f"config.{ENDPOINTS}",
        )


def _zone_now(connection: Connection, first_zone: str, now: Instant) -> str:
    """Return the zone in force now at the first site."""
    first = next(iter(list_sites(connection, 0, 1)), None)
    days = calendar(first_zone if first is None else first.zone)
    return days.zone_on(days.day_of(now))
