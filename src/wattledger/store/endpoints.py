"""Endpoints and their meters: device addresses that are polled, and the registers they show."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    insert,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.exc import IntegrityError
from uuid_utils import uuid7

from wattledger.domain.errors import ConflictError, NotFoundError
from wattledger.domain.instant import MINUTE, Instant
from wattledger.domain.recipe import Engine
from wattledger.store.billed_meters import assign_new_meter
from wattledger.store.clients import CLIENT_NAMED_SO, client_named_so
from wattledger.store.folded import folded, same_name
from wattledger.store.likely_status import LIKELY
from wattledger.store.listing import Listing, ascending, escaped, has_part
from wattledger.store.sites import SITES_NAMED_SO, site_named_so
from wattledger.store.slices import slices
from wattledger.store.tables import client, endpoint, meter, meter_state

AnyRow: TypeAlias = Row[*tuple[Any, ...]]
_AnySelect: TypeAlias = Select[*tuple[Any, ...]]

TRIES_ONCE_WORKED = 2
"""A login that has worked is tried once more than a new one where it is refused."""
_ANY: Mapping[str, object] = {}
TOTAL = "total"
"""The key of an endpoint's first meter."""


@dataclass(frozen=True, slots=True)
class NewEndpoint:
    """What an endpoint is made from; ``auth`` is encrypted, ``recipe`` the scraping part."""

    name: str
    site_id: int
    address: str = ""
    host_port: str = ""
    type: str = "PDU"
    vendor: str | None = None
    location: str | None = None
    client_id: int | None = None
    auth: bytes | None = None
    recipe: Mapping[str, Any] | None = None
    enabled: bool = True
    poll_minutes: int = 15


@dataclass(frozen=True, slots=True)
class EndpointRow:
    """An endpoint as stored; ``client`` is the name of its client.

    ``login_tries`` is how often its login may still be tried; without any left it is not polled,
    nor before ``login_again_at``.
    """

    id: int
    public_id: str
    name: str
    address: str
    host_port: str
    type: str
    vendor: str | None
    location: str | None
    site_id: int
    client_id: int | None
    client: str | None
    auth: bytes | None
    recipe: dict[str, Any] | None
    preferred_engine: Engine | None
    enabled: bool
    login_tries: int
    login_again_at: Instant | None
    poll_minutes: int
    next_due_at: Instant | None
    created_at: Instant
    updated_at: Instant
    deleted_at: Instant | None = None

    @property
    def login_has_worked(self) -> bool:
        """Tell whether its login worked since it was set, and was not refused after that."""
        return self.login_tries >= TRIES_ONCE_WORKED


@dataclass(frozen=True, slots=True)
class EndpointFilter:
    """Which endpoints a list shows; ``search`` looks in name, address and location.

    ``client`` and ``site`` are names or ids, of which, as of ``location``, capitals make no
    difference; ``deleted`` shows those out of use instead.
    """

    client: str | None = None
    site: str | None = None
    location: str | None = None
    enabled: bool | None = None
    search: str | None = None
    deleted: bool = False


ENDPOINT_ROWS: _AnySelect = (
    select(
        endpoint.c.id,
        endpoint.c.public_id,
        endpoint.c.name,
        endpoint.c.address,
        endpoint.c.host_port,
        endpoint.c.type,
        endpoint.c.vendor,
        endpoint.c.location,
        endpoint.c.site_id,
        endpoint.c.client_id,
        client.c.name.label("client"),
        endpoint.c.auth,
        endpoint.c.recipe,
        endpoint.c.preferred_engine,
        endpoint.c.enabled,
        endpoint.c.login_tries,
        endpoint.c.login_again_at,
        endpoint.c.poll_minutes,
        endpoint.c.next_due_at,
        endpoint.c.created_at,
        endpoint.c.updated_at,
        endpoint.c.deleted_at,
    )
    .select_from(endpoint)
    .outerjoin(client)
)
"""All endpoints, also those out of use; ``endpoint_row`` makes something of a row."""

_PREFERRED = EndpointRow.__slots__.index("preferred_engine")
_ROWS = ENDPOINT_ROWS.where(endpoint.c.deleted_at.is_(None))
_IN_USE = endpoint.c.deleted_at.is_(None)
# Each half has an index; with OR between them, SQLite would look at all endpoints. Who is named
# like the id of another does not stand before it.
_NAMED = (
    _ROWS.where(
        endpoint.c.id.in_(
            union_all(
                select(endpoint.c.id).where(endpoint.c.public_id == bindparam("name"), _IN_USE),
                select(endpoint.c.id).where(endpoint.c.name == bindparam("name"), _IN_USE),
            )
        )
    )
    .order_by((endpoint.c.public_id == bindparam("name")).desc())
    .limit(1)
)
_KEY = endpoint.c.name, endpoint.c.id
_LIST = Listing(
    ENDPOINT_ROWS,
    _KEY,
    ascending(*_KEY),
    {
        "in_use": endpoint.c.deleted_at.is_(None),
        "deleted": endpoint.c.deleted_at.is_not(None),
        "client": endpoint.c.client_id == CLIENT_NAMED_SO,
        "location": folded(endpoint.c.location) == bindparam("location"),
        "enabled": endpoint.c.enabled == bindparam("enabled"),
        "search": has_part(endpoint.c.name, endpoint.c.address, endpoint.c.location),
        "site_name": endpoint.c.site_id.in_(SITES_NAMED_SO),
        **LIKELY,
    },
)


