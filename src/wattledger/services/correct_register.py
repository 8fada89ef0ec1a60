"""Correct a register: declare what happened to it, or withdraw what was declared (LEDGER 2).

Whoever was at the meter knows what no reading tells: that it was exchanged, what its display
showed, that a doubted reading is right. An event is an input of the ledger: the readings it touches
are judged again in the same transaction, and every later recomputation counts it.
"""

from collections.abc import Sequence
from dataclasses import replace

from wattledger.domain.errors import NotFoundError
from wattledger.domain.event import EventKind
from wattledger.domain.instant import Instant
from wattledger.domain.reading import Source
from wattledger.services.check_declaration import check_declaration, check_person
from wattledger.services.correction import Correction, snapshot
from wattledger.services.count_anew import count_if_left
from wattledger.services.declaration import COARSEST, Declaration
from wattledger.services.declaration_facts import Facts
from wattledger.store.database import Connection, Database
from wattledger.store.events import (
    NewEvent,
    StoredEvent,
    events_of,
    insert_event,
    meter_of_event,
    withdraw_event,
)
from wattledger.store.ledger import book, judge_again
from wattledger.store.meter_rows import find_meter
from wattledger.store.readings import NewReading
from wattledger.store.recompute import rebuild
from wattledger.store.registers import load_registers

# What holds from an instant on is not judged by what stands around it.
_TO_THE_END = frozenset({EventKind.SETTINGS, EventKind.END})


def declare(
    database: Database,
    meter_id: int,
    declaration: Declaration,
    now: Instant,
    *,
    dry_run: bool = False,
) -> Correction:
    """Keep what a person declares of a register and judge its readings by it.

    A dry run tells what would change and keeps nothing. InvalidInputError and ConflictError say
    why something cannot be so; NotFoundError when there is no such meter.
    """
    with database.begin() as connection:
        find_meter(connection, meter_id)
        register = load_registers(connection, [meter_id])[meter_id]
        standing = _standing(connection, meter_id)
        check_declaration(Facts(connection, register, standing, now), declaration)
        count_if_left(connection, meter_id)
        before = snapshot(connection, meter_id)
        event_id = insert_event(connection, declaration.as_event(meter_id), now)
        if declaration.kind is EventKind.CHECK:
            book(connection, {meter_id: [_check_reading(declaration)]})
        else:
            _judge(connection, meter_id, declaration.kind, declaration.at)
        after = snapshot(connection, meter_id)
        stored = _find(connection, meter_id, event_id)
        if dry_run:
            connection.rollback()
    changed = before.changed_readings(after), before.changed_months(after)
    return Correction(stored, *changed, is_kept=not dry_run)


def withdraw(
    database: Database,
    meter_id: int,
    event_id: int,
    by: str,
    why: str,
    now: Instant,
    *,
    dry_run: bool = False,
) -> Correction:
    """Let an event of a meter count no longer, and judge its readings without it.

    A check reading is not deleted with its event: it is rejected, by an event of its own.
    NotFoundError when the meter has no such event that counts.
    """
    check_person(by, why)
    with database.begin() as connection:
        find_meter(connection, meter_id)
        known = _find(connection, meter_id, event_id)
        count_if_left(connection, meter_id)
        before = snapshot(connection, meter_id)
        withdraw_event(connection, event_id, by.strip(), now, why.strip())
        kind, at = known.event.kind, known.event.at
        if kind is EventKind.CHECK and not _is_rejected(connection, meter_id, at):
            reason = f"The check reading was withdrawn: {why.strip()}"
            rejected = NewEvent(meter_id, at, EventKind.REJECT, by.strip(), reason)
            insert_event(connection, rejected, now)
        _judge(connection, meter_id, kind, at)
        after = snapshot(connection, meter_id)
        if dry_run:
            connection.rollback()
    stored = replace(known, withdrawn_by=by.strip(), withdrawn_at=now, withdrawn_why=why.strip())
    changed = before.changed_readings(after), before.changed_months(after)
    return Correction(stored, *changed, is_kept=not dry_run)


def register_events(database: Database, meter_id: int) -> Sequence[StoredEvent]:
    """Return all that was declared of a meter, withdrawn or not, in order of time."""
    with database.connect() as connection:
        find_meter(connection, meter_id)
        return events_of(connection, meter_id)


def event_meter(database: Database, event_id: int) -> int:
    """Return the meter of an event; NotFoundError where there is none of that number."""
    with database.connect() as connection:
        return meter_of_event(connection, event_id)


def _judge(connection: Connection, meter_id: int, kind: EventKind, at: Instant) -> None:
    if kind in _TO_THE_END:
        rebuild(connection, [meter_id])
    else:
        judge_again(connection, meter_id, at)


def _check_reading(declaration: Declaration) -> NewReading:
    return NewReading(
        declaration.at,
        declaration.total_milliwh or 0,
        min(declaration.resolution_milliwh or COARSEST, COARSEST),
        source=Source.CHECK,
    )


def _standing(connection: Connection, meter_id: int) -> list[StoredEvent]:
    return [each for each in events_of(connection, meter_id) if each.withdrawn_at is None]


def _find(connection: Connection, meter_id: int, event_id: int) -> StoredEvent:
    for each in _standing(connection, meter_id):
        if each.id == event_id:
            return each
    raise NotFoundError(f"Meter {meter_id} has no register event {event_id} that counts.")


def _is_rejected(connection: Connection, meter_id: int, at: Instant) -> bool:
    return any(
        each.event.kind is EventKind.REJECT and each.event.at == at
        for each in _standing(connection, meter_id)
    )
