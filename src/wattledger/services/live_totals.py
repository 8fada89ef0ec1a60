"""The live page in one line: the load, the energy of the month, and how many are doing how."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from wattledger.domain.endpoint_status import EndpointStatus
from wattledger.domain.instant import Instant
from wattledger.domain.period import calendar
from wattledger.domain.scaled import percent
from wattledger.services.endpoint_figure import total_of_known
from wattledger.services.live_change import NO_CHANGES, Changes, change_percent
from wattledger.services.live_consumption import LiveEndpoint

REPORTING = frozenset({EndpointStatus.OK, EndpointStatus.HIGH})
"""The statuses of endpoints whose power counts as the load of now."""

NEED_ATTENTION = frozenset(
    {EndpointStatus.HIGH, EndpointStatus.STALE, EndpointStatus.FAILING, EndpointStatus.BUSY}
)
"""The statuses that somebody should look at."""


MOST_PLACES = 100
"""Of more places than these only the largest are told."""


@dataclass(frozen=True, slots=True)
class LivePlace:
    """How many endpoints are in one part of a site, and the power of those that report."""

    name: str
    site_id: int
    endpoints: int
    power_mw: int | None


@dataclass(frozen=True, slots=True)
class LiveTotals:
    """Sums over endpoints; ``None`` where none of the parts is known.

    ``power_mw`` is of those that report, ``limit_mw`` what the breakers of these allow where that
    and the power are known, ``limited_mw`` the power of the same; ``month_milliwh`` the energy of
    the local month of now.
    """

    statuses: Mapping[EndpointStatus, int]
    power_mw: int | None
    month_milliwh: int | None
    limit_mw: int | None
    limited_mw: int | None
    change_percent: Decimal | None
    places: Sequence[LivePlace]

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


def live_totals(
    endpoints: Iterable[LiveEndpoint], now: Instant, changes: Changes = NO_CHANGES
) -> LiveTotals:
    """Return the totals of endpoints; ``changes`` are those of their energy since last month."""
    sums = _Sums(now)
    ids: list[str] = []
    for endpoint in endpoints:
        sums.add(endpoint)
        ids.append(endpoint.id)
    return LiveTotals(
        statuses={status: sums.statuses[status] for status in EndpointStatus},
        power_mw=total_of_known(sums.powers),
        month_milliwh=total_of_known(sums.energies),
        limit_mw=total_of_known(limit for _, limit in sums.limited),
        limited_mw=total_of_known(power for power, _ in sums.limited),
        change_percent=change_percent(changes, ids),
        places=_largest(sums.places),
    )


@dataclass(slots=True)
class _Sums:
    """What is gathered of endpoints, one after the other."""

    now: Instant
    statuses: Counter[EndpointStatus] = field(default_factory=Counter)
    powers: list[int | None] = field(default_factory=list)
    energies: list[int | None] = field(default_factory=list)
    limited: list[tuple[int, int]] = field(default_factory=list)
    places: defaultdict[tuple[str, int], list[int | None]] = field(
        default_factory=lambda: defaultdict(list)
    )
    _months: dict[str, date] = field(default_factory=dict)

    def add(self, endpoint: LiveEndpoint) -> None:
        """Count an endpoint in."""
        self.statuses[endpoint.status] += 1
        power = None
        if endpoint.latest is not None:
            if endpoint.status in REPORTING:
                power, limit = endpoint.latest.power_mw, endpoint.latest.p_max_mw
                self.powers.append(power)
                if power is not None and limit is not None:
                    self.limited.append((power, limit))
            # One that has not been read since tells of another month.
            if endpoint.latest.month == self._month(endpoint.zone):
                self.energies.append(endpoint.latest.month_milliwh)
        self.places[endpoint.place, endpoint.site_id].append(power)

    def _month(self, zone: str) -> date:
        month = self._months.get(zone)
        if month is None:
            month = self._months[zone] = calendar(zone).month_of(self.now)
        return month


def _largest(places: Mapping[tuple[str, int], Sequence[int | None]]) -> list[LivePlace]:
    """Return places by name; of too many those with the most endpoints."""
    chosen = sorted(places.items(), key=lambda each: (-len(each[1]), each[0]))[:MOST_PLACES]
    return [
        LivePlace(name, site_id, len(powers), total_of_known(powers))
        for (name, site_id), powers in sorted(chosen)
    ]


def load_percent(power_mw: int | None, limit_mw: int | None) -> Decimal | None:
    """Return a power in percent of what breakers allow; None where one of them is not known."""
    return None if power_mw is None or limit_mw is None else percent(power_mw, limit_mw)
