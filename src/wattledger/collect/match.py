"""Patterns of recipes on what a device sent: bounded in time, and never cutting a number."""

from dataclasses import dataclass

import regex

from wattledger.collect.errors import AttemptError
from wattledger.domain.outcome import Outcome
from wattledger.domain.recipe import DecimalMark

_SECONDS = 0.25
_SHOWN = 80
_NUMBER_PARTS = frozenset("0123456789.,'\u2019")
_CLASS = regex.compile(r"\[([^\]]*)\]")


@dataclass(frozen=True, slots=True)
class Matched:
    """What a pattern found, and the text that goes on behind it."""

    text: str
    after: str


def match(text: str, pattern: str) -> Matched:
    """Return the group (else the whole match) of a pattern's first match.

    AttemptError pattern_missing when there is none, or when the match cut a number: a digit or a
    mark touches it, so it would be another number than the page shows (LEDGER 1).
    """
    found = _search(text, pattern)
    if found is None:
        raise _missing(f"The pattern {pattern} is not in '{shown(text)}'; correct valuePattern.")
    group = 1 if found.re.groups and found.start(1) >= 0 else 0
    start, end = found.span(group)
    if _is_cut(text, start, end):
        raise _missing(
            f"The pattern {pattern} takes only '{found.group(group)}' out of '{shown(text)}'; "
            "let it take the whole number, as ([0-9.,]+)."
        )
    return Matched(text[start:end], text[end:])


def implied_mark(pattern: str | None, declared: DecimalMark) -> DecimalMark:
    """Return the decimal mark: the declared one, else the one a pattern's classes admit.

    >>> implied_mark("([0-9.]+)", "auto")
    '.'
    """
    if declared != "auto" or pattern is None:
        return declared
    classes = "".join(_CLASS.findall(pattern))
    return "." if "." in classes and "," not in classes else "auto"


def shown(text: str) -> str:
    """Return the beginning of a text in one line, for a message."""
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"


def _search(text: str, pattern: str) -> "regex.Match[str] | None":
    try:
        return regex.search(pattern, text, timeout=_SECONDS, concurrent=False)
    except TimeoutError:
        raise _missing(
            f"The pattern {pattern} takes too long on '{shown(text)}'; write it without nested "
            "repetitions such as (a+)+."
        ) from None
    except regex.error as error:
        raise _missing(f"The pattern {pattern} is not valid: {error}.") from None


def _is_cut(text: str, start: int, end: int) -> bool:
    before = text[start - 1 : start] in _NUMBER_PARTS and start > 0
    inside_starts = text[start : start + 1] in _NUMBER_PARTS
    behind = text[end : end + 1]
    further = text[end + 1 : end + 2]
    goes_on = behind.isdigit() or (behind in _NUMBER_PARTS and further.isdigit())
    return (before and inside_starts and start < end) or (end > start and bool(behind) and goes_on)


def _missing(message: str) -> AttemptError:
    return AttemptError(Outcome.PATTERN_MISSING, message)
