"""The numbers in a line of text, and the patterns that take them out of it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from wattledger.domain.errors import InvalidInputError
from wattledger.domain.number import parse_number
from wattledger.domain.recipe import DecimalMark
from wattledger.domain.unit import find_unit

_TOKEN = re.compile(
    r"(?<![\w.,:/'\u2019\u2212-])[+\-\u2212]?"
    r"(?:[0-9]{1,3}(?:[ '\u2019][0-9]{3})+(?:[.,][0-9]+)?(?![0-9])"
    r"|[0-9](?:[0-9.,'\u2019]{0,40}[0-9])?)"
)
_GOES_ON = re.compile(r"\s?[.,][0-9]|[:/-][0-9]|[_'\u2019.]\w")
_ADDRESS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")
_LEADING_UNIT = re.compile(r"^\s*[\[(]?\s*[A-Za-z%\u00b0][A-Za-z\u00b7*/-]{0,6}[\])]?")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_DECIMALS = re.compile(r"[0-9]([.,])([0-9]+)$")
_GROUP = 3
_LONGEST_LEAD = 30
_MOST = 200


@dataclass(frozen=True, slots=True)
class Token:
    """A number in a text: ``before`` are the words since the number before it."""

    text: str
    start: int
    end: int
    before: str
    after: str


def tokens_in(text: str) -> Iterator[Token]:
    """Yield the numbers of a text: no parts of names, dates, times, versions or addresses."""
    last = 0
    for count, found in enumerate(_TOKEN.finditer(text)):
        if count == _MOST:
            return
        start, end = found.span()
        before, after = text[last:start], text[end:]
        if last and find_unit(before) is not None:
            before = _LEADING_UNIT.sub("", before)
        last = end
        if not _is_part(found[0], after):
            yield Token(found[0], start, end, before.strip(" :=|,;\u2013-"), after)


def patterns_for(text: str, token: Token) -> Iterator[str | None]:
    """Yield what may take the number out of its text: nothing, where it is all but its unit."""
    yield None
    taken = _class_for(token.text)
    alone = sum(1 for _ in _TOKEN.finditer(text)) == 1
    if alone:
        yield taken
    lead = _lead(text[: token.start])
    if lead:
        yield f"{lead}{taken}"
    unit = re.match(r"\s*([A-Za-z]{1,5})(?![A-Za-z0-9])", token.after)
    if unit is not None and find_unit(token.after) is not None:
        yield rf"{taken}\s*{unit[1]}\b"


def decimal_mark(texts: Iterable[str]) -> DecimalMark:
    """Return the decimal mark that numbers of one page show; ``auto`` where they differ.

    >>> decimal_mark(["230,4", "1.234"]), decimal_mark(["3472"])
    (',', 'auto')
    """
    marks = {mark for text in texts if (mark := _mark(text))}
    if marks == {"."}:
        return "."
    return "," if marks == {","} else "auto"


def _mark(text: str) -> str | None:
    found = _DECIMALS.search(text)
    if found is None:
        return None
    mark, fraction = found.groups()
    if text.count(mark) > 1:
        return {".": ",", ",": "."}[mark]
    if len(fraction) == _GROUP and parses_twice(text):
        return None
    return mark


def parses_twice(text: str) -> bool:
    """Tell whether a text may mean two numbers."""
    try:
        return parse_number(text, ".") != parse_number(text, ",")
    except InvalidInputError:
        return False


def _is_part(token: str, after: str) -> bool:
    """Tell whether a number is only a piece of something: a date, an address, a name."""
    if _GOES_ON.match(after) or _ADDRESS.fullmatch(token):
        return True
    return after[:1].isalpha() and find_unit(after) is None


def _class_for(token: str) -> str:
    sign = "[-\u2212]?" if token[0] in "-\u2212" else ""
    if " " in token:
        return f"({sign}[0-9][0-9 .,]*[0-9])"
    if "'" in token or "\u2019" in token:
        return f"({sign}[0-9.,'\u2019]+)"
    return f"({sign}[0-9.,]+)"


def _lead(before: str) -> str:
    """Return a pattern of the words before a number, from a word's beginning."""
    words = before[-_LONGEST_LEAD:]
    if len(before) > _LONGEST_LEAD:
        words = words.partition(" ")[2]
    since_number = re.split(r"[0-9]", words)[-1]
    if since_number != words and find_unit(since_number) is not None:
        since_number = _LEADING_UNIT.sub("", since_number)
    start = _LETTERS.search(since_number)
    if start is None:
        return ""
    lead = since_number[start.start() :]
    return r"\s+".join(re.escape(word) for word in lead.split()) + r"\s*"
