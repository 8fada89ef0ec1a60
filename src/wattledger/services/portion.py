"""Portions of what takes long and writes: each a short transaction, and others write in between.

SQLite has no queue of writers: who waits looks again each tenth of a second.
"""

from collections import deque
from collections.abc import Iterator
from time import monotonic, sleep
from typing import TypeVar

from wattledger.domain.errors import NotYetError
from wattledger.store.database import Database

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


def let_others_write(database: Database) -> None:
    """Wait until others have had their turn. No transaction may be open.

    NotYetError where the process is about to end, which would wait for all the rest.
    """
    sleep(_FREE_SECONDS)
    refuse_at_the_end(database)


def refuse_at_the_end(database: Database) -> None:
    """NotYetError where the process is about to end."""
    if database.is_ending.is_set():
        raise NotYetError(
            "The server is about to end. What is done of it so far is kept: ask for the same again "
            "once it runs, and it does the rest."
        )
