"""Meters whose days and months are still those of a zone that their site had before.

All of a site's meters are marked in the transaction that changes its zone, and counted anew some at
a time. One that a crash left marked is counted with its next reading.
"""

from collections.abc import Collection, Iterable

from sqlalchemy import Connection, select, true, update

from wattledger.domain.errors import NotYetError
from wattledger.store.slices import slices
from wattledger.store.tables import endpoint, meter, meter_state, site

_MARKED = (
    select(meter_state.c.meter_id, site.c.name)
    .join_from(meter_state, meter, meter.c.id == meter_state.c.meter_id)
    .join(endpoint, endpoint.c.id == meter.c.endpoint_id)
    .join(site, site.c.id == endpoint.c.site_id)
    .where(meter_state.c.uncounted)
)


def mark_uncounted(connection: Connection, meter_ids: Iterable[int]) -> None:
    """Let the days and months of meters count for nothing until they are counted anew."""
    for ids in slices(meter_ids):
        read = meter_state.c.meter_id.in_(ids), meter_state.c.last_at.is_not(None)
        connection.execute(update(meter_state).where(*read).values(uncounted=true()))


def uncounted(connection: Connection) -> dict[int, str]:
    """Return the meters that are marked, with the names of their sites."""
    return {number: name for number, name in connection.execute(_MARKED)}  # noqa: C416 - no rows


def refuse_uncounted(connection: Connection, meter_ids: Collection[int] | None = None) -> None:
    """Raise NotYetError where any of these meters is marked; None stands for all."""
    marked = uncounted(connection)
    asked = marked.keys() if meter_ids is None else marked.keys() & set(meter_ids)
    if marked and asked:
        raise NotYetError(
            f"The days and months of {marked[min(asked)]} are being counted anew, since its time "
            "zone changed; ask again in a moment. If that was interrupted, the server goes on with "
            "it; without a server set the zone again, or run 'wattledger ledger verify --repair'."
        )
