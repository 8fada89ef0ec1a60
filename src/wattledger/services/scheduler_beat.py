"""The scheduler's heartbeat: how everybody else knows that jobs are being fired."""

from wattledger.domain.instant import SECOND, Instant
from wattledger.services.hold_device import this_process
from wattledger.services.system import System
from wattledger.store.database import Database
from wattledger.store.heartbeat import Beat, last_beat, write_beat

_NAME = "scheduler"
_EVERY = 5 * SECOND

LONGEST_SILENCE = 30 * SECOND
"""A scheduler that is silent for longer does not work."""


def beat(system: System) -> None:
    """Say that the scheduler works; written at most every five seconds."""
    now, owner = system.clock.now(), this_process()
    last = scheduler_beat(system.database)
    if last is not None and last.owner == owner and 0 <= now - last.at < _EVERY:
        return
    with system.database.begin() as connection:
        write_beat(connection, _NAME, Beat(owner, now))


def scheduler_beat(database: Database) -> Beat | None:
    """Return the last heartbeat of a scheduler."""
    with database.connect() as connection:
        return last_beat(connection, _NAME)


def is_alive(last: Beat | None, now: Instant) -> bool:
    """Tell whether a scheduler works; a clock that was set back makes no beat older."""
    return last is not None and now - last.at <= LONGEST_SILENCE