def endpoint_row(row: AnyRow) -> EndpointRow:
    """Return a row of ``ENDPOINT_ROWS`` with its names."""
    # Taken by position: for a page of a list, twice as fast as by name.
    preferred = row[_PREFERRED]
    engine = Engine(preferred) if preferred else None
    fields: tuple[Any, ...] = (*row[:_PREFERRED], engine, *row[_PREFERRED + 1 :])
    return EndpointRow(*fields)


def insert_endpoint(connection: Connection, new: NewEndpoint, now: Instant) -> int:
    """Create an endpoint with its meter ``total``; ConflictError when the name is taken."""
    columns = asdict(new) | {"public_id": str(uuid7()), "created_at": now, "updated_at": now}
    try:
        created = connection.execute(insert(endpoint).values(columns).returning(endpoint.c.id))
    except IntegrityError:
        raise ConflictError(f"There is an endpoint named '{new.name}' already.") from None
    endpoint_id = int(created.scalar_one())
    _set(connection, endpoint_id, next_due_at=first_due(endpoint_id, new.poll_minutes, now))
    find_or_create_meter(connection, endpoint_id, TOTAL)
    return endpoint_id


def first_due(endpoint_id: int, poll_minutes: int, now: Instant) -> Instant:
    """Return a due time that is past, whose grid has the endpoint's own place in the interval.

    So it is due at once, and endpoints made or changed together are not due together afterwards.
    """
    interval = poll_minutes * MINUTE
    # Multiples of the golden ratio's share fall evenly, however many there are.
    return now + endpoint_id * 618_033_989 % 1_000_000_000 * interval // 1_000_000_000 - interval


def find_or_create_meter(connection: Connection, endpoint_id: int, key: str) -> int:
    """Return the id of an endpoint's meter, created with an empty state when it is new.

    A new meter serves the endpoint's client if it is one that is billed.
    """
    same = select(meter.c.id).where(meter.c.endpoint_id == endpoint_id, meter.c.key == key)
    known = connection.scalar(same)
    if known is not None:
        return int(known)
    created = insert(meter).values(endpoint_id=endpoint_id, key=key).returning(meter.c.id)
    meter_id = int(connection.execute(created).scalar_one())
    connection.execute(insert(meter_state).values(meter_id=meter_id))
    assign_new_meter(connection, endpoint_id, meter_id)
    return meter_id


def meters_of(connection: Connection, endpoint_ids: Iterable[int]) -> dict[tuple[int, str], int]:
    """Return the meter ids of endpoints by (endpoint id, key)."""
    found: dict[tuple[int, str], int] = {}
    for ids in slices(endpoint_ids):
        rows = select(meter.c.endpoint_id, meter.c.key, meter.c.id)
        for row in connection.execute(rows.where(meter.c.endpoint_id.in_(ids))):
            found[row.endpoint_id, row.key] = row.id
    return found


def load_endpoints(connection: Connection, endpoint_ids: Iterable[int]) -> list[EndpointRow]:
    """Return the endpoints of these ids that are not deleted, in order of id."""
    found: list[EndpointRow] = []
    for ids in slices(endpoint_ids):
        rows = _ROWS.where(endpoint.c.id.in_(ids)).order_by(endpoint.c.id)
        found.extend(endpoint_row(row) for row in connection.execute(rows))
    return found


def find_endpoints(
    connection: Connection, public_ids: Iterable[str], *, deleted: bool = False
) -> dict[str, EndpointRow]:
    """Return the endpoints of these public ids by their id: those in use, or those deleted."""
    wanted = ENDPOINT_ROWS.where(endpoint.c.deleted_at.is_not(None)) if deleted else _ROWS
    found: dict[str, EndpointRow] = {}
    for ids in slices(public_ids):
        rows = wanted.where(endpoint.c.public_id.in_(ids))
        found |= {row.public_id: endpoint_row(row) for row in connection.execute(rows)}
    return found


def find_endpoint(connection: Connection, name_or_id: str) -> EndpointRow:
    """Return the endpoint of a public id or a name; NotFoundError when there is none."""
    row = connection.execute(_NAMED, {"name": name_or_id}).first()
    if row is None:
        raise no_endpoint(name_or_id)
    return endpoint_row(row)


