"""What a correction changed: the readings judged otherwise, and the months before and after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from wattledger.domain.instant import Instant
from wattledger.store.database import Connection
from wattledger.store.events import StoredEvent
from wattledger.store.register_history import Standing, month_energies, standings


@dataclass(frozen=True, slots=True)
class ChangedReading:
    """A reading of another status, value or epoch than ``before``, which is None without one."""

    at: Instant
    before: Standing | None
    after: Standing


@dataclass(frozen=True, slots=True)
class ChangedMonth:
    """A month of another energy than before; None where there is no value."""

    month: date
    before_milliwh: int | None
    after_milliwh: int | None


@dataclass(frozen=True, slots=True)
class Correction:
    """An event, and what it changed; after a dry run, which keeps nothing, what it would."""

    stored: StoredEvent
    readings: Sequence[ChangedReading]
    months: Sequence[ChangedMonth]
    is_kept: bool


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A meter's readings and months at one time."""

    meter_id: int
    readings: Mapping[Instant, Standing]
    months: Mapping[date, int | None]

    def changed_readings(self, later: "Snapshot") -> list[ChangedReading]:
        """Return the readings that stand otherwise later, in order of time."""
        return [
            ChangedReading(at, self.readings.get(at), after)
            for at, after in sorted(later.readings.items())
            if self.readings.get(at) != after
        ]

    def changed_months(self, later: "Snapshot") -> list[ChangedMonth]:
        """Return the months of another energy later, in order of time."""
        months = sorted(self.months.keys() | later.months.keys())
        pairs = ((month, self.months.get(month), later.months.get(month)) for month in months)
        return [ChangedMonth(*pair) for pair in pairs if pair[1] != pair[2]]


def snapshot(connection: Connection, meter_id: int) -> Snapshot:
    """Return a meter's readings and months as they are."""
    return Snapshot(meter_id, standings(connection, meter_id), month_energies(connection, meter_id))
