"""The history of energy and power: of endpoints, of clients, or of all together, by buckets."""

from collections.abc import Sequence
from dataclasses import dataclass

from wattledger.domain.bucket import Bucket, BucketLength
from wattledger.domain.errors import InvalidInputError
from wattledger.domain.instant import Instant
from wattledger.domain.own_view import OwnView
from wattledger.domain.period import calendar
from wattledger.services.endpoint_figure import total_of_known
from wattledger.services.history_ask import HistoryAsk, choose
from wattledger.services.history_frame import Frame
from wattledger.services.history_marks import Mark, marks_between
from wattledger.services.history_sums import sum_up, together
from wattledger.services.history_uses import TOTAL_HEAD, Head, uses_between
from wattledger.services.local_moment import local_moment
from wattledger.store.database import Database
from wattledger.store.sites import zones

MOST_SERIES = 50
"""So many series one history has at most."""


@dataclass(frozen=True, slots=True)
class Series:
    """One row of buckets and whose they are."""

    head: Head
    buckets: Sequence[Bucket]

    @property
    def total_milliwh(self) -> int | None:
        """Return the energy of all buckets that is known."""
        return total_of_known(each.energy_milliwh for each in self.buckets)


@dataclass(frozen=True, slots=True)
class EnergyHistory:
    """Series that share their buckets, whose edges are one more, and what happened meanwhile."""

    zone: str
    length: BucketLength
    edges: Sequence[Instant]
    series: Sequence[Series]
    marks: Sequence[Mark]


def energy_history(
    database: Database, ask: HistoryAsk, now: Instant, view: OwnView | None
) -> EnergyHistory:
    """Return a history as the ledger is now; of a client, what served it.

    Days and months are those of each meter's own site, as in the reports. NotFoundError for what
    is not there or not in view, InvalidInputError where it is too much to be told at once.
    """
    with database.connect() as connection:
        chosen = choose(connection, ask, view)
        zone = chosen.zone(next(iter(zones(connection)), "UTC"))
        frame = _frame(ask, zone, now)
        span = frame.widest({each.zone for each in chosen.meters})
        found = uses_between(connection, ask, chosen, view, span)
        if len(found.heads) > MOST_SERIES:
            raise InvalidInputError(
                f"There would be {len(found.heads)} series; name at most {MOST_SERIES} with "
                "endpointId or clientId, or ask by=total.",
                field="by",
            )
        buckets = sum_up(connection, frame, found)
        marks = marks_between(connection, found.uses, frame.edges[0], frame.edges[-1])
    series = [Series(head, row) for head, row in zip(found.heads, buckets, strict=True)]
    if ask.with_total:
        series.append(Series(TOTAL_HEAD, together(buckets, len(frame.edges) - 1)))
    return EnergyHistory(zone, ask.length, frame.edges, series, marks)


def _frame(ask: HistoryAsk, zone: str, now: Instant) -> Frame:
    def ends(zone: str) -> tuple[Instant, Instant]:
        days = calendar(zone)
        end = now if ask.end is None else local_moment(ask.end, "to", days, end=True)
        return local_moment(ask.start, "from", days), end

    start, end = ends(zone)
    if start >= end:
        raise InvalidInputError("The history ends before it begins.", field="to")
    return Frame.of(zone, ask.length, start, end, ends)
