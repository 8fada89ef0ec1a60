"""Every endpoint as it is now, from ``meter_state``: one row a meter, however long the history."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    String,
    and_,
    bindparam,
    func,
    select,
)

from wattledger.domain.endpoint_status import NewestAttempt
from wattledger.domain.instant import MINUTE, Instant
from wattledger.domain.outcome import Outcome
from wattledger.domain.reading import Status
from wattledger.store.slices import slices
from wattledger.store.standing import last_good_at
from wattledger.store.tables import (
    attempt,
    client,
    endpoint,
    energy_month,
    meter,
    meter_state,
    site,
)

_AnySelect: TypeAlias = Select[*tuple[Any, ...]]

MeterRows: TypeAlias = list[tuple[Any, ...]]
"""What is stored of an endpoint: a row a meter, only good for comparing and ``endpoint_of``."""

_OF_ENDPOINT = 13
"""So many columns of a row are of the endpoint; those of the meter follow."""


@dataclass(frozen=True, slots=True)
class MeterNow:
    """A meter's last reading by time, and the last one that was not doubted.

    ``month_milliwh`` is the month to date at the last good reading; ``None`` while the meter was
    read but once in that month, which says nothing about any time. ``month`` is the first day of
    that local month.
    """

    id: int
    key: str
    p_max_mw: int | None
    at: Instant | None
    total_milliwh: int | None
    status: Status | None
    good_at: Instant | None
    month: date | None
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
    """An endpoint and its meters. ``poll`` is in microseconds, ``zone`` that of its site."""

    id: int
    public_id: str
    name: str
    address: str
    location: str | None
    site_id: int
    site: str
    zone: str
    client: str | None
    enabled: bool
    login_tries: int
    poll: int
    created_at: Instant
    meters: Sequence[MeterNow]


_CURRENT_MONTH = and_(
    energy_month.c.meter_id == meter_state.c.meter_id, energy_month.c.month == meter_state.c.month
)
_METERS: _AnySelect = (
    select(
        endpoint.c.id,
        endpoint.c.public_id,
        endpoint.c.name,
        endpoint.c.address,
        endpoint.c.location,
        endpoint.c.site_id,
        site.c.name,
        site.c.zone,
        client.c.name,
        endpoint.c.enabled,
        endpoint.c.login_tries,
        endpoint.c.poll_minutes,
        endpoint.c.created_at,
        meter.c.id,
        meter.c.key,
        meter.c.p_max_mw,
        meter_state.c.last_at,
        meter_state.c.last_milliwh,
        meter_state.c.last_status,
        meter_state.c.base_at,
        meter_state.c.month,
        meter_state.c.month_milliwh,
        energy_month.c.covered,
        meter_state.c.power_mw,
        meter_state.c.voltage_mv,
        meter_state.c.current_ma,
        meter_state.c.pf_milli,
    )
    .select_from(
        endpoint.outerjoin(client, endpoint.c.client_id == client.c.id)
        .join(site, endpoint.c.site_id == site.c.id)
        .join(meter, meter.c.endpoint_id == endpoint.c.id)
        .join(meter_state, meter_state.c.meter_id == meter.c.id)
        .outerjoin(energy_month, _CURRENT_MONTH)
    )
    .where(endpoint.c.deleted_at.is_(None))
    .order_by(endpoint.c.name, endpoint.c.id, meter.c.id)
)
_SOME: _AnySelect = _METERS.where(endpoint.c.id.in_(bindparam("ids", expanding=True)))


def all_rows(connection: Connection) -> dict[int, MeterRows]:
    """Return what is stored of all endpoints by their number, in order of name.

    Equal rows make equal endpoints, so that who asks again and again need look at few.
    """
    return _by_endpoint(connection.execute(_METERS).all())


def some_rows(connection: Connection, endpoint_ids: Sequence[int]) -> dict[int, MeterRows]:
    """Return what is stored of some endpoints."""
    found: dict[int, MeterRows] = {}
    for ids in slices(endpoint_ids):
        found |= _by_endpoint(connection.execute(_SOME, {"ids": ids}).all())
    return found


def _by_endpoint(rows: Iterable[Row[*tuple[Any, ...]]]) -> dict[int, MeterRows]:
    found: dict[int, MeterRows] = {}
    for row in map(tuple, rows):
        found.setdefault(row[0], []).append(row)
    return found


def _printed(*columns: ColumnElement[Any]) -> Select[str]:
    return select(func.json_group_array(func.json_array(*columns), type_=String))


# Printed by the database, which takes half as long as to make rows of them.
_SHOWN_OF_PEOPLE: Sequence[Select[str]] = (
    _printed(
        endpoint.c.name,
        endpoint.c.id,
        endpoint.c.public_id,
        endpoint.c.address,
        endpoint.c.location,
        endpoint.c.site_id,
        endpoint.c.client_id,
        endpoint.c.enabled,
        endpoint.c.login_tries,
        endpoint.c.poll_minutes,
        endpoint.c.created_at,
    ).where(endpoint.c.deleted_at.is_(None)),
    _printed(meter.c.id, meter.c.endpoint_id, meter.c.key, meter.c.p_max_mw),
    _printed(client.c.id, client.c.name),
    _printed(site.c.id, site.c.name, site.c.zone),
)


def shown_of_people(connection: Connection) -> object:
    """Return what people alone change of ``all_rows``, only good for comparing."""
    return [connection.scalar(each) for each in _SHOWN_OF_PEOPLE]


def state_versions(connection: Connection) -> dict[int, int]:
    """Return the version of each meter's state: it is another after each booking."""
    rows = connection.execute(select(meter_state.c.meter_id, meter_state.c.version)).all()
    return {meter_id: version for meter_id, version in rows}  # noqa: C416 - dict() takes no rows


