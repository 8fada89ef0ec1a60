"""A declaration: what a person says of a register, before it is an event of the ledger."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from wattledger.domain.event import EventKind
from wattledger.domain.instant import Instant
from wattledger.store.events import NewEvent

SettingValue: TypeAlias = int | str | None
"""A setting of a register as its column has it; None where it is not known."""

COARSEST = 1_000_000
"""A whole kWh: what the last digit of a number that a person types is worth at most."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a person declares of a register at an instant, and why.

    ``total_milliwh`` is what a check reading showed, with the worth of its last digit, or which of
    several values is accepted. ``final_milliwh`` and ``initial_milliwh`` are what the old register
    of a swap showed last and the new one first. ``settings`` are columns of a meter.
    """

    kind: EventKind
    at: Instant
    by: str
    why: str
    total_milliwh: int | None = None
    resolution_milliwh: int | None = None
    final_milliwh: int | None = None
    initial_milliwh: int | None = None
    settings: Mapping[str, SettingValue] | None = None

    def as_event(self, meter_id: int) -> NewEvent:
        """Return the event of a meter that it becomes."""
        return NewEvent(
            meter_id,
            self.at,
            self.kind,
            self.by.strip(),
            self.why.strip(),
            self.total_milliwh,
            self.final_milliwh,
            self.initial_milliwh,
            None if self.settings is None else dict(self.settings),
        )
