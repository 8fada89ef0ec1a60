"""The newest reading of all meters."""

from sqlalchemy import Connection, func, select

from wattledger.domain.instant import Instant
from wattledger.store.tables import meter_state


def newest_reading(connection: Connection) -> Instant | None:
    """Return when the newest reading was taken; None before the first."""
    newest: Instant | None = connection.scalar(select(func.max(meter_state.c.last_at)))
    return newest
