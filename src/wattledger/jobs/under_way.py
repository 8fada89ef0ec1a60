"""What the poller has queued and nobody has finished yet."""

from collections.abc import Collection
from dataclasses import dataclass

from wattledger.domain.instant import Instant
from wattledger.store.chunks import unfinished_polls
from wattledger.store.database import Connection
from wattledger.store.endpoints import AnyRow
from wattledger.store.targets import places_of


@dataclass(frozen=True, slots=True)
class UnderWay:
    """Endpoints in unfinished chunks, and the devices of those that are not waited with."""

    endpoint_ids: Collection[int]
    host_ports: Collection[str]

    def has(self, row: AnyRow) -> bool:
        """Tell whether an endpoint, or another at its device, is still to be read."""
        return row.id in self.endpoint_ids or row.host_port in self.host_ports


def under_way(connection: Connection, now: Instant) -> UnderWay:
    """Return what the poller has queued and nobody has finished; retries wait without a device."""
    waiting: set[int] = set()
    begun: set[int] = set()
    for not_before, endpoint_ids in unfinished_polls(connection):
        (begun if not_before <= now else waiting).update(endpoint_ids)
    return UnderWay(waiting | begun, places_of(connection, begun))
