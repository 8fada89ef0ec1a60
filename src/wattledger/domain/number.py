"""The one door through which text becomes a number (LEDGER 1).

Digits are the ASCII ones; decimal point or comma; thousands marked by the other of the two, by
an apostrophe or a space of any width. What could mean two numbers is refused, never guessed.
"""

import re
from decimal import Decimal
from typing import Final

from wattledger.domain.errors import AmbiguousNumberError, InvalidInputError, NotANumberError
from wattledger.domain.recipe import DecimalMark

_LONGEST: Final = 64
_GROUP: Final = 3

_PLAIN = re.compile(r"-?\d+(?:\.(\d+))?", re.ASCII)
_NUMBER = re.compile(
    r"(?P<sign>[+\-\u2212]?)\s*(?P<body>\d[\d., '\u2019\u00a0\u2007\u2009\u202f]*|[.,]\d+)"
    r"(?P<exponent>[eE][+-]?\d{1,2})?",
    re.ASCII,
)
_ALIKE = str.maketrans({"\u2019": "'", **dict.fromkeys("\u00a0\u2007\u2009\u202f", " ")})

_ABSENT = frozenset(
    {
        *("", "-", "--", "---", "----", "\u2013", "\u2014", "n/a", "na", "n.a.", "nan", "-nan"),
        *("null", "none", "nil", "xxx", "x x x", "not supported", "notsupported", "not-support"),
        *("not-supported", "unsupported", "not available", "unavailable", "unknown", "?", "???"),
        *("inf", "-inf", "error", "err", "overflow", "loading", "loading...", "loading\u2026"),
        *("-.-", "-.--", "--.-", "--.--", "---.-", "...", "\u2026", "*", "**", "***", "****"),
    }
)

_SENTINELS = frozenset(
    Decimal(value)
    for value in (
        *(-1, 32767, 32768, -32768, 65535, 2**31 - 1, 2**31, -(2**31), 2**32 - 1),
        *(2**63 - 1, -(2**63), 2**64 - 1),
    )
)


def parse_number(text: str, decimal_mark: DecimalMark = "auto") -> Decimal | None:
    """Return the number a text says, with the decimals it was printed with.

    ``None`` when the text says that there is no value ("n/a", "---", ""): a missing number is not
    zero. NotANumberError when it says something else; AmbiguousNumberError when ``auto`` cannot
    tell a decimal mark from a thousands mark.

    >>> parse_number("1.234.567,80")
    Decimal('1234567.80')
    """
    plain = _PLAIN.fullmatch(text)
    if plain is not None and len(text) <= _LONGEST and _is_decided(plain, decimal_mark):
        return Decimal(text)
    stripped = text.strip()
    if is_absent(stripped):
        return None
    match = _NUMBER.fullmatch(stripped)
    if match is None or len(stripped) > _LONGEST:
        raise _not_a_number(text)
    whole, fraction = _split(match["body"].translate(_ALIKE).rstrip(), decimal_mark, text)
    sign = "-" if match["sign"] in ("-", "\u2212") else ""
    dot = "." if fraction else ""
    return Decimal(f"{sign}{whole or '0'}{dot}{fraction}{match['exponent'] or ''}")


def parse_pointed(text: str) -> Decimal | None:
    """Return the number that a file or command says, where the decimal mark is a point.

    InvalidInputError for a comma without a point: "1,234" in a file with decimal commas is a
    thousandth of what it is in one with points.

    >>> parse_pointed("1,234.5"), parse_pointed("n/a")
    (Decimal('1234.5'), None)
    """
    if "," in text and "." not in text:
        raise InvalidInputError(
            f"'{text}' has a comma; write a decimal point, and nothing between thousands."
        )
    return parse_number(text, ".")


def is_absent(text: str) -> bool:
    """Tell whether a text is one that devices show where they have nothing to say.

    >>> is_absent(" N/A "), is_absent("5A00012")
    (True, False)
    """
    return text.strip().casefold() in _ABSENT


def is_sentinel(value: Decimal) -> bool:
    """Tell whether a register's value is one that devices show for "no value".

    Only of whole numbers as printed: 65535 is suspect, 65535.0 was counted.
    """
    return value.as_tuple().exponent == 0 and value in _SENTINELS


def _is_decided(plain: "re.Match[str]", decimal_mark: DecimalMark) -> bool:
    fraction = plain[1]
    if fraction is None or decimal_mark == ".":
        return True
    return decimal_mark == "auto" and len(fraction) != _GROUP


def _split(body: str, decimal_mark: DecimalMark, text: str) -> tuple[str, str]:
    """Return the digits before and after the decimal mark."""
    mark = _mark_of(body, text) if decimal_mark == "auto" else decimal_mark
    whole, _, fraction = body.partition(mark) if mark else (body, "", "")
    if fraction and not fraction.isdigit():
        raise _not_a_number(text)
    return _ungrouped(whole, mark, text), fraction


def _mark_of(body: str, text: str) -> str:
    """Return the decimal mark that the form of a number shows; "" when it has none."""
    marks = [character for character in body if character in ".,"]
    if not marks:
        return ""
    last = marks[-1]
    if marks.count(last) > 1:
        return ""
    head, _, tail = body.rpartition(last)
    if len(marks) > 1 or len(tail) != _GROUP or not _may_lead_a_group(head):
        return last
    digits = head + tail
    raise AmbiguousNumberError(
        f"'{text.strip()}' may mean {head}.{tail} or {digits}; set 'decimal' to \".\" or \",\"."
    )


def _may_lead_a_group(head: str) -> bool:
    """Tell whether thousands could follow: "12" may lead "12,345"; "1 234", "0" and "" may not."""
    return head.isdigit() and len(head) <= _GROUP and not head.startswith("0")


def _ungrouped(whole: str, mark: str, text: str) -> str:
    """Return digits without thousands marks, which must be alike and stand at every third."""
    separators = {character for character in whole if not character.isdigit()}
    if not separators:
        return whole
    first, *groups = re.split(r"\D", whole)
    regular = 0 < len(first) <= _GROUP and all(len(group) == _GROUP for group in groups)
    if len(separators) > 1 or mark in separators or not regular:
        raise _not_a_number(text)
    return first + "".join(groups)


def _not_a_number(text: str) -> NotANumberError:
    shown = text.strip()[:_LONGEST]
    return NotANumberError(f"'{shown}' is not a number.")
