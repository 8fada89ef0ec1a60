"""Jobs: which handler of which module runs, when, and with which config."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from uuid_utils import uuid7

from wattledger.domain.errors import ConflictError, NotFoundError
from wattledger.domain.instant import Instant
from wattledger.store.job_tables import job
from wattledger.store.listing import Listing, ascending, escaped, has_part


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job as stored.

    The built-in poller fires every so many seconds, all others on a ``schedule`` of cron in a time
    zone. ``next_due_at`` is None where nothing will fire: paused, deleted, or never again.
    """

    id: int
    public_id: str
    name: str
    description: str
    module: str
    handler: str
    schedule: str | None
    time_zone: str | None
    every_seconds: int | None
    config: Mapping[str, Any]
    enabled: bool
    next_due_at: Instant | None
    created_at: Instant
    updated_at: Instant
    deleted_at: Instant | None

    @property
    def is_built_in(self) -> bool:
        """Tell whether it is the poller that ships with Wattledger."""
        return self.every_seconds is not None


@dataclass(frozen=True, slots=True)
class NewJob:
    """What a job on a schedule is made from."""

    name: str
    description: str
    module: str
    handler: str
    schedule: str
    time_zone: str
    config: Mapping[str, Any]
    enabled: bool
    next_due_at: Instant | None


_COLUMNS = [job.c[name] for name in JobRow.__slots__]
_KEY = job.c.name, job.c.id
_LIST = Listing(
    select(*_COLUMNS).where(job.c.deleted_at.is_(None)),
    _KEY,
    ascending(*_KEY),
    {"search": has_part(job.c.name)},
)


def ensure_job(
    connection: Connection,
    *,
    name: str,
    module: str,
    handler: str,
    every_seconds: int,
    config: Mapping[str, Any],
    now: Instant,
) -> None:
    """Create a job that fires every so many seconds unless there is one of its name."""
    same = select(job.c.id).where(job.c.name == name, job.c.every_seconds.is_not(None))
    if connection.scalar(same) is None:
        connection.execute(
            insert(job).values(
                public_id=str(uuid7()),
                name=name,
                module=module,
                handler=handler,
                every_seconds=every_seconds,
                config=config,
                next_due_at=now,
                created_at=now,
                updated_at=now,
            )
        )


def insert_job(connection: Connection, new: NewJob, now: Instant) -> str:
    """Create a job and return its public id; ConflictError when its name is taken."""
    public_id = str(uuid7())
    values = {name: getattr(new, name) for name in NewJob.__slots__}
    row = values | {"public_id": public_id, "created_at": now, "updated_at": now}
    _naming(connection, new.name, insert(job).values(row))
    return public_id


def update_job(connection: Connection, job_id: int, now: Instant, **columns: object) -> None:
    """Change columns of a job; ConflictError when its new name is taken."""
    change = update(job).where(job.c.id == job_id).values(updated_at=now, **columns)
    _naming(connection, columns.get("name"), change)


def _naming(connection: Connection, name: object, statement: Any) -> None:  # noqa: ANN401
    try:
        connection.execute(statement)
    except IntegrityError:
        raise ConflictError(
            f"There is a job named '{name}' already; choose another name."
        ) from None


def find_job(connection: Connection, name_or_id: str, *, deleted: bool = False) -> JobRow:
    """Return the job of a public id or a name; NotFoundError when there is none.

    With ``deleted``, also one that was deleted, by its id.
    """
    named = (job.c.name == name_or_id) & job.c.deleted_at.is_(None)
    rows = select(*_COLUMNS).where(or_(job.c.public_id == name_or_id, named))
    if not deleted:
        rows = rows.where(job.c.deleted_at.is_(None))
    by_id = job.c.public_id == name_or_id
    row = connection.execute(rows.order_by(by_id.desc()).limit(1)).first()
    if row is None:
        raise NotFoundError(f"There is no job '{name_or_id}'.")
    return JobRow(*row)


def job_of_id(connection: Connection, job_id: int) -> JobRow:
    """Return a job by its number, also one that was deleted."""
    return JobRow(*connection.execute(select(*_COLUMNS).where(job.c.id == job_id)).one())


def list_jobs(
    connection: Connection, search: str | None, after: tuple[str, int] | None, limit: int | None
) -> list[JobRow]:
    """Return a page of the jobs that are not deleted, by (name, id), behind ``after``."""
    rows = _LIST.page(connection, {"search": escaped(search)}, after, limit)
    return [JobRow(*row) for row in rows]


def due_jobs(connection: Connection, now: Instant) -> list[JobRow]:
    """Return the enabled jobs that are due, locked for the rest of the transaction."""
    rows = select(*_COLUMNS).where(
        job.c.enabled, job.c.deleted_at.is_(None), job.c.next_due_at <= now
    )
    found = connection.execute(rows.order_by(job.c.next_due_at).with_for_update())
    return [JobRow(*row) for row in found]


def scheduled_jobs(connection: Connection) -> Sequence[JobRow]:
    """Return the enabled jobs, locked for the rest of the transaction."""
    rows = select(*_COLUMNS).where(job.c.enabled, job.c.deleted_at.is_(None))
    return [JobRow(*row) for row in connection.execute(rows.with_for_update())]


def advance_job(connection: Connection, job_id: int, next_due_at: Instant | None) -> None:
    """Set a job's next firing."""
    connection.execute(update(job).where(job.c.id == job_id).values(next_due_at=next_due_at))
