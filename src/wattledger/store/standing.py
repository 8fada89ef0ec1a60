"""What the status of an endpoint in a list follows from: few columns of ``meter_state``."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from wattledger.domain.instant import Instant
from wattledger.domain.reading import Status
from wattledger.store.slices import slices
from wattledger.store.tables import meter, meter_state


@dataclass(frozen=True, slots=True)
class MeterStanding:
    """When a meter was last read, when last without doubt, and what it drew then."""

    key: str
    p_max_mw: int | None
    at: Instant | None
    good_at: Instant | None
    power_mw: int | None

    @property
    def is_read(self) -> bool:
        """Tell whether it was ever read."""
        return self.at is not None


_ROWS = (
    select(
        meter.c.endpoint_id,
        meter.c.key,
        meter.c.p_max_mw,
        meter_state.c.last_at,
        meter_state.c.last_status,
        meter_state.c.base_at,
        meter_state.c.power_mw,
    )
    .join_from(meter, meter_state, meter_state.c.meter_id == meter.c.id)
    .where(meter.c.endpoint_id.in_(bindparam("ids", expanding=True)))
    .order_by(meter.c.id)
)


def meters_standing(
    connection: Connection, endpoint_ids: Iterable[int]
) -> dict[int, list[MeterStanding]]:
    """Return the meters of endpoints by the endpoint's number."""
    found: dict[int, list[MeterStanding]] = {}
    for ids in slices(endpoint_ids):
        for row in connection.execute(_ROWS, {"ids": ids}).all():
            number, key, p_max_mw, last_at, last_status, base_at, power_mw = row
            good_at = last_good_at(last_at, last_status, base_at)
            standing = MeterStanding(key, p_max_mw, last_at, good_at, power_mw)
            found.setdefault(number, []).append(standing)
    return found


def last_good_at(
    last_at: Instant | None, last_status: int | None, base_at: Instant | None
) -> Instant | None:
    """Return when a meter was last read without doubt, from its state.

    A flicker of the last digit is kept as jitter: the meter answers, and is not doubted.
    """
    return last_at if last_status == Status.JITTER else base_at
