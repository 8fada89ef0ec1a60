"""The epochs of registers, found where readings are joined by something else than an advance."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, literal_column, select

from wattledger.domain.instant import Instant
from wattledger.domain.reading import Join, Reading, Status
from wattledger.store.readings import load_around
from wattledger.store.slices import slices
from wattledger.store.tables import reading

_OPENING = [int(join) for join in Join if join is Join.FIRST or join.opens_epoch]


@dataclass(frozen=True, slots=True)
class Epoch:
    """The beginning of an epoch: its first good reading, and how it is joined to what was."""

    at: Instant
    join: Join


def epochs_of(connection: Connection, meter_ids: Iterable[int]) -> dict[int, list[Epoch]]:
    """Return the epochs of meters by meter id, in order of time."""
    epochs: dict[int, list[Epoch]] = {}
    for ids in slices(meter_ids):
        rows = (
            select(reading.c.meter_id, reading.c.ts, reading.c.join_kind)
            .where(
                # With the plus the small partial index is read, not all the meters' readings.
                literal_column("+reading.meter_id").in_(ids),
                # As the partial index has it: a bound parameter would not find it.
                reading.c.join_kind != literal_column("1"),
                reading.c.join_kind.in_(_OPENING),
            )
            .order_by(reading.c.meter_id, reading.c.ts)
        )
        for meter_id, at, join in connection.execute(rows):
            epochs.setdefault(meter_id, []).append(Epoch(at, Join(join)))
    return epochs


def ends_of_epoch(
    connection: Connection, meter_id: int, epoch: Epoch
) -> tuple[Reading, Reading] | None:
    """Return the last good reading before an epoch that is not the first, and its first one."""
    good = [
        each
        for each in load_around(connection, meter_id, epoch.at - 1, epoch.at)
        if each.status is Status.GOOD
    ]
    return (good[0], good[-1]) if len(good) > 1 else None
