"""Every endpoint as it is now, from ``meter_state``: one row a meter, however long the history."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Connection, Row, Select, and_, select

from wattledger.domain.endpoint_status import NewestAttempt
from wattledger.domain.instant import MINUTE, Instant
from wattledger.domain.outcome import Outcome
from wattledger.domain.reading import Status
from wattledger.store.slices import slices
from wattledger.store.tables import attempt, client, endpoint, energy_month, meter, meter_state

_AnySelect: TypeAlias = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class MeterNow:
    """A meter's last reading by time, and the last one that was not doubted.

    ``month_milliwh`` is the month to date at the last good reading; ``None`` while the meter was
    read but once in that month, which says nothing about any time.
    """

    key: str
    p_max_mw: int | None
    at: Instant | None
    total_milliwh: int | None
    status: Status | None
    good_at: Instant | None
    month_milliwh: int | None
    power_mw: int | None
    voltage_mv: int | None
    current_ma: int | None
    pf_milli: int | None

    @property
    def is_read(self) -> bool:
        """Tell whether it was ever read."""
        return self.at is not None


@dataclass(frozen=True, slots=True)
class EndpointNow:
    """An endpoint and its meters. ``poll`` is in microseconds."""

    id: int
    public_id: str
    name: str
    client: str | None
    enabled: bool
    poll: int
    meters: list[MeterNow]


_CURRENT_MONTH = and_(
    energy_month.c.meter_id == meter_state.c.meter_id, energy_month.c.month == meter_state.c.month
)
_METERS: _AnySelect = (
    select(
        endpoint.c.id,
        endpoint.c.public_id,
        endpoint.c.name,
        client.c.name,
        endpoint.c.enabled,
        endpoint.c.poll_minutes,
        meter.c.key,
        meter.c.p_max_mw,
        meter_state.c.last_at,
        meter_state.c.last_milliwh,
        meter_state.c.last_status,
        meter_state.c.base_at,
        meter_state.c.month_milliwh,
        energy_month.c.covered,
        meter_state.c.power_mw,
        meter_state.c.voltage_mv,
        meter_state.c.current_ma,
        meter_state.c.pf_milli,
    )
    .select_from(
        endpoint.outerjoin(client, endpoint.c.client_id == client.c.id)
        .join(meter, meter.c.endpoint_id == endpoint.c.id)
        .join(meter_state, meter_state.c.meter_id == meter.c.id)
        .outerjoin(energy_month, _CURRENT_MONTH)
    )
    .where(endpoint.c.deleted_at.is_(None))
    .order_by(endpoint.c.name, endpoint.c.id, meter.c.id)
)


def endpoints_now(
    connection: Connection, endpoint_ids: Iterable[int] | None = None
) -> list[EndpointNow]:
    """Return the endpoints of these ids, all when not given, by name."""
    if endpoint_ids is None:
        return _grouped(connection.execute(_METERS))
    found: list[EndpointNow] = []
    for ids in slices(endpoint_ids):
        found += _grouped(connection.execute(_METERS.where(endpoint.c.id.in_(ids))))
    return found


def _grouped(rows: Iterable[Row[*tuple[Any, ...]]]) -> list[EndpointNow]:
    found: list[EndpointNow] = []
    # Unpacked by position: for thousands of rows, twice as fast as by name.
    for number, public_id, name, client_name, enabled, poll_minutes, *measured in rows:
        if not found or found[-1].id != number:
            poll = poll_minutes * MINUTE
            found.append(EndpointNow(number, public_id, name, client_name, enabled, poll, []))
        found[-1].meters.append(_meter_now(*measured))
    return found


def _meter_now(
    key: str,
    p_max_mw: int | None,
    last_at: Instant | None,
    last_milliwh: int | None,
    last_status: int | None,
    base_at: Instant | None,
    month_milliwh: int | None,
    covered: int | None,
    *beside: int | None,
) -> MeterNow:
    status = None if last_status is None else Status(last_status)
    # A flicker of the last digit is kept as jitter: the meter answers, and is not doubted.
    good_at = last_at if status is Status.JITTER else base_at
    to_date = month_milliwh if covered else None
    return MeterNow(key, p_max_mw, last_at, last_milliwh, status, good_at, to_date, *beside)


def newest_attempts(
    connection: Connection, endpoint_ids: Sequence[int]
) -> Iterator[tuple[int, NewestAttempt]]:
    """Yield the newest attempt at each of these endpoints that has one, by endpoint id."""
    same = attempt.alias("same")
    newest = (
        select(same.c.id)
        .where(same.c.endpoint_id == endpoint.c.id)
        .order_by(same.c.started_at.desc(), same.c.id.desc())
        .limit(1)
        .correlate(endpoint)
        .scalar_subquery()
    )
    rows = select(endpoint.c.id, attempt.c.started_at, attempt.c.outcome).join_from(
        endpoint, attempt, attempt.c.id == newest
    )
    for ids in slices(endpoint_ids):
        for number, at, outcome in connection.execute(rows.where(endpoint.c.id.in_(ids))):
            yield number, NewestAttempt(at, Outcome(outcome))
