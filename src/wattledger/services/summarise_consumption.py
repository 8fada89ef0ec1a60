"""The energy of every endpoint in the last day, week or month."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from wattledger.domain.instant import DAY, Instant
from wattledger.domain.period import calendar
from wattledger.domain.scaled import percent
from wattledger.services.endpoint_figure import counting, total_of_known
from wattledger.store.consumption import CountedMeter, Used, counted_meters, energy_between
from wattledger.store.database import Connection, Database


class Period(Enum):
    """How far a summary looks back, in microseconds."""

    DAY = DAY
    WEEK = 7 * DAY
    MONTH = 30 * DAY


@dataclass(frozen=True, slots=True)
class EndpointConsumption:
    """An endpoint's energy; ``covered_percent`` of the period lies between its good readings."""

    endpoint_id: str
    name: str
    client: str | None
    energy_milliwh: int | None
    covered_percent: Decimal | None


@dataclass(frozen=True, slots=True)
class Summary:
    """The energy used in [start, end): of all endpoints whose energy is known, and of each."""

    start: Instant
    end: Instant
    energy_milliwh: int | None
    endpoints: Sequence[EndpointConsumption]


def summarise_consumption(database: Database, period: Period, now: Instant) -> Summary:
    """Return what was used from ``period`` ago until now."""
    start = now - period.value
    with database.connect() as connection:
        meters = counted_meters(connection)
        used = _energy(connection, {meter.zone for meter in meters}, start, now)
    by_endpoint: defaultdict[str, list[CountedMeter]] = defaultdict(list)
    for meter in meters:
        by_endpoint[meter.endpoint_id].append(meter)
    endpoints = [_consumption(of_one, used, period) for of_one in by_endpoint.values()]
    total = total_of_known(endpoint.energy_milliwh for endpoint in endpoints)
    return Summary(start, now, total, endpoints)


def _energy(
    connection: Connection, zones: set[str], start: Instant, end: Instant
) -> dict[int, Used]:
    used: dict[int, Used] = {}
    for zone in zones:
        used |= energy_between(connection, calendar(zone), start, end)
    return used


def _consumption(
    meters: Sequence[CountedMeter], used: dict[int, Used], period: Period
) -> EndpointConsumption:
    first = meters[0]
    known = [used[meter.id] for meter in counting(meters) if meter.id in used]
    covered = min((one.covered for one in known), default=None)
    return EndpointConsumption(
        first.endpoint_id,
        first.endpoint,
        first.client,
        total_of_known(one.energy_milliwh for one in known),
        None if covered is None else percent(covered, period.value),
    )
