"""Which meters of an endpoint are billed by default, and whom they serve.

Billed is the meter ``total``; else those that are behind no other meter of the endpoint. A new
endpoint has a ``total`` before anything is known of it, so one that was never read makes room for
the first other meter, and takes its place again when it is read after all.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from sqlalchemy import Connection, Select, bindparam, exists, func, select, update

from wattledger.domain.assignment import Assignment
from wattledger.domain.errors import ConflictError
from wattledger.domain.hierarchy import TOTAL, MeterPlace, top_level
from wattledger.domain.instant import Instant
from wattledger.domain.period import calendar
from wattledger.store.assignments import (
    FROM_THE_BEGINNING,
    cut_from,
    move_meter,
    replace_assignments,
    stored_assignments,
)
from wattledger.store.billing_tables import assignment, month_close
from wattledger.store.slices import slices
from wattledger.store.tables import endpoint, meter, meter_state, reading, site


class _Meter(NamedTuple):
    place: MeterPlace
    is_read: bool


def _meters(connection: Connection, endpoint_id: int) -> list[_Meter]:
    return _meters_of(connection, [endpoint_id]).get(endpoint_id, [])


def _meters_of(connection: Connection, endpoint_ids: Sequence[int]) -> dict[int, list[_Meter]]:
    found: dict[int, list[_Meter]] = {}
    for row in connection.execute(_METERS, {"ids": endpoint_ids}):
        place = MeterPlace(row.id, row.key, row.parent_id)
        found.setdefault(row.endpoint_id, []).append(_Meter(place, row.last_at is not None))
    return found


_METERS = (
    select(meter.c.endpoint_id, meter.c.id, meter.c.key, meter.c.parent_id, meter_state.c.last_at)
    .join_from(meter, meter_state)
    .where(meter.c.endpoint_id.in_(bindparam("ids", expanding=True)))
    .order_by(meter.c.id)
)


def _billed(meters: Sequence[_Meter]) -> tuple[int, ...]:
    known = [each for each in meters if each.is_read or each.place.key != TOTAL]
    return top_level([each.place for each in known or meters])


def billed_meters(connection: Connection, endpoint_id: int) -> tuple[int, ...]:
    """Return the meters of an endpoint whose energies add up to what is billed of it."""
    return _billed(_meters(connection, endpoint_id))


def billed_of(connection: Connection, endpoint_ids: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """Return the billed meters of many endpoints, by endpoint id."""
    found: dict[int, tuple[int, ...]] = {}
    for ids in slices(endpoint_ids):
        of_these = _meters_of(connection, ids)
        found |= {number: _billed(meters) for number, meters in of_these.items()}
    return found


def assign_endpoint(
    connection: Connection,
    endpoint_id: int,
    client_id: int | None,
    since: Instant,
    first_since: Instant | None = None,
) -> bool:
    """Let the billed meters of an endpoint serve a client, or nobody, from an instant on.

    A meter that serves the client then stays as it is. One that was never assigned or never read
    serves from ``first_since`` where that is given. The client is shown with the endpoint. Tells
    whether anything was another way before.
    """
    changed = _show_client(connection, endpoint_id, client_id)
    meters = _meters(connection, endpoint_id)
    billed = _billed(meters)
    for each in meters:
        if each.place.meter_id in billed:
            changed |= _assign_meter(connection, each, client_id, since, first_since)
    return changed


def assign_part(
    connection: Connection,
    meter_id: int,
    client_id: int,
    since: Instant,
    first_since: Instant | None = None,
) -> bool:
    """Let one meter of an endpoint serve a client, as ``assign_endpoint`` does with all.

    ConflictError where the endpoint is billed by its ``total``, which serves another client.
    """
    of_meter = select(meter.c.endpoint_id, meter.c.key, endpoint.c.client_id, endpoint.c.name)
    row = connection.execute(of_meter.join_from(meter, endpoint).where(meter.c.id == meter_id))
    endpoint_id, key, shown, name = row.one()
    if shown is None:
        _show_client(connection, endpoint_id, client_id)
    meters = _meters(connection, endpoint_id)
    billed = _billed(meters)
    for each in meters:
        if each.place.meter_id == meter_id and meter_id in billed:
            return _assign_meter(connection, each, client_id, since, first_since)
    if shown not in (None, client_id):
        raise ConflictError(
            f"'{name}' is billed by its meter '{TOTAL}', and '{key}' is a part of that: assigned "
            "to another client its energy would be billed twice. Assign the other parts instead of "
            f"'{TOTAL}', or leave the client of '{key}' out."
        )
    return False


def assign_listed(connection: Connection, meter_id: int, client_id: int, now: Instant) -> bool:
    """Let a meter serve the client that stands beside it in a list; ``total`` is all its endpoint.

    That is from the beginning where a meter was never assigned or never read, else from now on.
    Tells whether anything was another way before.
    """
    of_meter = select(meter.c.endpoint_id, meter.c.key).where(meter.c.id == meter_id)
    endpoint_id, key = connection.execute(of_meter).one()
    if key == TOTAL:
        return assign_endpoint(connection, endpoint_id, client_id, now, FROM_THE_BEGINNING)
    return assign_part(connection, meter_id, client_id, now, FROM_THE_BEGINNING)


def show_who_is_served(connection: Connection, endpoint_id: int, now: Instant) -> None:
    """Show that client with an endpoint whom alone its billed meters serve at an instant."""
    terms = stored_assignments(connection, billed_meters(connection, endpoint_id)).values()
    served = {s.terms.client_id for stored in terms for s in stored if s.terms.serves(now)}
    if len(served) <= 1:
        _show_client(connection, endpoint_id, int(served.pop()) if served else None)


def meter_places(connection: Connection, endpoint_id: int) -> list[MeterPlace]:
    """Return where the meters of an endpoint stand, in order of their making."""
    return [each.place for each in _meters(connection, endpoint_id)]


def _show_client(connection: Connection, endpoint_id: int, client_id: int | None) -> bool:
    is_other = endpoint.c.id == endpoint_id, endpoint.c.client_id.is_distinct_from(client_id)
    changed = connection.execute(update(endpoint).where(*is_other).values(client_id=client_id))
    return bool(changed.rowcount)


def _assign_meter(
    connection: Connection,
    each: _Meter,
    client_id: int | None,
    since: Instant,
    first_since: Instant | None,
) -> bool:
    meter_id = each.place.meter_id
    stored = stored_assignments(connection, [meter_id]).get(meter_id, [])
    serving = {each.terms.client_id for each in stored if each.terms.serves(since)}
    if serving == set() if client_id is None else str(client_id) in serving:
        return False
    if client_id is None or first_since is None or (stored and each.is_read):
        move_meter(connection, meter_id, client_id, since)
    else:
        terms = Assignment(meter_id, str(client_id), first_since)
        replace_assignments(connection, meter_id, [terms])
    return True


def assign_new_meter(connection: Connection, endpoint_id: int, meter_id: int) -> None:
    """Let a meter that has just been created serve as the others of its endpoint do.

    Where those differ, or there is none, it serves the endpoint's client from the beginning.
    """
    meters = _meters(connection, endpoint_id)
    if meter_id not in _billed(meters):
        return
    others = [each for each in meters if each.place.meter_id != meter_id]
    terms = _alike(connection, _billed(others)) or _default(connection, endpoint_id, meter_id)
    for each in others:
        if each.place.key == TOTAL:
            replace_assignments(connection, each.place.meter_id, [])
    replace_assignments(connection, meter_id, terms)


def _alike(connection: Connection, meter_ids: Sequence[int]) -> Sequence[Assignment]:
    """Return the terms that all these meters have; none where they differ."""
    stored = stored_assignments(connection, meter_ids)
    terms = [
        tuple(replace(each.terms, meter_id=0) for each in stored.get(meter_id, ()))
        for meter_id in meter_ids
    ]
    return terms[0] if len(set(terms)) == 1 else ()


def _default(connection: Connection, endpoint_id: int, meter_id: int) -> Sequence[Assignment]:
    client_id = connection.scalar(select(endpoint.c.client_id).where(endpoint.c.id == endpoint_id))
    if client_id is None:
        return ()
    return (Assignment(meter_id, str(client_id), FROM_THE_BEGINNING),)


def let_totals_take_over(connection: Connection, meter_ids: Iterable[int]) -> None:
    """Let each ``total`` among these meters that is read for the first time be billed.

    It takes the place of its endpoint's other meters where all of them serve the client that is
    shown with the endpoint, from its first reading on, but in no month that is closed for a client
    of theirs. Call this after booking.
    """
    for ids in slices(meter_ids):
        newly_read = _UNASSIGNED_TOTALS.where(meter.c.id.in_(ids))
        for meter_id, endpoint_id, client_id in connection.execute(newly_read).all():
            _take_over(connection, meter_id, endpoint_id, client_id)


_other = meter.alias("other")
_UNASSIGNED_TOTALS: Select[int, int, int | None] = (
    select(meter.c.id, meter.c.endpoint_id, endpoint.c.client_id)
    .join_from(meter, meter_state)
    .join(endpoint, meter.c.endpoint_id == endpoint.c.id)
    .where(
        meter.c.key == TOTAL,
        meter_state.c.last_at.is_not(None),
        ~exists().where(assignment.c.meter_id == meter.c.id),
        exists().where(
            _other.c.endpoint_id == meter.c.endpoint_id, assignment.c.meter_id == _other.c.id
        ),
    )
)


def _take_over(
    connection: Connection, meter_id: int, endpoint_id: int, client_id: int | None
) -> None:
    meters = _meters(connection, endpoint_id)
    parts = _billed([each for each in meters if each.place.meter_id != meter_id])
    terms = _alike(connection, parts)
    if not terms or (terms[-1].client_id, terms[-1].end_at) != (str(client_id), None):
        return
    since = _place_free_from(connection, meter_id, endpoint_id, parts, terms)
    cut_from(connection, parts, since)
    kept = [each for each in terms if each.end_at is None or each.end_at > since]
    replace_assignments(
        connection, meter_id, [replace(each, start_at=max(each.start_at, since)) for each in kept]
    )


def let_part_go(connection: Connection, meter_id: int) -> None:
    """Let a meter that stands behind another of its endpoint be billed no more beside it.

    That is where both serve the same clients, so that its energy would be billed twice, and in no
    month that is closed for one of them; what was assigned otherwise was meant so. Call this after
    a parent was declared.
    """
    of_meter = select(meter.c.endpoint_id, meter.c.parent_id).where(meter.c.id == meter_id)
    endpoint_id, parent_id = connection.execute(of_meter).one()
    billed = billed_meters(connection, endpoint_id)
    if meter_id in billed or parent_id not in billed:
        return
    terms = _alike(connection, [meter_id, parent_id])
    if terms:
        cut_from(connection, [meter_id], _open_since(connection, endpoint_id, terms))


def _place_free_from(
    connection: Connection,
    meter_id: int,
    endpoint_id: int,
    parts: Sequence[int],
    terms: Sequence[Assignment],
) -> Instant:
    """Return the instant from which a total can be billed instead of the meters beside it."""
    read = select(func.min(reading.c.ts))
    first: Instant = connection.scalar(read.where(reading.c.meter_id == meter_id)) or 0
    before = exists().where(reading.c.meter_id.in_(parts), reading.c.ts < first)
    since = first if connection.scalar(select(before)) else FROM_THE_BEGINNING
    return max(since, _open_since(connection, endpoint_id, terms))


def _open_since(connection: Connection, endpoint_id: int, terms: Sequence[Assignment]) -> Instant:
    """Return the end of the last month that is closed for a client of some terms."""
    clients = {int(each.client_id) for each in terms}
    closed = select(func.max(month_close.c.month)).where(month_close.c.client_id.in_(clients))
    month = connection.scalar(closed)
    if month is None:
        return FROM_THE_BEGINNING
    zone = select(site.c.zone).join_from(endpoint, site).where(endpoint.c.id == endpoint_id)
    return calendar(connection.execute(zone).scalar_one()).month_span(month)[1]
