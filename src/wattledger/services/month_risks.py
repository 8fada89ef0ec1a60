"""What would block the close of the running month or of the one before it, looked at now and then.

Of thousands of meters few are doubtful: the months of those alone are worked out.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from threading import Lock

from wattledger.domain.errors import NotYetError
from wattledger.domain.finding import NOT_YET, Finding, FindingKind
from wattledger.domain.instant import MINUTE, Instant
from wattledger.domain.month_report import MonthLine
from wattledger.domain.period import calendar, previous_month
from wattledger.services.bill_risk import findings_of_line
from wattledger.services.month_demand import MonthDemand, month_demand
from wattledger.services.month_lines import month_lines
from wattledger.services.system import System
from wattledger.store.closes import last_closes
from wattledger.store.database import Connection
from wattledger.store.devices import other_devices
from wattledger.store.doubts import doubtful_meters, first_reads
from wattledger.store.sites import zones
from wattledger.store.standstill import standing_meters

_PATIENCE = 20
"""So many times as long as a look took, the next one waits at least."""


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
        self._for = MINUTE
        self._risks: list[Risk] = []

    def now(self) -> list[Risk]:
        """Return the risks, a minute old at most where a look takes less than 3 s."""
        # Who comes while another looks takes what is known, so that nobody waits but the first.
        if self._looking.acquire(blocking=self._looked_at is None):
            try:
                self._look_if_old()
            finally:
                self._looking.release()
        return self._risks

    def _look_if_old(self) -> None:
        now = self._system.clock.now()
        if self._looked_at is None or not 0 <= now - self._looked_at < self._for:
            # While days are counted anew nothing can be told; what was found before still stands.
            with suppress(NotYetError), self._system.database.connect() as connection:
                self._risks = list(self._look(connection, now))
            self._looked_at = now
            self._for = max(MINUTE, _PATIENCE * (self._system.clock.now() - now))

    def _look(self, connection: Connection, now: Instant) -> Iterator[Risk]:
        found = zones(connection)
        zone = next(iter(found), self._system.settings.time_zone)
        running = calendar(zone).month_of(now)
        for month in (previous_month(running), running):
            standing = standing_meters(connection, *calendar(zone).month_span(month))
            doubtful = standing | _doubtful(connection, set(found), month, is_over=month < running)
            if doubtful:
                yield from _risks(connection, month, doubtful, is_over=month < running)


def _doubtful(
    connection: Connection, found: Iterable[str], month: date, *, is_over: bool
) -> set[int]:
    """Return the meters that a month may doubt: what it says of all others holds."""
    doubtful: set[int] = set()
    for zone in found:
        span = calendar(zone).month_span(month)
        doubtful |= set(doubtful_meters(connection, zone, month, span if is_over else None))
        doubtful |= other_devices(connection, *span).keys()
    return doubtful


def _risks(
    connection: Connection, month: date, doubtful: Collection[int], *, is_over: bool
) -> Iterator[Risk]:
    """Yield what blocks the close of a month for the clients whose month is not closed."""
    lines = month_lines(connection, month, doubtful, compared=False)
    demand = month_demand(connection, month, doubtful)
    findings = [
        each
        for line in _open_lines(connection, month, lines)
        for each in findings_of_line(line, demand)
        if each.kind.blocks and (is_over or each.kind not in NOT_YET)
    ]
    missing = {each.meter_id for each in findings if each.kind is FindingKind.MISSING}
    fresh = set(_fresh(demand, first_reads(connection, missing), missing))
    for finding in findings:
        if finding.kind is not FindingKind.MISSING or finding.meter_id not in fresh:
            yield Risk(month, is_over, finding)


def _open_lines(
    connection: Connection, month: date, lines: Iterable[MonthLine]
) -> Iterator[MonthLine]:
    last = last_closes(connection)
    for line in lines:
        close = last.get(line.client_id or "")
        if line.client_id is not None and (close is None or close.month < month):
            yield line


def _fresh(
    demand: MonthDemand, first: Mapping[int, Instant], meter_ids: Iterable[int]
) -> Iterator[int]:
    """Yield the meters that were read for the first time after the month, or never yet."""
    for meter_id in meter_ids:
        end = calendar(demand.meters[meter_id].zone).month_span(demand.month)[1]
        if first.get(meter_id, end) >= end:
            yield meter_id
