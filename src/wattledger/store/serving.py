"""Whom meters serve at an instant."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, func, or_, select

from wattledger.domain.instant import Instant
from wattledger.store.billing_tables import assignment
from wattledger.store.slices import slices
from wattledger.store.tables import client


@dataclass(frozen=True, slots=True)
class Served:
    """A client that a meter serves, by name, and its share in millionths."""

    client: str
    share_ppm: int


_OF_METERS = assignment.c.meter_id.in_(bindparam("ids", expanding=True))
_ROWS = (
    select(assignment.c.meter_id, client.c.name, assignment.c.share_ppm)
    .join_from(assignment, client)
    .where(
        _OF_METERS,
        assignment.c.start_at <= bindparam("at"),
        or_(assignment.c.end_at.is_(None), assignment.c.end_at > bindparam("at")),
    )
)


def served_at(
    connection: Connection, meter_ids: Iterable[int], at: Instant
) -> dict[int, list[Served]]:
    """Return whom meters serve at an instant, by meter, the greatest share first."""
    found: dict[int, list[Served]] = {}
    for ids in slices(meter_ids):
        for meter_id, name, share_ppm in connection.execute(_ROWS, {"ids": ids, "at": at}).all():
            found.setdefault(meter_id, []).append(Served(name, share_ppm))
    for served in found.values():
        served.sort(key=lambda each: (-each.share_ppm, each.client))
    return found


_NEXT = select(
    *(
        func.min(edge).filter(edge > bindparam("at"))
        for edge in (assignment.c.start_at, assignment.c.end_at)
    )
).where(_OF_METERS)


def next_service_change(
    connection: Connection, meter_ids: Iterable[int], at: Instant
) -> Instant | None:
    """Return when, after an instant, meters serve somebody else as it stands; None: never."""
    edges = [
        edge
        for ids in slices(meter_ids)
        for edge in connection.execute(_NEXT, {"ids": ids, "at": at}).one()
        if edge is not None
    ]
    return min(edges, default=None)
