"""Assignments as people see them: by the names of endpoints, meters and clients."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

from sqlalchemy import Connection, Select, bindparam, or_, select

from wattledger.domain.errors import NotFoundError
from wattledger.domain.instant import Instant
from wattledger.store.billing_tables import assignment
from wattledger.store.clients import CLIENT_NAMED_SO, client_named_so
from wattledger.store.listing import Listing, ascending
from wattledger.store.slices import slices
from wattledger.store.tables import client, endpoint, meter, site

_AnySelect: TypeAlias = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class ListedAssignment:
    """Who is served by which meter; ids of endpoints and clients are the public ones."""

    id: int
    meter_id: int
    meter: str
    endpoint_number: int
    endpoint_id: str
    endpoint: str
    zone: str
    client_number: int
    client_id: str
    client: str
    start_at: Instant
    end_at: Instant | None
    share_ppm: int


@dataclass(frozen=True, slots=True)
class AssignmentFilter:
    """Which assignments a list shows; clients and endpoints by their public ids or names."""

    meter_id: int | None = None
    client: str | None = None
    endpoint: str | None = None


_ROWS: _AnySelect = (
    select(
        assignment.c.id,
        meter.c.id.label("meter_id"),
        meter.c.key.label("meter"),
        endpoint.c.id.label("endpoint_number"),
        endpoint.c.public_id.label("endpoint_id"),
        endpoint.c.name.label("endpoint"),
        site.c.zone,
        client.c.id.label("client_number"),
        client.c.public_id.label("client_id"),
        client.c.name.label("client"),
        assignment.c.start_at,
        assignment.c.end_at,
        assignment.c.share_ppm,
    )
    .select_from(assignment)
    .join(meter)
    .join(endpoint, meter.c.endpoint_id == endpoint.c.id)
    .join(site, endpoint.c.site_id == site.c.id)
    .join(client, assignment.c.client_id == client.c.id)
)
_LIST = Listing(
    _ROWS,
    (assignment.c.id,),
    ascending(assignment.c.id),
    {
        "meter_id": meter.c.id == bindparam("meter_id"),
        "client": assignment.c.client_id == CLIENT_NAMED_SO,
        "endpoint": or_(
            endpoint.c.public_id == bindparam("endpoint"), endpoint.c.name == bindparam("endpoint")
        ),
    },
)


def list_assignments(
    connection: Connection, wanted: AssignmentFilter, after: int | None, limit: int
) -> list[ListedAssignment]:
    """Return a page of assignments in order of their making, beginning behind ``after``."""
    key = None if after is None else (after,)
    given = asdict(wanted) | client_named_so(wanted.client)
    return [ListedAssignment(*row) for row in _LIST.page(connection, given, key, limit)]


def show_assignment(connection: Connection, assignment_id: int) -> ListedAssignment:
    """Return one assignment; NotFoundError when there is none."""
    row = connection.execute(_ROWS.where(assignment.c.id == assignment_id)).one_or_none()
    if row is None:
        raise NotFoundError(f"There is no assignment {assignment_id}.")
    return ListedAssignment(*row)


def assignments_of(connection: Connection, meter_ids: Iterable[int]) -> list[ListedAssignment]:
    """Return all assignments of meters, by meter key and start."""
    rows = _ROWS.order_by(meter.c.key, meter.c.id, assignment.c.start_at, client.c.name)
    return [
        ListedAssignment(*row)
        for ids in slices(meter_ids)
        for row in connection.execute(rows.where(meter.c.id.in_(ids)))
    ]
