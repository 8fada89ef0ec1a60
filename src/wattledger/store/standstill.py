"""Registers that stand still while power is drawn: questionable until they move (LEDGER 4)."""

from sqlalchemy import Connection, select

from wattledger.domain.horizon import is_long
from wattledger.domain.instant import HOUR, MINUTE, Instant
from wattledger.store.tables import endpoint, meter, meter_state

_STEPS = 4
"""So many display steps the power that is drawn must be worth: fewer may be yet to come."""


def standing_still(connection: Connection) -> dict[int, Instant]:
    """Return since when registers have stood still though power is drawn, by meter id.

    Of those that were read for long since then, and still show power; one row a meter.
    """
    state = meter_state.c
    rows = (
        select(
            state.meter_id,
            state.base_at,
            state.base_moved_at,
            state.power_mw,
            state.base_resolution_milliwh,
            meter.c.resolution_milliwh,
            endpoint.c.poll_minutes,
        )
        .select_from(meter_state.join(meter).join(endpoint))
        .where(
            state.power_mw > 0, state.base_at == state.last_at, state.base_moved_at < state.last_at
        )
    )
    return {
        meter_id: moved_at
        for meter_id, at, moved_at, power, shown, declared, poll in connection.execute(rows)
        if is_long(at - moved_at, poll * MINUTE)
        and power * (at - moved_at) // HOUR > _STEPS * (declared or shown)
    }
