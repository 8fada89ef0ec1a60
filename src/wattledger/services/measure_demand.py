"""Measure a meter's demand: the mean kW of each window of a period, and the peak (LEDGER 5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from wattledger.domain.demand import Windows, peak_of, window_means, windows_of
from wattledger.domain.errors import InvalidInputError
from wattledger.domain.month_report import Peak
from wattledger.domain.own_view import OwnView
from wattledger.domain.period import calendar
from wattledger.services.local_moment import local_moment
from wattledger.services.own_view import meter_in_view
from wattledger.store.database import Database
from wattledger.store.demand import demand_of
from wattledger.store.registers import load_registers

MOST_WINDOWS = 10_000


@dataclass(frozen=True, slots=True)
class MeasuredDemand:
    """The windows of a period, the mean power of each in mW (None if unknown), and the peak.

    ``zone`` is the name of its zone at the period's end; ``site_zone`` has its changes too.
    """

    meter_id: int
    zone: str
    site_zone: str
    windows: Windows
    means: Sequence[int | None]
    peak: Peak | None


def measure_demand(
    database: Database, meter_id: int, start: str, end: str, minutes: int, view: OwnView | None
) -> MeasuredDemand:
    """Return the demand of a meter in windows of 15, 30 or 60 minutes on its site's clock.

    A date is a local day, as the end it is included; windows that the period cuts are left out.
    A client gets its share of the windows in which the meter served it all along; others are None.
    NotFoundError for a meter that is not there, InvalidInputError for a period that is none or of
    more than 10,000 windows.
    """
    with database.connect() as connection:
        meter = meter_in_view(connection, meter_id, view)
        days = calendar(meter.zone)
        first, last = local_moment(start, "from", days), local_moment(end, "to", days, end=True)
        if first >= last:
            raise InvalidInputError("The period ends before it begins.", field="to")
        windows = windows_of(days, first, last, minutes)
        if len(windows) > MOST_WINDOWS:
            raise InvalidInputError(
                f"The period has more than {MOST_WINDOWS} windows; ask for less, or for longer "
                "windows.",
                field="to",
            )
        settings = load_registers(connection, [meter_id])[meter_id].settings
        measured = demand_of(connection, meter_id, settings, first, last)
    means = window_means(windows, *measured)
    if view is not None:
        means = _own(windows, means, meter_id, view)
    zone = days.zone_before(last)
    return MeasuredDemand(meter_id, zone, meter.zone, windows, means, peak_of(windows, means))


def _own(
    windows: Windows, means: Sequence[int | None], meter_id: int, view: OwnView
) -> list[int | None]:
    own: list[int | None] = []
    for (start, end), mean in zip(pairwise(windows.edges), means, strict=True):
        span = view.span_at(meter_id, start)
        is_own = span is not None and end <= span.end_at
        own.append(span.part(mean) if span is not None and is_own and mean is not None else None)
    return own
