"""The mean power of endpoints in the last 24 hours, in half hours, as small charts draw it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wattledger.domain.bucket import BucketLength
from wattledger.domain.instant import MINUTE, Instant
from wattledger.domain.own_view import OwnView
from wattledger.services.history_ask import Chosen, HistoryAsk
from wattledger.services.history_frame import Frame
from wattledger.services.history_sums import sum_up
from wattledger.services.history_uses import uses_between
from wattledger.store.database import Database
from wattledger.store.history_meters import meters_of_ids

HALF_HOUR = 30 * MINUTE
HALF_HOURS = 48


@dataclass(frozen=True, slots=True)
class PowerTrend:
    """Mean power in mW by endpoint, one for each of ``starts``; None where it is not known."""

    starts: Sequence[Instant]
    powers: Mapping[str, Sequence[int | None]]


def power_trend(
    database: Database, endpoint_ids: Sequence[str], now: Instant, view: OwnView | None
) -> PowerTrend:
    """Return the trend of endpoints by their ids; those that are not in view are left out."""
    first = now // HALF_HOUR * HALF_HOUR - (HALF_HOURS - 1) * HALF_HOUR
    starts = [first + number * HALF_HOUR for number in range(HALF_HOURS)]
    span = (first, now + 1)
    frame = Frame("UTC", BucketLength.QUARTER, [*starts, span[1]], (), lambda _: span)
    with database.connect() as connection:
        meters = meters_of_ids(connection, endpoint_ids)
        if view is not None:
            meters = [each for each in meters if each.id in view.meters]
        ask = HistoryAsk("", endpoints=endpoint_ids)
        found = uses_between(connection, ask, Chosen(meters, None), view, span)
        rows = sum_up(connection, frame, found)
    return PowerTrend(
        starts,
        {
            head.id: [bucket.power_mw for bucket in row]
            for head, row in zip(found.heads, rows, strict=True)
        },
    )
