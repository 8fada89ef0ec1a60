"""Every endpoint as it is now: its latest reading and how it is doing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from wattledger.domain.endpoint_status import (
    OVERDUE_POLLS,
    Condition,
    EndpointStatus,
    NewestAttempt,
    is_overdue,
    status_of,
    status_since,
)
from wattledger.domain.instant import Instant
from wattledger.services.endpoint_figure import counting, read_last, total_of_all
from wattledger.store.database import Connection
from wattledger.store.endpoints import TOTAL
from wattledger.store.live import EndpointNow, MeterNow, newest_attempts


@dataclass(frozen=True, slots=True)
class LiveEndpoint:
    """An endpoint by its public id, what it showed last, and its status.

    ``latest`` is its only meter's reading, or those that were read together as one. ``since`` is
    when its status began, where that is known.
    """

    id: str
    name: str
    address: str
    location: str | None
    site_id: int
    site: str
    zone: str
    client: str | None
    latest: MeterNow | None
    status: EndpointStatus
    since: Instant | None
    place: str
    """The location up to its first comma, or the name of the site."""
    steady_until: Instant | None
    """Until then it is so unless its rows change; ``None`` while it is not polled: for ever."""


def assess(
    connection: Connection, endpoints: Iterable[EndpointNow], now: Instant
) -> dict[int, LiveEndpoint]:
    """Return how endpoints are doing by their number in the database."""
    found: dict[int, tuple[EndpointNow, MeterNow | None]] = {}
    overdue: list[int] = []
    for endpoint in endpoints:
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
        login_refused=endpoint.login_tries == 0,
    )
    status = status_of(condition, now)
    return LiveEndpoint(
        id=endpoint.public_id,
        name=endpoint.name,
        address=endpoint.address,
        location=endpoint.location,
        site_id=endpoint.site_id,
        site=endpoint.site,
        zone=endpoint.zone,
        client=endpoint.client,
        latest=latest,
        status=status,
        since=status_since(condition, status, endpoint.created_at),
        place=(endpoint.location or "").partition(",")[0].strip() or endpoint.site,
        steady_until=_steady_until(condition),
    )


def _steady_until(condition: Condition) -> Instant | None:
    if not condition.enabled or condition.login_refused:
        return None
    return (condition.good_at or 0) + OVERDUE_POLLS * condition.poll


def _together(meters: Sequence[MeterNow]) -> MeterNow | None:
    """Return several meters as one: what adds up of those that were in the newest reading."""
    there = read_last(meters)
    if len(there) <= 1:
        return there[0] if there else None
    good = [meter.good_at for meter in there if meter.good_at is not None]
    return MeterNow(
        id=there[0].id,
        key=TOTAL,
        p_max_mw=total_of_all(meter.p_max_mw for meter in there),
        at=there[0].at,
        total_milliwh=total_of_all(meter.total_milliwh for meter in there),
        status=max(meter.status for meter in there if meter.status is not None),
        good_at=max(good, default=None),
        month=_month_of_all(there),
        month_milliwh=total_of_all(meter.month_milliwh for meter in there),
        power_mw=total_of_all(meter.power_mw for meter in there),
        current_ma=total_of_all(meter.current_ma for meter in there),
        # Volts and power factors do not add up.
        voltage_mv=None,
        pf_milli=None,
    )


def _month_of_all(meters: Sequence[MeterNow]) -> date | None:
    months = {meter.month for meter in meters}
    return months.pop() if len(months) == 1 else None
