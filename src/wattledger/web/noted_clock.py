"""Until when answers hold that the time alone changes: others hold until something is written."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol, TypeVar

from wattledger.clock import Clock
from wattledger.domain.instant import Instant


class Lasting(Protocol):
    """What was worked out by the time."""

    @property
    def holds_until(self) -> Instant | None:
        """Return from when on time alone may change it; None: never."""


_Lasting = TypeVar("_Lasting", bound=Lasting)


class TimeLook:
    """Tells from when on time alone may change what was worked out; None: never."""

    def __init__(self) -> None:
        self.holds_until: Instant | None = None

    def note(self, until: Instant | None) -> None:
        """Note that a part of it holds until then."""
        if until is not None:
            held = self.holds_until
            self.holds_until = until if held is None else min(held, until)


_look: ContextVar[TimeLook | None] = ContextVar("time_look", default=None)


class NotedClock:
    """A clock that notes for whom it was asked: nobody knows how long that holds."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> Instant:
        """Return the present instant in microseconds UTC."""
        at = self._clock.now()
        _note(at)
        return at


def unnoted_now(clock: Clock) -> Instant:
    """Return the present for what the answer does not depend on."""
    token = _look.set(None)
    try:
        return clock.now()
    finally:
        _look.reset(token)


def by_the_time(clock: Clock, work: Callable[[Instant], _Lasting]) -> _Lasting:
    """Return what is worked out by the present, noted with how long it tells that it holds."""
    found = work(unnoted_now(clock))
    _note(found.holds_until)
    return found


def _note(until: Instant | None) -> None:
    look = _look.get()
    if look is not None:
        look.note(until)


@contextmanager
def noting_looks() -> Iterator[TimeLook]:
    """Note within, in its tasks and threads too, what is asked of a noted clock."""
    look = TimeLook()
    token = _look.set(look)
    try:
        yield look
    finally:
        _look.reset(token)
