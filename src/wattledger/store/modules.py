"""Job modules as they were found: their manifests, and what is wrong with those that are broken."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, or_, select, update
from uuid_utils import uuid7

from wattledger.domain.errors import NotFoundError
from wattledger.domain.instant import Instant
from wattledger.store.job_tables import module

GONE = "Its folder is gone; put it back, or delete the jobs that need it."


@dataclass(frozen=True, slots=True)
class FoundModule:
    """A module as it was found; ``path`` is None for those that ship with Wattledger."""

    name: str
    manifest: Mapping[str, Any] | None
    path: str | None
    problem: str | None


@dataclass(frozen=True, slots=True)
class ModuleRow:
    """A module as stored."""

    id: int
    public_id: str
    name: str
    manifest: Mapping[str, Any] | None
    path: str | None
    problem: str | None
    seen_at: Instant


_COLUMNS = [module.c[name] for name in ModuleRow.__slots__]


def record_modules(connection: Connection, found: Collection[FoundModule], now: Instant) -> None:
    """Store modules as they were found; a known one that was not found is marked as gone."""
    known = {row.name: row for row in list_modules(connection, 0, None)}
    for each in found:
        values = {
            "manifest": each.manifest,
            "path": each.path,
            "problem": each.problem,
            "seen_at": now,
        }
        if each.name in known:
            row = known.pop(each.name)
            if each.manifest is None:
                del values["manifest"]  # what it was is known, and its jobs refer to it
            connection.execute(update(module).where(module.c.id == row.id).values(values))
        else:
            new = values | {"public_id": str(uuid7()), "name": each.name}
            connection.execute(insert(module).values(new))
    gone = [row.id for row in known.values()]
    connection.execute(update(module).where(module.c.id.in_(gone)).values(problem=GONE))


def list_modules(connection: Connection, after: int, limit: int | None) -> list[ModuleRow]:
    """Return modules in the order in which they were first found, behind the number ``after``."""
    rows = select(*_COLUMNS).where(module.c.id > after).order_by(module.c.id).limit(limit)
    return [ModuleRow(*row) for row in connection.execute(rows)]


def find_module(connection: Connection, name_or_id: str) -> ModuleRow:
    """Return the module of a public id or a name; NotFoundError when there is none."""
    either = or_(module.c.public_id == name_or_id, module.c.name == name_or_id)
    wanted = select(*_COLUMNS).where(either).order_by((module.c.public_id == name_or_id).desc())
    row = connection.execute(wanted.limit(1)).first()
    if row is None:
        raise NotFoundError(f"There is no module '{name_or_id}'; GET /modules lists them.")
    return ModuleRow(*row)


def module_ids(connection: Connection) -> Mapping[str, str]:
    """Return the public ids of all modules by name."""
    rows = connection.execute(select(module.c.name, module.c.public_id))
    return {name: public_id for name, public_id in rows}  # noqa: C416 - typed
