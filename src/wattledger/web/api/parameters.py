"""Parameters that many routes take."""

from datetime import date, timedelta
from typing import Annotated, TypeAlias

from fastapi import Path, Query

from wattledger.domain.errors import InvalidInputError
from wattledger.domain.instant import FIRST_YEAR, LAST_YEAR, Instant, parse_instant, to_datetime
from wattledger.domain.period import Calendar

LARGEST_PAGE = 1000

EndpointId: TypeAlias = Annotated[
    str, Path(max_length=200, description="Id or name of an endpoint.")
]
Limit: TypeAlias = Annotated[
    int, Query(ge=1, le=LARGEST_PAGE, description="At most so many in one page.")
]
Cursor: TypeAlias = Annotated[
    str | None, Query(max_length=1000, description="`nextCursor` of the page before.")
]
Moment: TypeAlias = Annotated[str | None, Query(max_length=40)]


def moment(text: str | None, name: str, calendar: Calendar, *, end: bool = False) -> Instant | None:
    """Read a parameter that is a local date or a timestamp with offset.

    A date stands for its first instant or, as an ``end``, for the first instant after it.
    InvalidInputError names the parameter.
    """
    if text is None:
        return None
    try:
        if len(text) == len("2026-03-01"):
            day = _in_range(date.fromisoformat(text))
            return calendar.start_of(day + timedelta(days=1) if end else day)
        # A plus sign that was not written as %2B arrives as a space.
        at = parse_instant(text.replace(" ", "+"))
        _in_range(to_datetime(at).date())
    except (ValueError, OverflowError, InvalidInputError):
        raise InvalidInputError(
            f"'{text}' is neither a date nor a timestamp with offset in {FIRST_YEAR}-{LAST_YEAR}; "
            "write it like 2026-03-01 or 2026-03-01T00:00:00Z.",
            field=name,
        ) from None
    return at


def _in_range(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(day)
    return day
