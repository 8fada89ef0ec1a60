"""How the endpoints of a list are doing: their status, and when they last showed a register."""

from collections.abc import Sequence
from dataclasses import dataclass

from wattledger.domain.endpoint_status import Condition, EndpointStatus, is_overdue, status_of
from wattledger.domain.instant import MINUTE, Instant
from wattledger.services.endpoint_figure import counting, read_last, total_of_all
from wattledger.store.database import Connection
from wattledger.store.endpoints import EndpointRow
from wattledger.store.live import newest_attempts
from wattledger.store.standing import MeterStanding, meters_standing


@dataclass(frozen=True, slots=True)
class Standing:
    """The status of an endpoint, and when it was last read."""

    status: EndpointStatus
    last_at: Instant | None


OUT_OF_USE = Standing(EndpointStatus.DISABLED, None)
"""The standing of an endpoint that was deleted."""


def standings(
    connection: Connection, rows: Sequence[EndpointRow], now: Instant
) -> dict[int, Standing]:
    """Return how endpoints are doing by their number."""
    in_use = [row for row in rows if row.deleted_at is None]
    meters = meters_standing(connection, (row.id for row in in_use))
    last = {row.id: read_last(counting(meters.get(row.id, ()))) for row in in_use}
    good_at = {number: _good_at(read) for number, read in last.items()}
    overdue = [
        row.id
        for row in in_use
        if row.enabled and is_overdue(good_at[row.id], row.poll_minutes * MINUTE, now)
    ]
    newest = dict(newest_attempts(connection, overdue))
    found = {row.id: OUT_OF_USE for row in rows}
    for row in in_use:
        read = last[row.id]
        condition = Condition(
            enabled=row.enabled,
            poll=row.poll_minutes * MINUTE,
            good_at=good_at[row.id],
            power_mw=total_of_all(meter.power_mw for meter in read),
            p_max_mw=total_of_all(meter.p_max_mw for meter in read),
            newest=newest.get(row.id),
        )
        found[row.id] = Standing(status_of(condition, now), read[0].at if read else None)
    return found


def _good_at(read: Sequence[MeterStanding]) -> Instant | None:
    return max((meter.good_at for meter in read if meter.good_at is not None), default=None)
