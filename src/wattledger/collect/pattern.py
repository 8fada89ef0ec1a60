"""Patterns that people write, on texts that others send: bounded in time (docs/decisions/0007)."""

import regex

from wattledger.domain.errors import WattledgerError

LONGEST_SECONDS = 0.25
"""So long one search may take."""
_SHOWN = 80


class PatternError(WattledgerError):
    """A pattern that is none, or takes too long; the message says what to do."""


def find(pattern: str, text: str, seconds: float = LONGEST_SECONDS) -> "regex.Match[str] | None":
    """Return the first match of a pattern in a text; None when there is none.

    PatternError when that takes longer than ``seconds``.
    """
    try:
        return regex.search(pattern, text, timeout=seconds, concurrent=False)
    except TimeoutError:
        raise PatternError(
            f"The pattern {pattern} takes too long on '{shown(text)}'; write it without nested "
            "repetitions such as (a+)+."
        ) from None
    except regex.error as error:
        raise PatternError(f"The pattern {pattern} is not valid: {error}.") from None


def shown(text: str) -> str:
    """Return the beginning of a text in one line, for a message."""
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"
