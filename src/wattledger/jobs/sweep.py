"""What is no longer kept of runs: polls after 35 days, others after 13 months."""

from wattledger.domain.instant import DAY, Instant
from wattledger.store.database import Database
from wattledger.store.runs import delete_runs, expired_runs

POLLS_KEPT = 35 * DAY
OTHERS_KEPT = 395 * DAY
_AT_ONCE = 500
"""Runs in one transaction: others can write in between."""
_MOST_PORTIONS = 20


def sweep_runs(database: Database, now: Instant) -> int:
    """Delete runs that are kept no longer, with their logs; returns how many.

    So many at most that it ends soon; the next sweep goes on. Attempts and readings stay.
    """
    swept = 0
    for _ in range(_MOST_PORTIONS):
        with database.begin() as connection:
            runs = expired_runs(connection, now - POLLS_KEPT, now - OTHERS_KEPT, _AT_ONCE)
            delete_runs(connection, runs)
        swept += len(runs)
        if not runs:
            break
    return swept
