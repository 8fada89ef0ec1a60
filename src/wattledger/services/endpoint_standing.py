"""How the endpoints of a list are doing: their status, and when they last showed a register."""

from collections.abc import Sequence
from dataclasses import dataclass

from wattledger.domain.endpoint_status import (
    Condition,
    EndpointStatus,
    holds_until,
    is_overdue,
    status_of,
)
from wattledger.domain.instant import MINUTE, Instant
from wattledger.services.endpoint_figure import counting, read_last, total_of_all
from wattledger.store.database import Connection
from wattledger.store.endpoints import TOTAL, EndpointRow
from wattledger.store.live import newest_attempts
from wattledger.store.standing import MeterStanding, meters_standing


@dataclass(frozen=True, slots=True)
class Standing:
    """The status of an endpoint, and when it was last read.

    Time alone may change the status from ``holds_until`` on; None: never.
    """

    status: EndpointStatus
    last_at: Instant | None
    holds_until: Instant | None = None


OUT_OF_USE = Standing(EndpointStatus.DISABLED, None)
"""The standing of an endpoint that was deleted."""


def standings(
    connection: Connection, rows: Sequence[EndpointRow], now: Instant
) -> dict[int, Standing]:
    """Return how endpoints are doing by their number."""
    in_use = [row for row in rows if row.deleted_at is None]
    meters = meters_standing(connection, (row.id for row in in_use))
    last = {row.id: _together(meters.get(row.id, ())) for row in in_use}
    overdue = [
        row.id
        for row in in_use
        if row.enabled and is_overdue(last[row.id].good_at, row.poll_minutes * MINUTE, now)
    ]
    newest = dict(newest_attempts(connection, overdue))
    found = {row.id: OUT_OF_USE for row in rows}
    for row in in_use:
        read = last[row.id]
        condition = Condition(
            row.enabled,
            row.poll_minutes * MINUTE,
            read.good_at,
            read.power_mw,
            read.p_max_mw,
            newest.get(row.id),
            login_refused=row.login_tries == 0,
        )
        found[row.id] = Standing(status_of(condition, now), read.at, holds_until(condition, now))
    return found


_NEVER_READ = MeterStanding(TOTAL, None, None, None, None)


def _together(meters: Sequence[MeterStanding]) -> MeterStanding:
    """Return the meters that count as one: what adds up of those in the newest reading."""
    if len(meters) == 1:
        return meters[0] if meters[0].at is not None else _NEVER_READ
    read = read_last(counting(meters))
    if len(read) <= 1:
        return read[0] if read else _NEVER_READ
    return MeterStanding(
        TOTAL,
        total_of_all(meter.p_max_mw for meter in read),
        read[0].at,
        max((meter.good_at for meter in read if meter.good_at is not None), default=None),
        total_of_all(meter.power_mw for meter in read),
    )
