"""Parameters that many routes take."""

from typing import Annotated, TypeAlias

from fastapi import Path, Query

from wattledger.domain.instant import Instant
from wattledger.domain.period import Calendar
from wattledger.domain.register import INT64_MAX
from wattledger.services.local_moment import local_moment

LARGEST_PAGE = 1000

EndpointId: TypeAlias = Annotated[
    str, Path(max_length=200, description="Id or name of an endpoint.")
]
MeterId: TypeAlias = Annotated[
    int, Path(ge=1, le=INT64_MAX, description="Number of a meter, as GET /meters tells.")
]
Start: TypeAlias = Annotated[
    str | None,
    Query(alias="from", max_length=40, description="First date, or timestamp with offset."),
]
End: TypeAlias = Annotated[
    str | None,
    Query(
        alias="to",
        max_length=40,
        description="Last date, which is included, or timestamp with offset, which is not. Dates "
        "are local days at the site.",
    ),
]
Limit: TypeAlias = Annotated[
    int, Query(ge=1, le=LARGEST_PAGE, description="At most so many in one page.")
]
Cursor: TypeAlias = Annotated[
    str | None, Query(max_length=1000, description="`nextCursor` of the page before.")
]
Search: TypeAlias = Annotated[
    str | None, Query(max_length=200, description="A part of the name; capitals do not count.")
]
Moment: TypeAlias = Annotated[str | None, Query(max_length=40)]


def moment(text: str | None, name: str, calendar: Calendar, *, end: bool = False) -> Instant | None:
    """Read a parameter that is a local date or a timestamp with offset.

    A date stands for its first instant or, as an ``end``, for the first instant after it.
    InvalidInputError names the parameter.
    """
    return None if text is None else local_moment(text, name, calendar, end=end)
