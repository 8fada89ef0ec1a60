"""Alerts: conditions that last until somebody or something ends them."""

from dataclasses import dataclass
from enum import StrEnum

from wattledger.domain.instant import Instant


class AlertKind(StrEnum):
    """What is the matter: the status of an endpoint, readings held, or a bill at risk."""

    FAILING = "failing"
    STALE = "stale"
    NEVER = "never"
    HELD = "held"
    BUSY = "busy"
    HIGH = "high"
    BILL_AT_RISK = "billAtRisk"


class Severity(StrEnum):
    """How much it matters; the worst first."""

    CRITICAL = "critical"
    WARNING = "warning"


AlertKey = tuple[int, Instant, str]
"""Where an alert stands among all: the worst first, then the oldest."""

_UNKNOWN = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Alert:
    """An open condition. ``id`` stays the same while it lasts.

    ``since`` is None where nobody knows when it began. ``sentence`` says what is the matter,
    ``advice`` what to do. ``month`` is that of a bill at risk, as 2026-03.
    """

    id: str
    kind: AlertKind
    severity: Severity
    endpoint_id: str | None
    endpoint: str | None
    meter: str | None
    client: str | None
    since: Instant | None
    sentence: str
    advice: str
    month: str | None = None

    @property
    def key(self) -> AlertKey:
        """Return where it stands among all; what began at an unknown time stands last."""
        rank = list(Severity).index(self.severity)
        return rank, _UNKNOWN if self.since is None else self.since, self.id
