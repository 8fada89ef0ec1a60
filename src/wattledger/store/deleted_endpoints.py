"""Endpoints out of use: nothing of them is lost, and a deletion can be undone.

A deleted endpoint's meters serve nobody from then on. What they served before is kept with the
endpoint, so that it serves again as if nothing had happened where the deletion is undone.
"""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import Connection, or_, select, update
from sqlalchemy.exc import IntegrityError

from wattledger.domain.assignment import Assignment
from wattledger.domain.errors import ConflictError, NotFoundError
from wattledger.domain.instant import Instant
from wattledger.store.assignments import cut_from, replace_assignments, stored_assignments
from wattledger.store.endpoints import (
    ENDPOINT_ROWS,
    EndpointRow,
    endpoint_row,
    find_endpoint,
    meters_of,
)
from wattledger.store.tables import endpoint

_WHAT_SERVED = "assignments"


def delete_endpoint(connection: Connection, endpoint_id: int, now: Instant) -> None:
    """Take an endpoint out of use; its readings stay and its name becomes free.

    Its meters serve nobody from then on.
    """
    meter_ids = list(meters_of(connection, [endpoint_id]).values())
    served = [
        asdict(each.terms)
        for stored in stored_assignments(connection, meter_ids).values()
        for each in stored
    ]
    cut_from(connection, meter_ids, now)
    _set(connection, endpoint_id, deleted_at=now, before_deletion={_WHAT_SERVED: served})


def find_kept(connection: Connection, name_or_id: str) -> EndpointRow:
    """Return the endpoint of a public id, also a deleted one, or the one in use of a name.

    NotFoundError when there is none.
    """
    by_id = ENDPOINT_ROWS.where(endpoint.c.public_id == name_or_id)
    row = connection.execute(by_id).first()
    return find_endpoint(connection, name_or_id) if row is None else endpoint_row(row)


def find_deleted(connection: Connection, name_or_id: str) -> EndpointRow:
    """Return the deleted endpoint of a public id, or that of a name which was deleted last.

    NotFoundError when there is none.
    """
    either = or_(endpoint.c.public_id == name_or_id, endpoint.c.name == name_or_id)
    wanted = ENDPOINT_ROWS.where(either, endpoint.c.deleted_at.is_not(None))
    last = wanted.order_by(endpoint.c.deleted_at.desc(), endpoint.c.id.desc()).limit(1)
    row = connection.execute(last).first()
    if row is None:
        raise NotFoundError(f"There is no deleted endpoint '{name_or_id}'.")
    return endpoint_row(row)


def restore_endpoint(connection: Connection, endpoint_id: int, now: Instant) -> list[Assignment]:
    """Take a deleted endpoint into use again; its meters serve as they did before.

    ConflictError when its name is taken meanwhile. Returns what its meters serve.
    """
    kept = select(endpoint.c.name, endpoint.c.before_deletion).where(endpoint.c.id == endpoint_id)
    name, before = connection.execute(kept).one()
    try:
        _set(connection, endpoint_id, deleted_at=None, before_deletion=None, updated_at=now)
    except IntegrityError:
        raise ConflictError(
            f"There is another endpoint named '{name}' by now; rename that one, then restore this."
        ) from None
    served = [Assignment(**terms) for terms in (before or {}).get(_WHAT_SERVED, ())]
    for meter_id in {each.meter_id for each in served}:
        replace_assignments(connection, meter_id, _of(meter_id, served))
    return served


def _of(meter_id: int, terms: Sequence[Assignment]) -> list[Assignment]:
    return [each for each in terms if each.meter_id == meter_id]


def _set(connection: Connection, endpoint_id: int, **columns: object) -> None:
    connection.execute(update(endpoint).where(endpoint.c.id == endpoint_id).values(**columns))
