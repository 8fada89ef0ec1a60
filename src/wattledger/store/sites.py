"""Sites: where endpoints stand, and whose days and months count there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    bindparam,
    insert,
    or_,
    select,
    update,
)

from wattledger.domain.errors import ConflictError, NotFoundError
from wattledger.store.billing_tables import assignment, statement_line
from wattledger.store.folded import as_written, casefold, folded, named
from wattledger.store.listing import Listing, ascending, escaped, has_part
from wattledger.store.tables import client, endpoint, meter, site

FIRST_SITE = "Main site"
_DIGITS = 10


@dataclass(frozen=True, slots=True)
class SiteRow:
    """A site as stored; ``zone`` is dated, as the domain's ``Calendar`` reads it."""

    id: int
    name: str
    zone: str


_LIST = Listing(
    select(site.c.id, site.c.name, site.c.zone),
    (site.c.id,),
    ascending(site.c.id),
    {"search": has_part(site.c.name)},
)


def first_site(connection: Connection, zone: str) -> int:
    """Return the id of the first site, created in ``zone`` when there is none yet.

    A site keeps its zone: a changed setting moves no day that was billed.
    """
    known = connection.scalar(select(site.c.id).order_by(site.c.id).limit(1))
    if known is not None:
        return int(known)
    created = insert(site).values(name=FIRST_SITE, zone=zone).returning(site.c.id)
    return int(connection.execute(created).scalar_one())


_ZONE = select(site.c.zone).where(site.c.id == bindparam("id"))


def zones(connection: Connection) -> Sequence[str]:
    """Return the zones of the sites, the first site's first."""
    return connection.scalars(select(site.c.zone).order_by(site.c.id)).all()


def zone_of(connection: Connection, site_id: int) -> str:
    """Return the zone of a site."""
    return str(connection.execute(_ZONE, {"id": site_id}).scalar_one())


def list_sites(
    connection: Connection, after: int = 0, limit: int | None = None, search: str | None = None
) -> list[SiteRow]:
    """Return sites with ``search`` in their name as they were made, from behind ``after`` on."""
    rows = _LIST.page(connection, {"search": escaped(search)}, (after,), limit)
    return [SiteRow(*row) for row in rows]


_NAMED: ColumnElement[bool] = folded(site.c.name) == bindparam("site_name")
_NAMED_SO = or_(site.c.id == bindparam("site_number"), _NAMED)

SITES_NAMED_SO: Select[int] = select(site.c.id).where(_NAMED_SO)
"""The query for the ids of the sites of a name or a number, with the values of site_named_so."""


def site_named_so(name_or_id: str) -> dict[str, object]:
    """Return the values of the query for the sites of a name or a number."""
    # A number of more digits than any id has is none, and no integer of the database either.
    is_number = name_or_id.isascii() and name_or_id.isdigit() and len(name_or_id) < _DIGITS
    return {
        "site_number": int(name_or_id) if is_number else 0,
        "site_name": casefold(" ".join(name_or_id.split())),
    }


def find_site(connection: Connection, name_or_id: str) -> SiteRow:
    """Return the site of a name or a number; NotFoundError when there is none."""
    rows = select(site.c.id, site.c.name, site.c.zone).where(_NAMED_SO)
    written = as_written(site.c.name, " ".join(name_or_id.split()))
    named_first = rows.order_by(_NAMED.desc(), written, site.c.id).limit(1)
    row = connection.execute(named_first, site_named_so(name_or_id)).first()
    if row is None:
        raise NotFoundError(f"There is no site '{name_or_id}'.")
    return SiteRow(*row)


def insert_site(connection: Connection, name: str, zone: str) -> int:
    """Create a site; ConflictError when its name is taken."""
    if connection.scalar(select(site.c.id).where(named(site.c.name, name))) is not None:
        raise ConflictError(f"There is a site named '{name}' already.")
    created = insert(site).values(name=name, zone=zone).returning(site.c.id)
    return int(connection.execute(created).scalar_one())


def set_zone(connection: Connection, site_id: int, zone: str) -> None:
    """Give a site another zone; the ledger of its meters is to be rebuilt after that."""
    connection.execute(update(site).where(site.c.id == site_id).values(zone=zone))


def meters_at(connection: Connection, site_id: int) -> Sequence[int]:
    """Return the meters of a site, also those of deleted endpoints."""
    rows = select(meter.c.id).join_from(meter, endpoint).where(endpoint.c.site_id == site_id)
    return connection.scalars(rows.order_by(meter.c.id)).all()


def clients_at(connection: Connection, site_id: int) -> dict[str, str]:
    """Return the names of the clients that meters of a site ever served, by public id."""
    rows = (
        select(client.c.public_id, client.c.name)
        .join_from(assignment, client)
        .join(meter, assignment.c.meter_id == meter.c.id)
        .join(endpoint, meter.c.endpoint_id == endpoint.c.id)
        .where(endpoint.c.site_id == site_id)
        .distinct()
        .order_by(client.c.name)
    )
    return {public_id: name for public_id, name in connection.execute(rows)}  # noqa: C416 - typed


def move_endpoint(connection: Connection, endpoint_id: int, site_id: int) -> None:
    """Let an endpoint stand at another site."""
    connection.execute(update(endpoint).where(endpoint.c.id == endpoint_id).values(site_id=site_id))


def was_billed(connection: Connection, meter_ids: Iterable[int]) -> bool:
    """Tell whether a closed month rests on any of these meters."""
    lines = select(statement_line.c.id).where(statement_line.c.meter_id.in_(meter_ids)).limit(1)
    return connection.scalar(lines) is not None
