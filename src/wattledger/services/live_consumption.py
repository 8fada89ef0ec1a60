"""Every endpoint as it is now: its latest reading and how it is doing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from wattledger.domain.endpoint_status import (
    Condition,
    EndpointStatus,
    NewestAttempt,
    is_overdue,
    status_of,
)
from wattledger.domain.instant import Instant
from wattledger.services.endpoint_figure import counting, total_of_all
from wattledger.store.database import Connection, Database
from wattledger.store.endpoints import TOTAL
from wattledger.store.live import EndpointNow, MeterNow, endpoints_now, newest_attempts


@dataclass(frozen=True, slots=True)
class LiveEndpoint:
    """An endpoint by its public id, what it showed last, and its status.

    ``latest`` is its only meter's reading, or those that were read together as one.
    """

    id: str
    name: str
    client: str | None
    latest: MeterNow | None
    status: EndpointStatus


def live_consumption(database: Database, now: Instant) -> list[LiveEndpoint]:
    """Return all endpoints as they are, by name."""
    with database.connect() as connection:
        return list(live_endpoints(connection, now).values())


def live_endpoints(
    connection: Connection, now: Instant, endpoint_ids: Iterable[int] | None = None
) -> dict[int, LiveEndpoint]:
    """Return endpoints as they are by their number in the database; all when none are named."""
    found: dict[int, tuple[EndpointNow, MeterNow | None]] = {}
    overdue: list[int] = []
    for endpoint in endpoints_now(connection, endpoint_ids):
        latest = _together(counting(endpoint.meters))
        found[endpoint.id] = (endpoint, latest)
        if endpoint.enabled and is_overdue(latest.good_at if latest else None, endpoint.poll, now):
            overdue.append(endpoint.id)
    newest = dict(newest_attempts(connection, overdue))
    return {
        number: _live_endpoint(endpoint, latest, newest.get(number), now)
        for number, (endpoint, latest) in found.items()
    }


def _live_endpoint(
    endpoint: EndpointNow, latest: MeterNow | None, newest: NewestAttempt | None, now: Instant
) -> LiveEndpoint:
    condition = Condition(
        enabled=endpoint.enabled,
        poll=endpoint.poll,
        good_at=latest.good_at if latest else None,
        power_mw=latest.power_mw if latest else None,
        p_max_mw=latest.p_max_mw if latest else None,
        newest=newest,
    )
    status = status_of(condition, now)
    return LiveEndpoint(endpoint.public_id, endpoint.name, endpoint.client, latest, status)


def _together(meters: Sequence[MeterNow]) -> MeterNow | None:
    """Return several meters as one: what adds up of those that were in the newest reading."""
    if len(meters) <= 1:
        return meters[0] if meters else None
    newest = max(meter.at for meter in meters if meter.at is not None)
    there = [meter for meter in meters if meter.at == newest]
    if len(there) == 1:
        return there[0]
    good = [meter.good_at for meter in there if meter.good_at is not None]
    return MeterNow(
        key=TOTAL,
        p_max_mw=total_of_all(meter.p_max_mw for meter in there),
        at=newest,
        total_milliwh=total_of_all(meter.total_milliwh for meter in there),
        status=max(meter.status for meter in there if meter.status is not None),
        good_at=max(good, default=None),
        month_milliwh=total_of_all(meter.month_milliwh for meter in there),
        power_mw=total_of_all(meter.power_mw for meter in there),
        current_ma=total_of_all(meter.current_ma for meter in there),
        # Volts and power factors do not add up.
        voltage_mv=None,
        pf_milli=None,
    )
