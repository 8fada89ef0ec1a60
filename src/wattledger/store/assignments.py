"""Assignments as rows: which client a meter serves, from when, until when (LEDGER 6).

The instant 0 stands for "from the beginning". What is written here is valid by the domain's rules.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from sqlalchemy import Connection, Row, Select, and_, delete, insert, or_, select, update

from wattledger.domain.assignment import WHOLE_PPM, Assignment, validate
from wattledger.domain.errors import NotFoundError
from wattledger.domain.instant import Instant
from wattledger.store.billing_tables import assignment
from wattledger.store.clients import ClientRow, list_clients
from wattledger.store.slices import slices
from wattledger.store.tables import client

_AnyRow: TypeAlias = Row[*tuple[Any, ...]]
_AnySelect: TypeAlias = Select[*tuple[Any, ...]]

FROM_THE_BEGINNING: Instant = 0
"""The start of an assignment that holds for all that was ever read."""


@dataclass(frozen=True, slots=True)
class StoredAssignment:
    """An assignment and its id. ``client_id`` is the client's id as text, ``client`` its name."""

    id: int
    client: str
    terms: Assignment


def clients_by_id(connection: Connection) -> dict[str, ClientRow]:
    """Return all clients by the ``client_id`` that assignments have."""
    return {str(row.id): row for row in list_clients(connection)}


def assignments_between(
    connection: Connection,
    start: Instant,
    end: Instant,
    meter_ids: Iterable[int] | None = None,
) -> dict[int, list[Assignment]]:
    """Return what is assigned at some time in ``[start, end)``, by meter and in order of start.

    All meters when ``meter_ids`` is not given; one that serves nobody is left out.
    """
    running = and_(
        assignment.c.start_at < end,
        or_(assignment.c.end_at.is_(None), assignment.c.end_at > start),
    )
    found: dict[int, list[Assignment]] = {}
    for row in _rows_of(connection, _ROWS.where(running), meter_ids):
        found.setdefault(row.meter_id, []).append(_terms(row))
    return found


_ROWS: _AnySelect = (
    select(assignment, client.c.name)
    .join_from(assignment, client)
    .order_by(assignment.c.meter_id, assignment.c.start_at, assignment.c.client_id)
)


def _rows_of(
    connection: Connection, rows: _AnySelect, meter_ids: Iterable[int] | None
) -> Iterable[_AnyRow]:
    if meter_ids is None:
        yield from connection.execute(rows)
        return
    for ids in slices(meter_ids):
        yield from connection.execute(rows.where(assignment.c.meter_id.in_(ids)))


def _terms(row: _AnyRow) -> Assignment:
    return Assignment(row.meter_id, str(row.client_id), row.start_at, row.end_at, row.share_ppm)


def _stored(row: _AnyRow) -> StoredAssignment:
    return StoredAssignment(row.id, row.name, _terms(row))


def meters_ever_of(connection: Connection, client_id: int) -> Sequence[int]:
    """Return the meters that serve a client, ever did, or are to."""
    rows = select(assignment.c.meter_id).where(assignment.c.client_id == client_id)
    return connection.scalars(rows.distinct()).all()


def stored_assignments(
    connection: Connection, meter_ids: Iterable[int]
) -> dict[int, list[StoredAssignment]]:
    """Return all assignments of meters, by meter and in order of start."""
    found: dict[int, list[StoredAssignment]] = {}
    for row in _rows_of(connection, _ROWS, meter_ids):
        found.setdefault(row.meter_id, []).append(_stored(row))
    return found


def find_assignment(connection: Connection, assignment_id: int) -> StoredAssignment:
    """Return an assignment; NotFoundError when there is none."""
    row = connection.execute(_ROWS.where(assignment.c.id == assignment_id)).one_or_none()
    if row is None:
        raise NotFoundError(f"There is no assignment {assignment_id}.")
    return _stored(row)


