"""Count the days and months of meters anew, after the zone of their site changed (LEDGER 4)."""

from collections import deque
from collections.abc import Sequence

from wattledger.services.portion import let_others_write, portion_of
from wattledger.services.progress import Progress
from wattledger.store.database import Connection, Database
from wattledger.store.recompute import rebuild
from wattledger.store.uncounted import uncounted

_NOW_AND_THEN = 2


def count_anew(database: Database, meter_ids: Sequence[int], progress: Progress) -> None:
    """Count meters anew, some at a time; a change that is interrupted leaves the rest marked."""
    with progress("counting days anew", len(meter_ids)) as advance:
        waiting = deque(meter_ids)
        while waiting:
            before = len(waiting)
            with database.begin() as connection:
                for meter_id in portion_of(waiting):
                    rebuild(connection, [meter_id])
            advance(before - len(waiting))
            if waiting:
                let_others_write(database)


def count_some_left(database: Database) -> int:
    """Count a few of the meters that a change left marked; returns how many were left."""
    with database.connect() as connection:
        left = sorted(uncounted(connection))
    if left:
        with database.begin() as connection:
            rebuild(connection, left[:_NOW_AND_THEN])
    return len(left)


def count_if_left(connection: Connection, meter_id: int) -> None:
    """Count a meter that is about to be corrected, so that what changes is the correction's."""
    if meter_id in uncounted(connection):
        rebuild(connection, [meter_id])
