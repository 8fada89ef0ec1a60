"""The mean power of endpoints in the last 24 hours, in half hours, as small charts draw it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from wattledger.domain.bucket import BucketLength
from wattledger.domain.instant import MINUTE, Instant
from wattledger.domain.own_view import OwnView
from wattledger.services.endpoint_figure import counting, total_of_known
from wattledger.services.history_ask import Chosen, HistoryAsk
from wattledger.services.history_frame import Frame
from wattledger.services.history_sums import sum_up
from wattledger.services.history_uses import uses_between
from wattledger.store.database import Connection, Database
from wattledger.store.history_meters import HistoryMeter, meters_of_ids
from wattledger.store.mean_power import mean_powers

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
    with database.connect() as connection:
        meters = meters_of_ids(connection, endpoint_ids)
        if view is not None:
            meters = [each for each in meters if each.id in view.meters]
        by_endpoint: defaultdict[str, list[HistoryMeter]] = defaultdict(list)
        for each in meters:
            by_endpoint[each.endpoint_id].append(each)
        told = _told(connection, by_endpoint, span) if view is None else {}
        others = [each for each in meters if each.endpoint_id not in told]
        powers = told | _reckoned(connection, others, [*starts, span[1]], view)
    return PowerTrend(starts, {each: powers[each] for each in by_endpoint})


_Powers: TypeAlias = dict[str, Sequence[int | None]]


def _told(
    connection: Connection,
    by_endpoint: Mapping[str, Sequence[HistoryMeter]],
    span: tuple[Instant, Instant],
) -> _Powers:
    """Return the powers of endpoints whose meters told one in every half hour up to the last."""
    counted = {each: counting(meters) for each, meters in by_endpoint.items()}
    numbers = [meter.id for meters in counted.values() for meter in meters]
    means = mean_powers(connection, numbers, span, HALF_HOUR)
    return {
        endpoint_id: [
            total_of_known(means[meter.id].get(number) for meter in meters)
            for number in range(HALF_HOURS)
        ]
        for endpoint_id, meters in counted.items()
        if meters and all(len(means.get(each.id, ())) == _read_in(each, span[0]) for each in meters)
    }


def _read_in(meter: HistoryMeter, first: Instant) -> int:
    """Return the half hours up to the last good reading; -1 where there is none."""
    until = meter.known_until
    return -1 if until is None else min((until - first) // HALF_HOUR + 1, HALF_HOURS)


def _reckoned(
    connection: Connection,
    meters: Sequence[HistoryMeter],
    edges: Sequence[Instant],
    view: OwnView | None,
) -> _Powers:
    """Return the powers of endpoints as their history has them, from power or from energy."""
    span = (edges[0], edges[-1])
    frame = Frame("UTC", BucketLength.QUARTER, edges, (), lambda _: span)
    ask = HistoryAsk("", endpoints=[each.endpoint_id for each in meters])
    found = uses_between(connection, ask, Chosen(meters, None), view, span)
    rows = sum_up(connection, frame, found)
    return {
        head.id: [bucket.power_mw for bucket in row]
        for head, row in zip(found.heads, rows, strict=True)
    }
