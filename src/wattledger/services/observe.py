"""Observe the whole system for whoever watches it: queues, runs, and on request every meter."""

from collections import Counter
from collections.abc import Sequence
from threading import Lock

from wattledger.metrics import MeterEnergy, Observed
from wattledger.services.scheduler_beat import scheduler_beat
from wattledger.services.system import System
from wattledger.store.database import Connection
from wattledger.store.observed import (
    ended_runs,
    energies,
    held_readings,
    last_run,
    open_runs,
    queue,
)


class Observer:
    """Looks at the system; the runs that ended are counted from its first look on.

    Counted are those that were open at the last look, and those that began since: their numbers
    are enough, so that no history is read.
    """

    def __init__(self, system: System) -> None:
        self._system = system
        self._looking = Lock()
        self._last: int | None = None
        self._open: Sequence[int] = ()
        self._ended: Counter[str] = Counter()

    def observe(self) -> Observed:
        """Return what the database tells now."""
        system, now = self._system, self._system.clock.now()
        beat = scheduler_beat(system.database)
        with self._looking, system.database.connect() as connection:
            waiting = queue(connection, now)
            self._count_ended(connection)
            return Observed(
                open_runs=len(self._open),
                ended_runs=dict(self._ended),
                waiting_chunks=waiting.waiting,
                claimed_chunks=waiting.claimed,
                oldest_waiting=None if waiting.oldest_at is None else now - waiting.oldest_at,
                held_readings=held_readings(connection),
                last_tick=None if beat is None else beat.at,
                energies=self._energies(connection),
            )

    def _count_ended(self, connection: Connection) -> None:
        if self._last is not None:
            self._ended.update(ended_runs(connection, self._open, self._last))
        self._last = last_run(connection)
        self._open = open_runs(connection)

    def _energies(self, connection: Connection) -> list[MeterEnergy] | None:
        if not self._system.settings.metrics_meters:
            return None
        return [MeterEnergy(*row) for row in energies(connection)]
