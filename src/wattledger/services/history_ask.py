"""What is asked of a history, and which meters can have a part in it."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from wattledger.domain.bucket import BucketLength
from wattledger.domain.own_view import OwnView
from wattledger.store.assignments import meters_ever_of
from wattledger.store.clients import ClientRow, find_client, no_client
from wattledger.store.database import Connection
from wattledger.store.endpoints import no_endpoint
from wattledger.store.history_meters import (
    HistoryMeter,
    all_meters,
    meters_numbered,
    meters_of_endpoints,
)


class Grouping(StrEnum):
    """What one series of a history is of."""

    ENDPOINT = "endpoint"
    CLIENT = "client"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class HistoryAsk:
    """Which history: from and to as people write them, and of what; all where nothing is named.

    ``end`` None is now. ``with_total`` adds a series that all others add up to.
    """

    start: str
    end: str | None = None
    length: BucketLength = BucketLength.DAY
    by: Grouping = Grouping.ENDPOINT
    endpoints: Sequence[str] = ()
    clients: Sequence[str] = ()
    with_total: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """The meters that were asked for, and the clients; None is any client, or none at all."""

    meters: Sequence[HistoryMeter]
    clients: Sequence[ClientRow] | None

    def zone(self, otherwise: str) -> str:
        """Return the zone of most of the meters."""
        zones = Counter(each.zone for each in self.meters)
        return zones.most_common(1)[0][0] if zones else otherwise


def choose(connection: Connection, ask: HistoryAsk, view: OwnView | None) -> Chosen:
    """Return what was asked for; NotFoundError for what is not there, or not in view."""
    clients = _clients(connection, ask.clients, view) if ask.clients else None
    if view is not None:
        return Chosen(_own_meters(connection, ask.endpoints, view), clients)
    if ask.endpoints:
        return Chosen(meters_of_endpoints(connection, ask.endpoints), clients)
    if clients is None:
        return Chosen(all_meters(connection), clients)
    ever = {number for each in clients for number in meters_ever_of(connection, each.id)}
    return Chosen(_by_name(meters_numbered(connection, ever)), clients)


def _clients(
    connection: Connection, names: Iterable[str], view: OwnView | None
) -> Sequence[ClientRow]:
    found: dict[int, ClientRow] = {}
    for name in dict.fromkeys(names):
        row = find_client(connection, name)
        if view is not None and row.public_id != view.client_id:
            raise no_client(name)
        found[row.id] = row
    return list(found.values())


def _own_meters(
    connection: Connection, names: Collection[str], view: OwnView
) -> Sequence[HistoryMeter]:
    if not names:
        return _by_name(meters_numbered(connection, view.meters))
    own = [each for each in meters_of_endpoints(connection, names) if each.id in view.meters]
    visible = {name for each in own for name in (each.endpoint_id, each.endpoint)}
    for name in names:
        if name not in visible:
            raise no_endpoint(name)
    return own


def _by_name(meters: Iterable[HistoryMeter]) -> Sequence[HistoryMeter]:
    return sorted(meters, key=lambda each: (each.endpoint, each.endpoint_id, each.key))
