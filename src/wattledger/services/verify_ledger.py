"""Verify the ledger: compute it afresh from the readings and compare; repair it where asked.

What the ledger keeps of days, months and states follows from readings, events and settings alone.
Meters are taken a few at a time, each slice in a transaction of its own, so that nobody who reads
or collects waits long.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from wattledger.services.progress import Progress
from wattledger.store.database import Connection, Database
from wattledger.store.meter_rows import all_meter_ids, find_meter
from wattledger.store.recompute import differences, rebuild

_AT_ONCE = 20
_TOLD = 50
"""So many differences of one meter are told; more say nothing new."""


@dataclass(frozen=True, slots=True)
class MeterDifferences:
    """What of one meter's ledger its readings do not give; ``is_repaired`` when it is mended."""

    meter_id: int
    endpoint: str
    meter: str
    sentences: Sequence[str]
    is_repaired: bool


@dataclass(slots=True)
class Verified:
    """How many meters were looked at, and those whose ledger was not as it must be."""

    meters: int = 0
    different: list[MeterDifferences] = field(default_factory=list)

    @property
    def is_right(self) -> bool:
        """Tell whether the ledger is now what its readings give."""
        return all(each.is_repaired for each in self.different)


def verify_ledger(database: Database, *, repair: bool, progress: Progress) -> Verified:
    """Compare every meter's ledger with a recomputation; with ``repair`` write it anew."""
    with database.connect() as connection:
        numbers = all_meter_ids(connection)
    verified = Verified(len(numbers))
    with progress("verifying meters", len(numbers)) as advance:
        for start in range(0, len(numbers), _AT_ONCE):
            part = numbers[start : start + _AT_ONCE]
            verified.different += _verify(database, part, repair=repair)
            advance(len(part))
    return verified


def _verify(database: Database, numbers: Sequence[int], *, repair: bool) -> list[MeterDifferences]:
    """Compare some meters; those that differ are looked at again where they are written."""
    with database.connect() as connection:
        found = _different(connection, numbers)
    if not found or not repair:
        return found
    with database.begin() as connection:
        found = _different(connection, [each.meter_id for each in found])
        return [_repaired(connection, each) for each in found]


def _different(connection: Connection, numbers: Sequence[int]) -> list[MeterDifferences]:
    found: list[MeterDifferences] = []
    for number in numbers:
        sentences = list(islice(differences(connection, [number]), _TOLD))
        if sentences:
            row = find_meter(connection, number)
            found.append(MeterDifferences(number, row.endpoint, row.key, sentences, False))
    return found


def _repaired(connection: Connection, known: MeterDifferences) -> MeterDifferences:
    number = known.meter_id
    rebuild(connection, [number])
    left = list(islice(differences(connection, [number]), _TOLD))
    return MeterDifferences(
        number, known.endpoint, known.meter, left or known.sentences, is_repaired=not left
    )
