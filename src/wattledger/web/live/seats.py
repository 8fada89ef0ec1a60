"""Seats of streams: so many are let in, and so many of one caller."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeAlias

from wattledger.domain.caller import Caller
from wattledger.domain.errors import NotYetError, TooManyTriesError

MOST_STREAMS = 500
"""So many streams one process has open at most."""

MOST_OF_ONE = 20
"""So many of them one user or token has: screens and tabs enough, and others find room."""

AGAIN_SECONDS = 30
"""So long who is refused waits before another try."""

_INSTEAD = "ask /consumption/live every few seconds instead, or try again later."

_Account: TypeAlias = tuple[str | None, int | None]


class Seats:
    """Who has a stream open. A seat is taken as it is found free, so that no others slip in.

    It lives on one event loop.
    """

    def __init__(self) -> None:
        self._taken: Counter[_Account] = Counter()

    @contextmanager
    def take(self, caller: Caller) -> Iterator[None]:
        """Have a seat; NotYetError where all are taken, TooManyTriesError where all of one are."""
        account = (caller.user_id, caller.token_id)
        self._refuse_too_many(account)
        self._taken[account] += 1
        try:
            yield
        finally:
            self._taken[account] -= 1
            if not self._taken[account]:
                del self._taken[account]

    def _refuse_too_many(self, account: _Account) -> None:
        if self._taken[account] >= MOST_OF_ONE:
            raise TooManyTriesError(
                f"{MOST_OF_ONE} streams of this user or token are open, which is all that one "
                f"has; close some, {_INSTEAD}",
                seconds=AGAIN_SECONDS,
            )
        if self._taken.total() >= MOST_STREAMS:
            raise NotYetError(
                f"{MOST_STREAMS} streams are open, which is all that this server takes; {_INSTEAD}",
                seconds=AGAIN_SECONDS,
            )
