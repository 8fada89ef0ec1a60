"""Whether answers are worked out by the time: others hold until something is written."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from wattledger.clock import Clock
from wattledger.domain.instant import Instant


class TimeLook:
    """Tells whether somebody asked for the time: ``is_taken``."""

    def __init__(self) -> None:
        self.is_taken = False


_look: ContextVar[TimeLook | None] = ContextVar("time_look", default=None)


class NotedClock:
    """A clock that notes for whom it was asked."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> Instant:
        """Return the present instant in microseconds UTC."""
        look = _look.get()
        if look is not None:
            look.is_taken = True
        return self._clock.now()


@contextmanager
def noting_looks() -> Iterator[TimeLook]:
    """Note within, in its tasks and threads too, whether a noted clock is asked."""
    look = TimeLook()
    token = _look.set(look)
    try:
        yield look
    finally:
        _look.reset(token)
