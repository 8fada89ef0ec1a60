"""Which endpoints a run can take, and which of a run's endpoints are still to be read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from wattledger.domain.instant import Instant
from wattledger.domain.outcome import Outcome
from wattledger.store.endpoints import AnyRow, pollable
from wattledger.store.slices import IN_LIMIT, slices
from wattledger.store.tables import attempt, endpoint, meter, meter_state

_LAST_AT = (
    select(func.max(meter_state.c.last_at))
    .join_from(meter, meter_state, meter_state.c.meter_id == meter.c.id)
    .where(meter.c.endpoint_id == endpoint.c.id)
    .correlate(endpoint)
    .scalar_subquery()
)
_ROWS = (
    select(
        endpoint.c.id,
        endpoint.c.public_id,
        endpoint.c.site_id,
        endpoint.c.host_port,
        endpoint.c.poll_minutes,
        endpoint.c.next_due_at,
        _LAST_AT.label("last_at"),
    )
    .where(pollable(bindparam("now")))
    .order_by(endpoint.c.id)
)


def readable_endpoints(connection: Connection, now: Instant) -> list[AnyRow]:
    """Return (id, site_id, host_port, last_at ...) of all endpoints that are polled."""
    return list(connection.execute(_ROWS, {"now": now}))


def readable_of(connection: Connection, endpoint_ids: Iterable[int], now: Instant) -> list[AnyRow]:
    """Return those of these endpoints that are polled."""
    chosen = (_ROWS.where(endpoint.c.id.in_(ids)) for ids in slices(endpoint_ids))
    return [row for rows in chosen for row in connection.execute(rows, {"now": now})]


def readable_at(
    connection: Connection, site_id: int, slower_than_minutes: int, now: Instant
) -> list[AnyRow]:
    """Return the endpoints of a site that are polled less often than every so many minutes."""
    slow = _ROWS.where(endpoint.c.site_id == site_id, endpoint.c.poll_minutes > slower_than_minutes)
    return list(connection.execute(slow, {"now": now}))


def readable_named(connection: Connection, public_ids: Sequence[str], now: Instant) -> list[AnyRow]:
    """Return the endpoints of these public ids that are polled."""
    numbers = numbers_of(connection, public_ids)
    return readable_of(connection, numbers.values(), now)


def places_of(connection: Connection, endpoint_ids: Iterable[int]) -> set[str]:
    """Return where the devices of endpoints are."""
    places = select(endpoint.c.host_port)
    return {
        place
        for ids in slices(endpoint_ids)
        for place in connection.scalars(places.where(endpoint.c.id.in_(ids)))
    }


def numbers_of(connection: Connection, public_ids: Sequence[str]) -> dict[str, int]:
    """Return the numbers of the endpoints of these public ids that are not deleted."""
    rows = select(endpoint.c.public_id, endpoint.c.id).where(endpoint.c.deleted_at.is_(None))
    found: dict[str, int] = {}
    for start in range(0, len(public_ids), IN_LIMIT):
        portion = public_ids[start : start + IN_LIMIT]
        named = connection.execute(rows.where(endpoint.c.public_id.in_(portion)))
        found |= {public_id: number for public_id, number in named}  # noqa: C416 - typed
    return found


@dataclass(frozen=True, slots=True)
class EndpointEnd:
    """How an endpoint of a run ended: its newest attempt, None where there is none (yet)."""

    endpoint_id: int
    public_id: str
    name: str
    attempts: int
    attempt_id: int | None
    started_at: Instant | None
    milliseconds: int | None
    outcome: Outcome | None
    message: str | None


def ends_in_run(
    connection: Connection, run_id: int, endpoint_ids: Iterable[int]
) -> list[EndpointEnd]:
    """Return how these endpoints ended in a run, by number."""
    return [end for ids in slices(endpoint_ids) for end in _ends(connection, run_id, ids)]


def ended_so(
    connection: Connection, run_id: int, outcome: Outcome, after: int, limit: int
) -> list[int]:
    """Return the endpoints, behind the number ``after``, whose last attempt in a run ended so."""
    newest = (
        select(func.max(attempt.c.id))
        .where(attempt.c.run_id == run_id)
        .group_by(attempt.c.endpoint_id)
    )
    rows = (
        select(attempt.c.endpoint_id)
        .where(
            attempt.c.id.in_(newest),
            attempt.c.outcome == outcome.value,
            attempt.c.endpoint_id > after,
        )
        .order_by(attempt.c.endpoint_id)
        .limit(limit)
    )
    return list(connection.scalars(rows))


_NEWEST = (
    select(
        attempt.c.endpoint_id,
        func.max(attempt.c.id).label("attempt_id"),
        func.count().label("attempts"),
    )
    .where(
        attempt.c.run_id == bindparam("run_id"),
        attempt.c.endpoint_id.in_(bindparam("ids", expanding=True)),
    )
    .group_by(attempt.c.endpoint_id)
    .subquery()
)
_ENDS = (
    select(
        endpoint.c.id,
        endpoint.c.public_id,
        endpoint.c.name,
        func.coalesce(_NEWEST.c.attempts, 0),
        attempt.c.id,
        attempt.c.started_at,
        attempt.c.milliseconds,
        attempt.c.outcome,
        attempt.c.message,
    )
    .select_from(
        endpoint.outerjoin(_NEWEST, _NEWEST.c.endpoint_id == endpoint.c.id).outerjoin(
            attempt, attempt.c.id == _NEWEST.c.attempt_id
        )
    )
    .where(endpoint.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(endpoint.c.id)
)


def _ends(connection: Connection, run_id: int, ids: list[int]) -> list[EndpointEnd]:
    return list(map(_end, connection.execute(_ENDS, {"run_id": run_id, "ids": ids}).all()))


def _end(row: AnyRow) -> EndpointEnd:
    *before, outcome, message = row
    fields: tuple[Any, ...] = (*before, None if outcome is None else Outcome(outcome), message)
    return EndpointEnd(*fields)
