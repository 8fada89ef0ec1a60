"""Register events: what people declared of a register (LEDGER 2). Inputs, kept for ever."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from wattledger.domain.instant import Instant


class EventKind(StrEnum):
    """What a person can declare."""

    SWAP = "swap"
    CHECK = "check"
    ACCEPT = "accept"
    REJECT = "reject"
    SETTINGS = "settings"
    END = "end"


@dataclass(frozen=True, slots=True)
class Swap:
    """A register was exchanged: what the old one showed last, and the new one first, if read."""

    at: Instant
    final_milliwh: int | None = None
    initial_milliwh: int | None = None


@dataclass(frozen=True, slots=True)
class Declared:
    """All that was declared of one register, each kind ascending in time.

    ``accepted`` and ``rejected`` are the instants of readings; ``disputed`` those at which two
    values stand and nobody knows which is right; ``ended_at`` is when the meter was taken out of
    use; ``last_at`` the instant of the last event of any kind.
    """

    swaps: tuple[Swap, ...] = ()
    accepted: frozenset[Instant] = frozenset()
    rejected: frozenset[Instant] = frozenset()
    disputed: frozenset[Instant] = frozenset()
    ended_at: Instant | None = None
    last_at: Instant = 0

    def swaps_between(self, start: Instant, end: Instant) -> Sequence[Swap]:
        """Return the swaps after an instant, up to another."""
        return [swap for swap in self.swaps if start < swap.at <= end]

    @property
    def cuts(self) -> Sequence[Instant]:
        """Return the instants that no run reaches over."""
        return sorted({swap.at for swap in self.swaps} | self.accepted)


NOTHING_DECLARED = Declared()
