"""How late endpoints are polled: what `wattledger_poll_lateness_seconds` counts."""

from collections.abc import Iterable, Mapping

from wattledger.domain.instant import HOUR, MINUTE, Instant
from wattledger.jobs.month_edges import WINDOW_MINUTES, edges_near, extra_reads
from wattledger.store.database import Connection
from wattledger.store.endpoints import EndpointRow
from wattledger.store.sites import list_sites


def due_times(
    connection: Connection, rows: Iterable[EndpointRow], now: Instant
) -> Mapping[int, Instant]:
    """Return by endpoint id when what is polled now was to be polled.

    That is its last place in the grid (it has advanced since), its extra read around the edge of a
    month, or the moment it was made or changed, as it is read at once then: what came last.
    """
    edges = {site.id: edges_near(site.zone, now - HOUR, now) for site in list_sites(connection)}
    return {row.id: _due_at(row, edges[row.site_id], now) for row in rows}


def _due_at(row: EndpointRow, edges: Iterable[Instant], now: Instant) -> Instant:
    if row.next_due_at is None:
        return now
    slot = row.next_due_at - row.poll_minutes * MINUTE
    extra = [at for edge in edges for at in extra_reads(row.id, edge) if at <= now]
    has_extra = row.poll_minutes > WINDOW_MINUTES
    return max(slot, row.updated_at, *(extra if has_extra else ()))
