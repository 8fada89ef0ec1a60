"""Portions of what takes long and writes: each a short transaction, and others write in between.

SQLite has no queue of writers: who waits looks again each tenth of a second.
"""

from collections import deque
from collections.abc import Iterator
from time import monotonic, sleep
from typing import TypeVar

_HELD_SECONDS = 0.5
"""So long a portion keeps others from writing; it ends with what it is at then."""
_FREE_SECONDS = 0.12
"""So long others may write between two portions."""

_T = TypeVar("_T")


class Portion:
    """A portion that begins now."""

    def __init__(self) -> None:
        self._until = monotonic() + _HELD_SECONDS

    @property
    def is_over(self) -> bool:
        """Tell whether others have waited long enough."""
        return monotonic() >= self._until


def portion_of(waiting: deque[_T]) -> Iterator[_T]:
    """Take those that wait, as many as there is time for; one at least."""
    portion = Portion()
    while waiting:
        yield waiting.popleft()
        if portion.is_over:
            return


def let_others_write() -> None:
    """Wait until others have had their turn. No transaction may be open."""
    sleep(_FREE_SECONDS)
