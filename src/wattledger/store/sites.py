"""Sites: where endpoints stand, and whose days and months count there."""

from collections.abc import Sequence

from sqlalchemy import Connection, insert, select

from wattledger.store.tables import site

FIRST_SITE = "Main site"


def first_site(connection: Connection, zone: str) -> int:
    """Return the id of the first site, created in ``zone`` when there is none yet.

    A site keeps its zone: a changed setting moves no day that was billed.
    """
    known = connection.scalar(select(site.c.id).order_by(site.c.id).limit(1))
    if known is not None:
        return int(known)
    created = insert(site).values(name=FIRST_SITE, zone=zone).returning(site.c.id)
    return int(connection.execute(created).scalar_one())


def zones(connection: Connection) -> Sequence[str]:
    """Return the zones of the sites, the first site's first."""
    return connection.scalars(select(site.c.zone).order_by(site.c.id)).all()


def zone_of(connection: Connection, site_id: int) -> str:
    """Return the zone of a site."""
    return str(connection.execute(select(site.c.zone).where(site.c.id == site_id)).scalar_one())