def assign(
    connection: Connection,
    meter_id: int,
    client_id: int,
    start_at: Instant,
    end_at: Instant | None = None,
    share_ppm: int = WHOLE_PPM,
) -> int:
    """Assign a meter to a client beside what is assigned already; returns the assignment's id.

    InvalidInputError where that would bill energy twice.
    """
    created = (
        insert(assignment)
        .values(
            meter_id=meter_id,
            client_id=client_id,
            start_at=start_at,
            end_at=end_at,
            share_ppm=share_ppm,
        )
        .returning(assignment.c.id)
    )
    number = int(connection.execute(created).scalar_one())
    _check(connection, meter_id)
    return number


def end_assignment(
    connection: Connection, assignment_id: int, end_at: Instant | None
) -> StoredAssignment:
    """Let an assignment end at an instant, or go on for ever; returns it as it is then."""
    meter_id = find_assignment(connection, assignment_id).terms.meter_id
    _set_end(connection, assignment_id, end_at)
    _check(connection, meter_id)
    return find_assignment(connection, assignment_id)


def remove_assignment(connection: Connection, assignment_id: int) -> None:
    """Delete an assignment as if it had never been; NotFoundError when there is none."""
    find_assignment(connection, assignment_id)
    connection.execute(delete(assignment).where(assignment.c.id == assignment_id))


def replace_assignments(connection: Connection, meter_id: int, terms: Sequence[Assignment]) -> None:
    """Let a meter serve as these terms say, whichever meter they are of, and not otherwise."""
    connection.execute(delete(assignment).where(assignment.c.meter_id == meter_id))
    rows = [
        {
            "meter_id": meter_id,
            "client_id": int(each.client_id),
            "start_at": each.start_at,
            "end_at": each.end_at,
            "share_ppm": each.share_ppm,
        }
        for each in terms
    ]
    if rows:
        connection.execute(insert(assignment), rows)
    _check(connection, meter_id)


def move_meter(
    connection: Connection,
    meter_id: int,
    client_id: int | None,
    since: Instant,
    share_ppm: int = WHOLE_PPM,
) -> None:
    """Let a meter serve a client from an instant on, until a change that is stored already.

    The whole meter ends what others have of it, a share only what the same client has; ``None``
    ends all. What begins at that very instant is replaced. Nothing changes where the client has
    that share already.
    """
    stored = stored_assignments(connection, [meter_id]).get(meter_id, [])
    running = [each for each in stored if each.terms.serves(since)]
    name = None if client_id is None else str(client_id)
    if [each.terms.share_ppm for each in running if each.terms.client_id == name] == [share_ppm]:
        return
    whole = name is None or share_ppm == WHOLE_PPM
    concerned = [each for each in stored if whole or each.terms.client_id == name]
    for each in concerned:
        if each.terms.serves(since):
            _cut(connection, each, since)
    if client_id is not None:
        later = [each.terms.start_at for each in concerned if each.terms.start_at > since]
        assign(connection, meter_id, client_id, since, min(later, default=None), share_ppm)


def cut_from(connection: Connection, meter_ids: Iterable[int], since: Instant) -> None:
    """Let meters serve nobody from an instant on; what would begin later is forgotten."""
    for stored in stored_assignments(connection, meter_ids).values():
        for each in stored:
            if each.terms.end_at is None or each.terms.end_at > since:
                _cut(connection, each, since)


def _cut(connection: Connection, each: StoredAssignment, since: Instant) -> None:
    if each.terms.start_at >= since:
        connection.execute(delete(assignment).where(assignment.c.id == each.id))
    else:
        _set_end(connection, each.id, since)


def _set_end(connection: Connection, assignment_id: int, end_at: Instant | None) -> None:
    ended = update(assignment).where(assignment.c.id == assignment_id).values(end_at=end_at)
    connection.execute(ended)


def _check(connection: Connection, meter_id: int) -> None:
    """Refuse what the domain refuses; the clients have their names in its sentences."""
    stored = stored_assignments(connection, [meter_id]).get(meter_id, [])
    validate(replace(each.terms, client_id=each.client) for each in stored)
