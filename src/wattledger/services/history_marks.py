"""What happened to registers in a history: where another epoch began, and settings changed."""

from dataclasses import dataclass
from enum import StrEnum

from wattledger.domain.instant import Instant

MOST_MARKS = 1_000
"""So many are told at most: the newest."""


class MarkKind(StrEnum):
    """What happened to a register."""

    RESET = "reset"
    ROLLOVER = "rollover"
    RESTORED = "restored"
    REPLACEMENT = "replacement"
    SETTINGS = "settings"


@dataclass(frozen=True, slots=True)
class Mark:
    """What happened at an instant to one meter of an endpoint, in one sentence."""

    endpoint_id: str
    meter: str
    at: Instant
    kind: MarkKind
    text: str
