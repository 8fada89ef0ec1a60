"""Instants: whole microseconds since 1970-01-01T00:00:00Z (LEDGER 1), exact in both directions."""

from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from wattledger.domain.errors import InvalidInputError

Instant: TypeAlias = int
"""Microseconds UTC since the epoch."""

MILLISECOND = 1_000
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

FIRST_YEAR, LAST_YEAR = 2000, 2100
"""No reading is older, and nobody asks for what is later."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_IN_UTC = _EPOCH.replace(tzinfo=None)
_TICK = timedelta(microseconds=1)
_EARLIEST = (datetime.min.replace(tzinfo=UTC) - _EPOCH) // _TICK
_LATEST = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // _TICK


def to_instant(moment: datetime) -> Instant:
    """Return the instant of an aware datetime; a naive one is refused.

    >>> to_instant(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))
    1000000
    """
    if moment.tzinfo is None:
        raise InvalidInputError("The time has no UTC offset; write it like 2026-03-01T00:00:00Z.")
    return (moment - _EPOCH) // _TICK


def to_datetime(instant: Instant) -> datetime:
    """Return the aware UTC datetime of an instant.

    >>> to_datetime(1000000).isoformat()
    '1970-01-01T00:00:01+00:00'
    """
    return _EPOCH + timedelta(microseconds=instant)


def parse_instant(text: str) -> Instant:
    """Read an ISO 8601 timestamp with offset.

    >>> parse_instant("1970-01-01T01:00:01+01:00")
    1000000
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise InvalidInputError(
            f"'{text}' is not an ISO 8601 timestamp; write it like 2026-03-01T00:00:00+01:00."
        ) from None
    if moment.tzinfo is None:
        raise InvalidInputError(
            f"'{text}' has no UTC offset, so its instant is not known; "
            "write it like 2026-03-01T00:00:00+01:00."
        )
    instant = to_instant(moment)
    if not _EARLIEST <= instant <= _LATEST:
        raise InvalidInputError(f"'{text}' is in UTC before the year 1 or after the year 9999.")
    return instant


def format_instant(instant: Instant) -> str:
    """Write an instant as ISO 8601 UTC, without needless fractions.

    >>> format_instant(1000000)
    '1970-01-01T00:00:01Z'
    """
    # Without a zone it is written in half the time; a page of a list has hundreds.
    return f"{(_EPOCH_IN_UTC + timedelta(0, 0, instant)).isoformat()}Z"
