"""The energy of every endpoint in the last day, week or month."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from wattledger.domain.instant import DAY, Instant
from wattledger.domain.own_view import OwnSpan, OwnView
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


def summarise_consumption(
    database: Database, period: Period, now: Instant, view: OwnView | None
) -> Summary:
    """Return what was used from ``period`` ago until now; of a client, what it used itself."""
    start = now - period.value
    if view is not None:
        return _own_summary(database, start, now, view)
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


def _own_summary(database: Database, start: Instant, end: Instant, view: OwnView) -> Summary:
    """Sum what meters used while they served a client, times its share, as statements do."""
    spans = {meter_id: own for meter_id in view.meters if (own := view.spans(meter_id, start, end))}
    with database.connect() as connection:
        meters = counted_meters(connection, spans.keys())
        used = _own_energy(connection, meters, spans)
    by_endpoint: defaultdict[str, list[CountedMeter]] = defaultdict(list)
    for meter in meters:
        by_endpoint[meter.endpoint_id].append(meter)
    endpoints = [_own_consumption(each, spans, used, view) for each in by_endpoint.values()]
    total = total_of_known(endpoint.energy_milliwh for endpoint in endpoints)
    return Summary(start, end, total, endpoints)


_Spans = Mapping[int, Sequence[OwnSpan]]


def _own_energy(
    connection: Connection, meters: Sequence[CountedMeter], spans: _Spans
) -> dict[int, Used]:
    """Return the client's energy by meter: the meters that served it at the same times at once."""
    alike: defaultdict[tuple[str, Instant, Instant], dict[int, OwnSpan]] = defaultdict(dict)
    for meter in meters:
        for span in spans[meter.id]:
            alike[meter.zone, span.start_at, span.end_at][meter.id] = span
    total: dict[int, Used] = {}
    for (zone, start, end), own in alike.items():
        whole = energy_between(connection, calendar(zone), start, end, own.keys())
        for meter_id, used in whole.items():
            before = total.get(meter_id, Used(0, 0))
            energy = before.energy_milliwh + own[meter_id].share(used.energy_milliwh)
            total[meter_id] = Used(energy, before.covered + used.covered)
    return total


def _own_consumption(
    meters: Sequence[CountedMeter], spans: _Spans, used: Mapping[int, Used], view: OwnView
) -> EndpointConsumption:
    known = [used[meter.id] for meter in meters if meter.id in used]
    covered = [
        percent(
            used[meter.id].covered, sum(each.end_at - each.start_at for each in spans[meter.id])
        )
        for meter in meters
        if meter.id in used
    ]
    return EndpointConsumption(
        meters[0].endpoint_id,
        meters[0].endpoint,
        view.client,
        total_of_known(one.energy_milliwh for one in known),
        min((each for each in covered if each is not None), default=None),
    )