def meters_of(rows: MeterRows) -> list[int]:
    """Return the numbers of the meters that rows of ``all_rows`` tell of."""
    return [row[_OF_ENDPOINT] for row in rows]


def endpoint_of(rows: MeterRows) -> EndpointNow:
    """Return the endpoint that rows of ``all_rows`` tell of."""
    # Taken by position: for thousands of rows, twice as fast as by name.
    *named, poll_minutes, created_at = rows[0][:_OF_ENDPOINT]
    meters = [_meter_now(*row[_OF_ENDPOINT:]) for row in rows]
    fields: tuple[Any, ...] = (*named, poll_minutes * MINUTE, created_at, meters)
    return EndpointNow(*fields)


def _meter_now(
    number: int,
    key: str,
    p_max_mw: int | None,
    last_at: Instant | None,
    last_milliwh: int | None,
    last_status: int | None,
    base_at: Instant | None,
    month: date | None,
    month_milliwh: int | None,
    covered: int | None,
    *beside: int | None,
) -> MeterNow:
    status = None if last_status is None else Status(last_status)
    good_at = last_good_at(last_at, last_status, base_at)
    to_date = month_milliwh if covered else None
    shown = (last_at, last_milliwh, status, good_at, month, to_date)
    return MeterNow(number, key, p_max_mw, *shown, *beside)


_SAME = attempt.alias("same")
_NEWEST = (
    select(_SAME.c.id)
    .where(_SAME.c.endpoint_id == endpoint.c.id)
    .order_by(_SAME.c.started_at.desc(), _SAME.c.id.desc())
    .limit(1)
    .correlate(endpoint)
    .scalar_subquery()
)
_NEWEST_ATTEMPTS = (
    select(endpoint.c.id, attempt.c.started_at, attempt.c.outcome)
    .join_from(endpoint, attempt, attempt.c.id == _NEWEST)
    .where(endpoint.c.id.in_(bindparam("ids", expanding=True)))
)


def newest_attempts(
    connection: Connection, endpoint_ids: Sequence[int]
) -> Iterator[tuple[int, NewestAttempt]]:
    """Yield the newest attempt at each of these endpoints that has one, by endpoint id."""
    for ids in slices(endpoint_ids):
        for number, at, outcome in connection.execute(_NEWEST_ATTEMPTS, {"ids": ids}).all():
            yield number, NewestAttempt(at, Outcome(outcome))
