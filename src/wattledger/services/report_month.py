"""Report a month: every meter's energy by client."""

from datetime import date

from wattledger.domain.instant import Instant
from wattledger.domain.month_report import (
    MonthLine,
    MonthReport,
    MonthState,
    energy_of,
    flags_of,
    measured_of,
)
from wattledger.domain.period import calendar, previous_month
from wattledger.store.database import Database
from wattledger.store.months import MeterMonth, meter_months
from wattledger.store.sites import zones


def report_month(database: Database, month: date, zone: str, now: Instant) -> MonthReport:
    """Return the report of the month that begins on ``month``.

    Its zone is the first site's; ``zone`` is for when there is no site yet.
    """
    with database.connect() as connection:
        rows = list(meter_months(connection, month, previous_month(month)))
        zone = next(iter(zones(connection)), zone)
    over = calendar(zone).month_span(month)[1] <= now
    state = MonthState.PROVISIONAL if over else MonthState.OPEN
    return MonthReport(month, zone, state, tuple(_line(row, month) for row in rows))


def _line(row: MeterMonth, month: date) -> MonthLine:
    tally = row.current
    return MonthLine(
        endpoint=row.endpoint,
        meter=row.meter,
        client=row.client,
        opening_milliwh=tally.start_milliwh if tally else None,
        closing_milliwh=tally.end_milliwh if tally else None,
        energy_milliwh=energy_of(tally),
        previous_milliwh=energy_of(row.previous),
        measured_percent=measured_of(tally),
        flags=flags_of(tally, calendar(row.zone).month_span(month)),
    )
