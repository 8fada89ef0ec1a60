"""Bills at risk of the running month and of the one before it, looked at once a minute at most."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from threading import Lock

from wattledger.domain.finding import Finding, FindingKind
from wattledger.domain.instant import MINUTE, Instant
from wattledger.domain.month_report import MonthLine
from wattledger.domain.period import calendar, previous_month
from wattledger.services.bill_risk import findings_of
from wattledger.services.month_statements import MonthDraft, draft_month
from wattledger.services.system import System
from wattledger.store.closes import last_closes
from wattledger.store.database import Connection
from wattledger.store.sites import zones

_NO_CONDITION = frozenset({FindingKind.BREAKER})
"""What is only worth knowing, and of every meter of who never said it."""

_NOT_YET = _NO_CONDITION | {FindingKind.MISSING, FindingKind.SILENT, FindingKind.UNASSIGNED}
"""What says nothing while a month runs: meters that are not read stand among the alerts anyway."""


@dataclass(frozen=True, slots=True)
class Risk:
    """A finding of a month that is not closed. ``is_over`` tells that the month could be."""

    month: date
    is_over: bool
    finding: Finding


class MonthRisks:
    """The risks as they were when somebody asked last, or a minute later."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._looking = Lock()
        self._looked_at: Instant | None = None
        self._risks: list[Risk] = []

    def now(self) -> list[Risk]:
        """Return the risks, at most a minute old."""
        with self._looking:
            now = self._system.clock.now()
            if self._looked_at is None or not 0 <= now - self._looked_at < MINUTE:
                with self._system.database.connect() as connection:
                    self._risks = list(self._look(connection, now))
                self._looked_at = now
            return self._risks

    def _look(self, connection: Connection, now: Instant) -> Iterator[Risk]:
        zone = next(iter(zones(connection)), self._system.settings.time_zone)
        running = calendar(zone).month_of(now)
        yield from _risks(connection, running, is_over=False)
        yield from _risks(connection, previous_month(running), is_over=True)


def _risks(connection: Connection, month: date, *, is_over: bool) -> Iterator[Risk]:
    """Yield what puts the bills of a month at risk, of clients whose month is not closed."""
    draft = draft_month(connection, month)
    lines = list(_open_lines(connection, draft))
    left_out = _NO_CONDITION if is_over else _NOT_YET
    for finding in findings_of(lines, draft.unassigned, draft.demand):
        if finding.kind not in left_out:
            yield Risk(month, is_over, finding)


def _open_lines(connection: Connection, draft: MonthDraft) -> Iterator[MonthLine]:
    last = last_closes(connection)
    for client_id, lines in draft.lines.items():
        close = last.get(client_id)
        if close is None or close.month < draft.month:
            yield from lines
