"""What the ledger makes of a reading, as JSON: the one list of the words for it."""

from typing import Literal, TypeAlias

from wattledger.domain.reading import Status

StatusWord: TypeAlias = Literal["good", "jitter", "held", "glitch", "rejected", "stale"]
"""What the ledger makes of a reading; only good ones end an interval."""

_WORDS: dict[Status, StatusWord] = {
    Status.GOOD: "good",
    Status.JITTER: "jitter",
    Status.HELD: "held",
    Status.GLITCH: "glitch",
    Status.REJECTED: "rejected",
    Status.STALE: "stale",
}


_STATUSES = {word: status for status, word in _WORDS.items()}


def status_word(status: Status) -> StatusWord:
    """Return a status as JSON has it."""
    return _WORDS[status]


def status_of(word: StatusWord) -> Status:
    """Return the status of a word."""
    return _STATUSES[word]
