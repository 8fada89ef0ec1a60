"""Findings: what stands between a month and its close (LEDGER 6)."""

from dataclasses import dataclass
from enum import StrEnum


class FindingKind(StrEnum):
    """What puts a bill at risk."""

    MISSING = "missing"
    SILENT = "silent"
    PARTIAL = "partial"
    HELD = "held"
    ESTIMATED = "estimated"
    QUESTIONABLE = "questionable"
    TWO_DEVICES = "twoDevices"
    UNASSIGNED = "unassigned"
    IMBALANCE = "imbalance"
    BREAKER = "breaker"

    @property
    def blocks(self) -> bool:
        """Tell whether a client's month is closed with it only when a person accepts it."""
        return self not in _TOLD


_TOLD = {
    FindingKind.PARTIAL,
    FindingKind.UNASSIGNED,
    FindingKind.IMBALANCE,
    FindingKind.BREAKER,
}
"""What is told and blocks nobody. A meter that begins inside the month counts from its first
reading (LEDGER 4), as that of every new rack does; there is no estimate to accept."""

NOT_YET = frozenset({FindingKind.MISSING, FindingKind.SILENT})
"""What says nothing while a month runs: each meter has yet to be read behind its end. Those that
are not read stand among the alerts anyway."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at before a close, of a meter and the client whose bill it is on.

    ``sentence`` says what is wrong and what to do.
    """

    kind: FindingKind
    endpoint_id: str
    endpoint: str
    meter_id: int
    meter: str
    client_id: str | None
    client: str | None
    sentence: str
