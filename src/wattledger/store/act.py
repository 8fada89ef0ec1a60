"""What somebody is doing, written into the audit log by the transaction that does it.

The edge (a request, a command) says once what is being done; the first write transaction within it
records that. So no change is kept without its entry, and no entry without its change.

What touches many things by one order adds an entry for each of them (``record_touched``), so that
whoever asks what became of one of them finds it by its id and its name.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from sqlalchemy import Connection

from wattledger.domain.instant import Instant
from wattledger.store.audit import Actor, Entry, record, record_all
from wattledger.store.audit_subject import changed_fields, find_subject


@dataclass(slots=True)
class Act:
    """Something that is being done. ``reference`` is the id or name of what it is done to.

    One that ``creates`` gives the name of what is not there yet. ``fields`` are the names of what
    is given, never the values.
    """

    at: Instant
    actor: Actor
    action: str
    kind: str
    reference: str | None = None
    creates: bool = False
    fields: Sequence[str] = ()
    is_recorded: bool = False


@dataclass(frozen=True, slots=True)
class Touched:
    """One of the things that an order changed, and which fields of it."""

    id: str
    name: str
    fields: Sequence[str] = ()


_current: ContextVar[Act | None] = ContextVar("wattledger_act", default=None)


@contextmanager
def acting(act: Act | None) -> Iterator[None]:
    """Let an act be recorded by the first write transaction inside; None: nothing is recorded."""
    before = _current.set(act)
    try:
        yield
    finally:
        _current.reset(before)


@contextmanager
def recorded(connection: Connection) -> Iterator[None]:
    """Record the act, if there is one that is not recorded yet, when what is inside succeeds."""
    act = _current.get()
    if act is None or act.is_recorded:
        yield
        return
    before = None if act.creates else find_subject(connection, act.kind, act.reference)
    yield
    if not connection.in_transaction():
        return  # a dry run undid it
    after = find_subject(connection, act.kind, act.reference if before is None else before.id)
    subject = before or after
    entry = Entry(
        at=act.at,
        actor=act.actor,
        action=act.action,
        kind=act.kind,
        object_id=None if subject is None else subject.id,
        object_name=act.reference if subject is None else subject.name,
        fields=changed_fields(act.fields, before, after),
    )
    record(connection, entry)
    act.is_recorded = True


def record_touched(
    connection: Connection, action: str, kind: str, touched: Iterable[Touched]
) -> None:
    """Record what an order did to each of many things, if somebody gave one."""
    act = _current.get()
    if act is None:
        return
    entries = [
        Entry(act.at, act.actor, action, kind, each.id, each.name, each.fields) for each in touched
    ]
    record_all(connection, entries)