def endpoints_named(connection: Connection, names: Iterable[str]) -> dict[str, EndpointRow]:
    """Return the endpoints of public ids or names, as ``find_endpoint`` does, many at a time."""
    found: dict[str, EndpointRow] = {}
    for wanted in slices(names):
        for column in (endpoint.c.name, endpoint.c.public_id):
            # Who has it as the id stands before who has it as the name.
            for row in connection.execute(_ROWS.where(column.in_(wanted))):
                found[row._mapping[column]] = endpoint_row(row)  # noqa: SLF001 - public
    return found


def no_endpoint(name_or_id: str) -> NotFoundError:
    """Return what is said of an endpoint that is not there, or not the caller's."""
    return NotFoundError(f"There is no endpoint '{name_or_id}'.")


def pollable(now: Any) -> ColumnElement[bool]:  # noqa: ANN401 - an instant, or its parameter
    """Return the condition of endpoints that are read.

    They are in use, enabled, have a recipe, and their login may be tried.
    """
    return and_(
        endpoint.c.enabled,
        endpoint.c.deleted_at.is_(None),
        endpoint.c.recipe.is_not(None),
        endpoint.c.login_tries > 0,
        or_(endpoint.c.login_again_at.is_(None), endpoint.c.login_again_at <= now),
    )


def list_endpoints(
    connection: Connection,
    wanted: EndpointFilter,
    after: tuple[str, int] | None,
    limit: int,
    likely: Mapping[str, object] = _ANY,
) -> list[EndpointRow]:
    """Return a page of endpoints by (name, id), beginning behind ``after``.

    Only those that are ``likely`` to have some status, where that is told.
    """
    given: dict[str, object] = {
        "deleted" if wanted.deleted else "in_use": True,
        "location": None if wanted.location is None else same_name(wanted.location),
        "enabled": wanted.enabled,
        "search": escaped(wanted.search),
    }
    given |= client_named_so(wanted.client)
    if wanted.site is not None:
        given |= site_named_so(wanted.site)
    if any(given.get(name) not in {None, value} for name, value in likely.items()):
        return []
    given |= likely
    return list(map(endpoint_row, _LIST.page(connection, given, after, limit)))


def update_endpoint(
    connection: Connection, endpoint_id: int, now: Instant, **columns: object
) -> None:
    """Change columns of an endpoint; ConflictError when its new name is taken."""
    try:
        _set(connection, endpoint_id, updated_at=now, **columns)
    except IntegrityError:
        raise ConflictError(
            f"There is an endpoint named '{columns.get('name')}' already."
        ) from None


def _set(connection: Connection, endpoint_id: int, **columns: object) -> None:
    connection.execute(update(endpoint).where(endpoint.c.id == endpoint_id).values(**columns))


def prefer_engines(connection: Connection, engines: Mapping[int, Engine]) -> None:
    """Remember which transport served endpoints, by endpoint id."""
    served = update(endpoint).where(endpoint.c.id == bindparam("key_id"))
    rows = [{"key_id": number, "served": engine.value} for number, engine in engines.items()]
    if rows:
        connection.execute(served.values(preferred_engine=bindparam("served")), rows)


def due_endpoints(connection: Connection, now: Instant, limit: int) -> list[AnyRow]:
    """Return (id, site_id, host_port, ...) of the endpoints that are due, longest due first."""
    columns = (
        endpoint.c.id,
        endpoint.c.site_id,
        endpoint.c.host_port,
        endpoint.c.poll_minutes,
        endpoint.c.next_due_at,
    )
    due = select(*columns).where(pollable(now), endpoint.c.next_due_at <= now)
    return list(connection.execute(due.order_by(endpoint.c.next_due_at).limit(limit)))


def advance_due(connection: Connection, rows: Collection[AnyRow], now: Instant) -> None:
    """Set the next due times of endpoints: on the grid, the first slot after ``now``."""
    slots = []
    for row in rows:
        interval = row.poll_minutes * MINUTE
        missed = (now - row.next_due_at) // interval
        slots.append({"key_id": row.id, "slot": row.next_due_at + (missed + 1) * interval})
    advanced = update(endpoint).where(endpoint.c.id == bindparam("key_id"))
    if slots:
        connection.execute(advanced.values(next_due_at=bindparam("slot")), slots)


def pull_back_due(connection: Connection, now: Instant) -> None:
    """Bring due times that lie further ahead than an interval near, each on its grid."""
    interval = endpoint.c.poll_minutes * MINUTE
    too_far = endpoint.c.next_due_at - now - 1
    near = endpoint.c.next_due_at - too_far // interval * interval
    ahead = update(endpoint).where(pollable(now), too_far >= interval)
    connection.execute(ahead.values(next_due_at=near))
