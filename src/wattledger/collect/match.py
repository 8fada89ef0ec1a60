"""Patterns of recipes on what a device sent: bounded in time, and never cutting a number."""

from dataclasses import dataclass

import regex

from wattledger.collect.errors import AttemptError
from wattledger.collect.pattern import PatternError, find, shown
from wattledger.domain.outcome import Outcome
from wattledger.domain.recipe import DecimalMark

_NUMBER_PARTS = frozenset("0123456789.,'\u2019")
_CLASS = regex.compile(r"\[([^\]]*)\]")

# What of a number may stand around a part of it, beside digits and marks that touch (LEDGER 1).
_LOOKED_AT = 40
_SPACE = "[ \u00a0\u2007\u2009\u202f]"
_LEADING_GROUPS = regex.compile(rf"(?<![\w.,:/])(?<!\d-)(\d{{1,3}}(?:{_SPACE}\d{{3}})*){_SPACE}$")
_GROUPS_SO_FAR = regex.compile(rf"(?<![\w.,:/])(?<!\d-)\d{{1,3}}(?:{_SPACE}\d{{3}})*$")
_GROUP = regex.compile(r"\d{3}(?!\d)")
_NEXT_GROUP = regex.compile(rf"{_SPACE}\d{{3}}(?!\d)")
_SIGN = regex.compile(r"(?:^|[\s:=(>])[-\u2212]$")
_EXPONENT_BEFORE = regex.compile(r"\d[eE][+-]?$")
_EXPONENT = regex.compile(r"[eE][+-]?\d")


@dataclass(frozen=True, slots=True)
class Matched:
    """What a pattern found, the text that goes on behind it, and that before it."""

    text: str
    after: str
    before: str = ""


def match(text: str, pattern: str) -> Matched:
    """Return the group (else the whole match) of a pattern's first match.

    AttemptError pattern_missing when there is none, or when the match cut a number: a digit or a
    mark touches it, a sign or an exponent, or a group of three digits stands a space beside it. It
    would be another number than the page shows (LEDGER 1). A number that the pattern names by its
    digits before the group, as in ``Rack 7 ([0-9.]+)``, is one of its own.
    """
    found = _search(text, pattern)
    if found is None:
        raise _missing(f"The pattern {pattern} is not in '{shown(text)}'; correct valuePattern.")
    group = 1 if found.re.groups and found.start(1) >= 0 else 0
    start, end = found.span(group)
    if _is_touched(text, start, end) or _is_part(text, start, end, pattern):
        raise _missing(
            f"The pattern {pattern} takes only '{found.group(group)}' out of '{shown(text)}'; "
            "let it take the whole number, as ([0-9.,]+), or ([0-9., ]+) where spaces part it."
        )
    return Matched(text[start:end], text[end:], text[:start])


def implied_mark(pattern: str | None, declared: DecimalMark) -> DecimalMark:
    """Return the decimal mark: the declared one, else the one a pattern's classes admit.

    >>> implied_mark("([0-9.]+)", "auto")
    '.'
    """
    if declared != "auto" or pattern is None:
        return declared
    classes = "".join(_CLASS.findall(pattern))
    return "." if "." in classes and "," not in classes else "auto"


def _search(text: str, pattern: str) -> "regex.Match[str] | None":
    try:
        return find(pattern, text)
    except PatternError as error:
        raise _missing(str(error)) from None


def _is_touched(text: str, start: int, end: int) -> bool:
    before = text[start - 1 : start] in _NUMBER_PARTS and start > 0
    inside_starts = text[start : start + 1] in _NUMBER_PARTS
    behind = text[end : end + 1]
    further = text[end + 1 : end + 2]
    goes_on = behind.isdigit() or (behind in _NUMBER_PARTS and further.isdigit())
    return (before and inside_starts and start < end) or (end > start and bool(behind) and goes_on)


def _is_part(text: str, start: int, end: int, pattern: str) -> bool:
    """Tell whether a number goes on over a space, or has a sign or an exponent left out."""
    if not text[start:end].strip() or not any(map(str.isdigit, text[start:end])):
        return False
    before, taken = text[max(0, start - _LOOKED_AT) : start], text[max(0, end - _LOOKED_AT) : end]
    if text[start].isdigit() and (_SIGN.search(before) or _EXPONENT_BEFORE.search(before)):
        return True
    if taken[-1].isdigit() and _EXPONENT.match(text, end):
        return True
    leading = _LEADING_GROUPS.search(before)
    if leading and _GROUP.match(text, start) and not _is_named(pattern, leading[1]):
        return True
    return bool(_GROUPS_SO_FAR.search(taken) and _NEXT_GROUP.match(text, end))


def _is_named(pattern: str, digits: str) -> bool:
    """Tell whether a pattern says some digits itself before its first group."""
    literal = pattern.partition("(")[0].replace("\\s", " ").rstrip("+* ")
    return literal.endswith(digits)


def _missing(message: str) -> AttemptError:
    return AttemptError(Outcome.PATTERN_MISSING, message)
