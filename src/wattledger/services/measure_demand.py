"""Measure a meter's demand: the mean kW of each window of a period, and the peak (LEDGER 5)."""

from collections.abc import Sequence
from dataclasses import dataclass

from wattledger.domain.demand import Windows, peak_of, window_means, windows_of
from wattledger.domain.errors import InvalidInputError
from wattledger.domain.month_report import Peak
from wattledger.domain.period import calendar
from wattledger.services.local_moment import local_moment
from wattledger.store.database import Database
from wattledger.store.demand import demand_of
from wattledger.store.meter_rows import find_meter
from wattledger.store.registers import load_registers

MOST_WINDOWS = 10_000


@dataclass(frozen=True, slots=True)
class MeasuredDemand:
    """The windows of a period, the mean power of each in mW (None if unknown), and the peak."""

    meter_id: int
    zone: str
    windows: Windows
    means: Sequence[int | None]
    peak: Peak | None


def measure_demand(
    database: Database, meter_id: int, start: str, end: str, minutes: int
) -> MeasuredDemand:
    """Return the demand of a meter in windows of 15, 30 or 60 minutes on its site's clock.

    A date is a local day, as the end it is included; windows that the period cuts are left out.
    NotFoundError for a meter that is not there, InvalidInputError for a period that is none or of
    more than 10,000 windows.
    """
    with database.connect() as connection:
        meter = find_meter(connection, meter_id)
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
        intervals, samples, coarsest = demand_of(connection, meter_id, first, last)
        register = load_registers(connection, [meter_id])[meter_id].settings.at(last)
    step = register.scaled(register.resolution_milliwh or coarsest)
    means = window_means(windows, intervals, samples, step)
    return MeasuredDemand(meter_id, meter.zone, windows, means, peak_of(windows, means))
