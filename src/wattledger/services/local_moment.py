"""Instants as people write them: a local date, or a timestamp with offset."""

from datetime import date, timedelta

from wattledger.domain.errors import InvalidInputError
from wattledger.domain.instant import FIRST_YEAR, LAST_YEAR, Instant, parse_instant, to_datetime
from wattledger.domain.period import Calendar


def local_moment(text: str, field: str, days: Calendar, *, end: bool = False) -> Instant:
    """Read a local date or a timestamp with offset; InvalidInputError names the field.

    A date stands for its first instant or, as an ``end``, for the first instant after it.
    """
    try:
        if len(text) == len("2026-03-01"):
            day = _in_range(date.fromisoformat(text))
            return days.start_of(day + timedelta(days=1) if end else day)
        # A plus sign that was not written as %2B arrives as a space.
        at = parse_instant(text.replace(" ", "+"))
        _in_range(to_datetime(at).date())
    except (ValueError, OverflowError, InvalidInputError):
        raise InvalidInputError(
            f"'{text}' is neither a date nor a timestamp with offset in {FIRST_YEAR}-{LAST_YEAR}; "
            "write it like 2026-03-01 or 2026-03-01T00:00:00Z.",
            field=field,
        ) from None
    return at


def _in_range(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(day)
    return day
