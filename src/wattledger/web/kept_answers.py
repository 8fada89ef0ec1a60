"""Answers that are kept for a moment, with the state of the database that they show."""

from collections.abc import Hashable
from dataclasses import dataclass

from starlette.types import Message

from wattledger.domain.instant import SECOND, Instant
from wattledger.store.commit_version import Version

KEPT_FOR = SECOND // 4
"""So long an answer is given again: time alone makes readings stale, too."""
SAME_FOR = 10 * SECOND
"""So long one at most that the time alone does not change. The bound is for what lies beside the
database, as a module's files."""

LARGEST_KEPT = 4_000_000
MOST_KEPT = 32_000_000
"""So many bytes of answers are kept at most; those worked out first go first."""

_BESIDE_BODY = 2000


@dataclass(frozen=True, slots=True)
class Moment:
    """When an answer was begun, and on which state of the database at the earliest."""

    at: Instant
    version: Version

    def serves(self, asked: "Moment", within: int = KEPT_FOR) -> bool:
        """Tell whether what was begun here answers who asks then."""
        return self.version == asked.version and 0 <= asked.at - self.at <= within


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer as it was sent, and the route that gave it. It ``lasts`` so many microseconds."""

    begun: Moment
    route: object
    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    lasts: int = KEPT_FOR

    def serves(self, asked: Moment) -> bool:
        """Tell whether it answers who asks then."""
        return self.begun.serves(asked, self.lasts)

    def messages(self) -> tuple[Message, Message]:
        """Return what is sent; what stands around the routes may change it."""
        start = {
            "type": "http.response.start",
            "status": self.status,
            "headers": list(self.headers),
        }
        return start, {"type": "http.response.body", "body": self.body}


def lasting(begun: Instant, holds_until: Instant | None) -> int:
    """Return how long an answer lasts that the time alone changes only from an instant on."""
    if holds_until is None:
        return SAME_FOR
    return min(max(KEPT_FOR, holds_until - 1 - begun), SAME_FOR)


class KeptAnswers:
    """The answers that are kept, by what was asked."""

    def __init__(self) -> None:
        self._answers: dict[Hashable, KeptAnswer] = {}
        self._bytes = 0

    def find(self, key: Hashable, asked: Moment) -> KeptAnswer | None:
        """Return the answer to what is asked, if there is one that holds."""
        found = self._answers.get(key)
        return found if found is not None and found.serves(asked) else None

    def keep(self, key: Hashable, answer: KeptAnswer) -> None:
        """Keep an answer instead of what was kept for the same; older ones go for it."""
        self._drop(key)
        self._answers[key] = answer
        self._bytes += _size(answer)
        while self._bytes > MOST_KEPT or not self._first().serves(answer.begun):
            self._drop(next(iter(self._answers)))

    def _first(self) -> KeptAnswer:
        return next(iter(self._answers.values()))

    def _drop(self, key: Hashable) -> None:
        dropped = self._answers.pop(key, None)
        if dropped is not None:
            self._bytes -= _size(dropped)


def _size(answer: KeptAnswer) -> int:
    return len(answer.body) + _BESIDE_BODY
