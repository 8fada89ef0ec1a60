"""Which endpoints may have a status: a condition that few pass, so that few are looked at.

A status is not stored, it follows from the time. All that have it pass, and some others.
"""

from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, exists, not_, or_

from wattledger.domain.endpoint_status import HIGH_PERCENT, OVERDUE_POLLS, EndpointStatus
from wattledger.domain.instant import MINUTE, Instant
from wattledger.domain.reading import Status
from wattledger.store.tables import endpoint, meter, meter_state

_READ = and_(meter.c.endpoint_id == endpoint.c.id, meter_state.c.meter_id == meter.c.id)
_GOOD_AT = case(
    (meter_state.c.last_status == int(Status.JITTER), meter_state.c.last_at),
    else_=meter_state.c.base_at,
)
_PATIENCE = OVERDUE_POLLS * MINUTE * endpoint.c.poll_minutes
_LATE = or_(_GOOD_AT.is_(None), bindparam("silent_at") - _PATIENCE > _GOOD_AT)
_SILENT = or_(
    endpoint.c.login_tries == 0,
    not_(exists().where(_READ, meter_state.c.last_at.is_not(None)).correlate(endpoint)),
    exists().where(_READ, _LATE).correlate(endpoint),
)
# Of several meters together one draws at least as much of its own limit as all do.
_MUCH = meter_state.c.power_mw * 100 >= meter.c.p_max_mw * HIGH_PERCENT
_HOT = exists().where(_READ, _MUCH).correlate(endpoint)

LIKELY: dict[str, ColumnElement[bool]] = {"silent_at": _SILENT, "hot": _HOT}
"""Conditions of a list of endpoints, by the names of their values."""


def likely(status: EndpointStatus | None, now: Instant) -> dict[str, Any]:
    """Return the values that leave all that may have a status; of most it is nothing."""
    if status in {None, EndpointStatus.OK}:
        return {}
    if status is EndpointStatus.DISABLED:
        return {"enabled": False}
    told = {"hot": True} if status is EndpointStatus.HIGH else {"silent_at": now}
    return {"enabled": True, **told}
