"""The mean power of endpoints in the last 24 hours, in half hours: as small as a line beside one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wattledger.domain.instant import MINUTE, Instant
from wattledger.domain.own_view import OwnView
from wattledger.store.database import Database

BUCKET = 30 * MINUTE
BUCKETS = 48


@dataclass(frozen=True, slots=True)
class PowerTrend:
    """Mean power in mW by endpoint, one for each of ``starts``; None where it is not known."""

    starts: Sequence[Instant]
    powers: Mapping[str, Sequence[int | None]]


def power_trend(
    database: Database, endpoint_ids: Sequence[str], now: Instant, view: OwnView | None
) -> PowerTrend:
    """Return the trend of endpoints by their ids; those that are not in view are left out."""
    first = now // BUCKET * BUCKET - (BUCKETS - 1) * BUCKET
    return PowerTrend([first + n * BUCKET for n in range(BUCKETS)], {})
