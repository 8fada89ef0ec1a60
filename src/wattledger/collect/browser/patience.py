"""When what a page shows may be believed: once it stands still and awaits nothing."""

import asyncio
from collections.abc import Sequence

from wattledger.collect.attempt import Document, Ready


class Patience:
    """Follows what a page shows from look to look; ``seen`` is the last.

    A page draws placeholders before its answers come, and some let numbers run up: the first
    number seen may be a wrong one.
    """

    def __init__(self, ready: Ready, settle_seconds: float) -> None:
        self._ready = ready
        self._settle_seconds = settle_seconds
        self._clock = asyncio.get_running_loop().time
        self.seen: Sequence[Document] = ()
        self._changed_at = self._clock()
        self._ready_since: float | None = None

    @property
    def still_seconds(self) -> float:
        """Return for how long the page has not changed."""
        return self._clock() - self._changed_at

    def believes(self, documents: Sequence[Document], idle_seconds: float) -> bool:
        """Tell whether these documents, the last seen, show the value for good.

        They do when they were the same at the look before and no answer is awaited
        (``idle_seconds`` > 0); or when they have shown it for ``settle_seconds`` on end, as on
        pages that never stand still.
        """
        now = self._clock()
        same = bool(documents) and documents == self.seen
        if not same:
            self.seen, self._changed_at = documents, now
            if not (documents and self._ready(documents)):
                self._ready_since = None
            elif self._ready_since is None:
                self._ready_since = now
        if self._ready_since is None:
            return False
        return (same and idle_seconds > 0) or now - self._ready_since >= self._settle_seconds
