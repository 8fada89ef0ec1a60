"""The history of energy and power: of endpoints, of clients, or of all together, by buckets."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from wattledger.domain.bucket import Bucket, BucketLength, bucket_edges
from wattledger.domain.instant import Instant
from wattledger.domain.own_view import OwnView
from wattledger.domain.period import calendar
from wattledger.services.endpoint_figure import total_of_known
from wattledger.services.history_marks import Mark
from wattledger.services.local_moment import local_moment
from wattledger.store.database import Database

MOST_SERIES = 50
"""So many series one history has at most."""


class Grouping(StrEnum):
    """What one series of a history is of."""

    ENDPOINT = "endpoint"
    CLIENT = "client"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class HistoryAsk:
    """Which history: from and to as people write them, and of what; all where nothing is named."""

    start: str
    end: str | None
    step: BucketLength = BucketLength.DAY
    by: Grouping = Grouping.ENDPOINT
    endpoints: Sequence[str] = ()
    clients: Sequence[str] = ()
    with_total: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """One row of buckets and whose they are."""

    id: str
    name: str
    client: str | None
    buckets: Sequence[Bucket]

    @property
    def total_milliwh(self) -> int | None:
        """Return the energy of all buckets that is known."""
        return total_of_known(each.energy_milliwh for each in self.buckets)


@dataclass(frozen=True, slots=True)
class EnergyHistory:
    """Series that share their buckets, whose edges are one more, and what happened meanwhile."""

    zone: str
    step: BucketLength
    edges: Sequence[Instant]
    series: Sequence[Series]
    marks: Sequence[Mark] = field(default=())


def energy_history(
    database: Database, ask: HistoryAsk, now: Instant, view: OwnView | None
) -> EnergyHistory:
    """Return a history."""
    days = calendar("UTC")
    start = local_moment(ask.start, "from", days)
    end = now if ask.end is None else local_moment(ask.end, "to", days, end=True)
    return EnergyHistory("UTC", ask.step, bucket_edges(days, ask.step, start, end), [])
