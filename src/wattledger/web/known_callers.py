"""Who called a moment ago need not be looked up again: for a second or two it is known."""

from collections.abc import Awaitable, Callable
from time import monotonic

from wattledger.domain.caller import Caller

KNOWN_SECONDS = 2
"""So long a token that was revoked by another process may still be good."""

_MOST = 1000


class KnownCallers:
    """Remembers callers by what they showed, until anything is written through this process."""

    def __init__(self) -> None:
        self._known: dict[object, tuple[float, Caller]] = {}
        self._forgotten = 0

    def forget(self) -> None:
        """Forget all: what was written may have been who may call."""
        self._known.clear()
        self._forgotten += 1

    async def caller(
        self, shown: object, look_up: Callable[[], Awaitable[Caller | None]]
    ) -> Caller | None:
        """Return who shows something, looked up unless it is known; None is never remembered."""
        until, known = self._known.get(shown, (0.0, None))
        if known is not None and monotonic() < until:
            return known
        begun, forgotten = monotonic(), self._forgotten
        found = await look_up()
        # What was looked up before something was written may be wrong by now.
        if found is not None and forgotten == self._forgotten:
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[shown] = begun + KNOWN_SECONDS, found
        return found
