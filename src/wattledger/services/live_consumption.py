"""Every endpoint as it is now: its latest reading and how it is doing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from wattledger.domain.endpoint_status import (
    Condition,
    EndpointStatus,
    is_overdue,
    status_of,
)
from wattledger.domain.instant import Instant
from wattledger.domain.reading import Status
from wattledger.services.endpoint_figure import counting, total_of_all
from wattledger.store.database import Connection, Database
from wattledger.store.live import EndpointNow, MeterNow, endpoints_now, newest_attempts


@dataclass(frozen=True, slots=True)
class LatestReading:
    """What an endpoint showed last; of several meters read together, the sum of what adds up."""

    at: Instant
    status: Status
    total_milliwh: int | None
    month_milliwh: int | None
    power_mw: int | None
    voltage_mv: int | None
    current_ma: int | None
    pf_milli: int | None


@dataclass(frozen=True, slots=True)
class LiveEndpoint:
    """An endpoint by its public id, what it showed last, and its status."""

    id: str
    name: str
    client: str | None
    latest: LatestReading | None
    status: EndpointStatus


def live_consumption(database: Database, now: Instant) -> list[LiveEndpoint]:
    """Return all endpoints as they are, by name."""
    with database.connect() as connection:
        return list(live_endpoints(connection, now).values())


def live_endpoints(
    connection: Connection, now: Instant, endpoint_ids: Iterable[int] | None = None
) -> dict[int, LiveEndpoint]:
    """Return endpoints as they are by their number in the database; all when none are named."""
    found: dict[int, tuple[EndpointNow, LatestReading | None, Condition]] = {}
    overdue: list[int] = []
    for endpoint in endpoints_now(connection, endpoint_ids):
        meters = _read_last(counting(endpoint.meters))
        latest, condition = _latest(meters), _condition(endpoint, meters)
        found[endpoint.id] = (endpoint, latest, condition)
        if endpoint.enabled and is_overdue(condition.good_at, endpoint.poll, now):
            overdue.append(endpoint.id)
    for number, newest in newest_attempts(connection, overdue):
        endpoint, latest, condition = found[number]
        found[number] = (endpoint, latest, replace(condition, newest=newest))
    return {
        number: LiveEndpoint(
            endpoint.public_id, endpoint.name, endpoint.client, latest, status_of(condition, now)
        )
        for number, (endpoint, latest, condition) in found.items()
    }


def _read_last(meters: Sequence[MeterNow]) -> Sequence[MeterNow]:
    """Return the meters that were in the newest reading; one read longer ago is not there now."""
    if len(meters) <= 1:
        return meters
    newest = max(meter.at for meter in meters if meter.at is not None)
    return [meter for meter in meters if meter.at == newest]


def _condition(endpoint: EndpointNow, meters: Sequence[MeterNow]) -> Condition:
    good = [meter.good_at for meter in meters if meter.good_at is not None]
    return Condition(
        enabled=endpoint.enabled,
        poll=endpoint.poll,
        good_at=max(good, default=None),
        power_mw=total_of_all(meter.power_mw for meter in meters),
        p_max_mw=total_of_all(meter.p_max_mw for meter in meters),
    )


def _latest(meters: Sequence[MeterNow]) -> LatestReading | None:
    if not meters:
        return None
    first = meters[0]
    if first.at is None or first.status is None:
        return None
    alone = len(meters) == 1
    return LatestReading(
        at=first.at,
        status=max(meter.status for meter in meters if meter.status is not None),
        total_milliwh=total_of_all(meter.total_milliwh for meter in meters),
        month_milliwh=total_of_all(meter.month_milliwh for meter in meters),
        power_mw=total_of_all(meter.power_mw for meter in meters),
        # Volts and power factors of several meters do not add up.
        voltage_mv=first.voltage_mv if alone else None,
        current_ma=total_of_all(meter.current_ma for meter in meters),
        pf_milli=first.pf_milli if alone else None,
    )
