"""The live page in one line: the load, the energy of the month, and how many are doing how."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from wattledger.domain.endpoint_status import EndpointStatus
from wattledger.domain.instant import Instant
from wattledger.domain.period import calendar
from wattledger.services.endpoint_figure import total_of_known
from wattledger.services.live_consumption import LiveEndpoint

REPORTING = frozenset({EndpointStatus.OK, EndpointStatus.HIGH})
"""The statuses of endpoints whose power counts as the load of now."""

NEED_ATTENTION = frozenset(
    {EndpointStatus.HIGH, EndpointStatus.STALE, EndpointStatus.FAILING, EndpointStatus.BUSY}
)
"""The statuses that somebody should look at."""


@dataclass(frozen=True, slots=True)
class LiveTotals:
    """Sums over endpoints; ``None`` where none of the parts is known.

    ``power_mw`` is of those that report, ``month_milliwh`` the energy of the local month of now.
    """

    statuses: Mapping[EndpointStatus, int]
    power_mw: int | None
    month_milliwh: int | None

    @property
    def endpoints(self) -> int:
        """Return how many there are."""
        return sum(self.statuses.values())

    @property
    def reporting(self) -> int:
        """Return how many report."""
        return sum(self.statuses[status] for status in REPORTING)

    @property
    def need_attention(self) -> int:
        """Return how many somebody should look at."""
        return sum(self.statuses[status] for status in NEED_ATTENTION)


def live_totals(endpoints: Iterable[LiveEndpoint], now: Instant) -> LiveTotals:
    """Return the totals of endpoints."""
    statuses: Counter[EndpointStatus] = Counter()
    powers: list[int | None] = []
    energies: list[int | None] = []
    months: dict[str, date] = {}
    for endpoint in endpoints:
        statuses[endpoint.status] += 1
        latest = endpoint.latest
        if latest is None:
            continue
        if endpoint.status in REPORTING:
            powers.append(latest.power_mw)
        if endpoint.zone not in months:
            months[endpoint.zone] = calendar(endpoint.zone).month_of(now)
        # One that has not been read since tells of another month.
        if latest.month == months[endpoint.zone]:
            energies.append(latest.month_milliwh)
    counts = {status: statuses[status] for status in EndpointStatus}
    return LiveTotals(counts, total_of_known(powers), total_of_known(energies))
