"""Alerts: conditions that last until somebody or something ends them."""

from dataclasses import dataclass
from enum import StrEnum

from wattledger.domain.instant import Instant


class AlertKind(StrEnum):
    """What is the matter: the status of an endpoint, readings held, a bill at risk, a job."""

    FAILING = "failing"
    STALE = "stale"
    NEVER = "never"
    HELD = "held"
    BUSY = "busy"
    HIGH = "high"
    BILL_AT_RISK = "billAtRisk"
    JOB_FAILED = "jobFailed"


class Severity(StrEnum):
    """How much it matters; the worst first."""

    CRITICAL = "critical"
    WARNING = "warning"

    @property
    def rank(self) -> int:
        """Return its place in the order, 0 for the worst."""
        return list(Severity).index(self)


AlertKey = tuple[int, Instant, str]
"""Where an alert stands among all: the worst first, then the oldest."""

_UNKNOWN = 2**63 - 1
_UNREAD = frozenset({AlertKind.FAILING, AlertKind.STALE, AlertKind.NEVER, AlertKind.BUSY})


@dataclass(frozen=True, slots=True)
class Alert:
    """An open condition. ``id`` stays the same while it lasts.

    ``since`` is None where nobody knows when it began. ``sentence`` says what is the matter,
    ``advice`` what to do. ``month`` is that of a bill at risk, as 2026-03. ``site_id`` and ``zone``
    are of where the endpoint stands, while it is in use. ``job`` and ``run_id`` are the name of a
    job and its newest run.
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
    site_id: int | None = None
    zone: str | None = None
    job: str | None = None
    run_id: int | None = None

    @property
    def key(self) -> AlertKey:
        """Return where it stands among all; what began at an unknown time stands last."""
        return self.severity.rank, _UNKNOWN if self.since is None else self.since, self.id

    @property
    def subject(self) -> str:
        """Return what stays the same while one trouble takes another form.

        An endpoint that is not read is one trouble, whether reads fail, none comes, or the device
        is in use: its status goes to and fro between these.
        """
        return f"unread:{self.endpoint_id}" if self.kind in _UNREAD else self.id
