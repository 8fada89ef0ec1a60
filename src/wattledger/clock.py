"""The one door through which time enters; everything else takes it as an argument."""

import time
from typing import Protocol

from wattledger.domain.instant import Instant

_NANOSECONDS_A_MICROSECOND = 1000


class Clock(Protocol):
    """Tells the time. Two exist: the system's, and the one tests set by hand."""

    def now(self) -> Instant:
        """Return the present instant in microseconds UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> Instant:
        """Return the present instant in microseconds UTC."""
        return time.time_ns() // _NANOSECONDS_A_MICROSECOND


class SetClock:
    """A clock that stands where it is put: for tests and for building history."""

    def __init__(self, at: Instant) -> None:
        self.at = at

    def now(self) -> Instant:
        """Return the instant this clock was set to."""
        return self.at
