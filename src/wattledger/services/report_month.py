"""Report a month: every meter's energy by client."""

from datetime import date

from wattledger.domain.errors import InvalidInputError
from wattledger.domain.instant import FIRST_YEAR, LAST_YEAR, Instant
from wattledger.domain.month_report import MonthReport, MonthState
from wattledger.domain.period import calendar
from wattledger.services.month_lines import month_lines
from wattledger.store.database import Database
from wattledger.store.sites import zones


def report_month(database: Database, month: date, zone: str, now: Instant) -> MonthReport:
    """Return the report of the month that begins on ``month``.

    Its zone is the first site's; ``zone`` is for when there is no site yet. InvalidInputError for
    a month no meter can have seen.
    """
    if not FIRST_YEAR <= month.year <= LAST_YEAR:
        raise InvalidInputError(
            f"'{month.isoformat()[:7]}' is outside the years {FIRST_YEAR} to {LAST_YEAR}."
        )
    with database.connect() as connection:
        lines = month_lines(connection, month)
        days = calendar(next(iter(zones(connection)), zone))
    over = days.month_span(month)[1] <= now
    state = MonthState.PROVISIONAL if over else MonthState.OPEN
    return MonthReport(month, days.zone_on(month), state, tuple(lines))
