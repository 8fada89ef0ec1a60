"""Meters whose days and months are still those of a zone that their site had before.

All of a site's meters are marked in the transaction that changes its zone, and counted anew some at
a time. One that a crash left marked is counted with its next reading.
"""

from collections.abc import Collection

from sqlalchemy import Connection, Select, select, true, update

from wattledger.domain.errors import NotYetError
from wattledger.store.slices import slices
from wattledger.store.tables import endpoint, meter, meter_state, site


def mark_uncounted(connection: Connection, meter_ids: Collection[int]) -> None:
    """Let the days and months of meters count for nothing until they are counted anew."""
    for ids in slices(meter_ids):
        read = meter_state.c.meter_id.in_(ids), meter_state.c.last_at.is_not(None)
        connection.execute(update(meter_state).where(*read).values(uncounted=true()))


def refuse_uncounted(connection: Connection, endpoint_id: int | None = None) -> None:
    """Raise NotYetError where meters are marked, all of them or those of an endpoint."""
    row = connection.execute(_first(endpoint_id)).first()
    if row is not None:
        raise NotYetError(
            f"The days and months of {row.name} are being counted anew, since its time zone "
            "changed; ask again in a moment. If that was interrupted, set the zone again or run "
            "'wattledger ledger verify --repair'."
        )


def _first(endpoint_id: int | None) -> Select[str]:
    marked = (
        select(site.c.name)
        .select_from(meter_state)
        .join(meter, meter.c.id == meter_state.c.meter_id)
        .join(endpoint, endpoint.c.id == meter.c.endpoint_id)
        .join(site, site.c.id == endpoint.c.site_id)
        .where(meter_state.c.uncounted)
        .limit(1)
    )
    return marked if endpoint_id is None else marked.where(endpoint.c.id == endpoint_id)
