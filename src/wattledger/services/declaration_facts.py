"""What a declaration is checked against: the register, what stands declared, the readings."""

from collections.abc import Sequence
from dataclasses import dataclass

from wattledger.domain.event import EventKind
from wattledger.domain.instant import Instant, format_instant
from wattledger.domain.scaled import KWH, to_text
from wattledger.store.database import Connection
from wattledger.store.events import StoredEvent
from wattledger.store.registers import Register


@dataclass(frozen=True, slots=True)
class Facts:
    """A meter's register, the events of it that count, in order of time, and the time it is."""

    connection: Connection
    register: Register
    standing: Sequence[StoredEvent]
    now: Instant

    def of_kind(self, *kinds: EventKind) -> list[StoredEvent]:
        """Return the events of some kinds that count."""
        return [each for each in self.standing if each.event.kind in kinds]


def shown_kwh(milliwh: int) -> str:
    """Return a value of a register as a message shows it."""
    return f"{to_text(milliwh, KWH)} kWh"


def shown_event(stored: StoredEvent) -> str:
    """Return an event as a message names it."""
    event = stored.event
    return f"event {stored.id} ({event.kind}, {format_instant(event.at)}, by {event.declared_by})"
