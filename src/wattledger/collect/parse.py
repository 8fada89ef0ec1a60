"""The one door from HTML to a tree: what would take minutes to parse is refused before.

The time of parsers grows with the square of the depth of a page, and of the attributes of an
element: 2 MB of nothing but ``<div>`` take them minutes, in which this process would do nothing
else.
"""

import re

from selectolax.lexbor import LexborHTMLParser

from wattledger.collect.errors import AttemptError
from wattledger.domain.outcome import Outcome

DEEPEST = 5_000
MOST_ATTRIBUTES = 5_000
_FEW_TAGS = 3 * DEEPEST
"""So few tags are parsed in no time however they are nested: most pages are not looked at."""
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_WHOLE_TAG = re.compile(r"<[a-zA-Z](?:[^>=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+')|=)*+")
_ATTRIBUTE = re.compile(r"[^\s/>=]++(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>]++))?")
# They close themselves, or each other.
_FLAT = frozenset(
    {
        *("area", "base", "br", "col", "dd", "dt", "embed", "frame", "hr", "img", "input", "li"),
        *("link", "meta", "option", "p", "param", "source", "tbody", "td", "tfoot", "th", "thead"),
        *("tr", "track", "wbr"),
    }
)


def parse_html(text: str) -> LexborHTMLParser:
    """Return the tree of a page; AttemptError ``too_large`` as of ``refuse_monstrous``."""
    refuse_monstrous(text)
    return LexborHTMLParser(text)


def refuse_monstrous(text: str) -> None:
    """Raise AttemptError ``too_large`` for markup that is nested too deep or has too many names."""
    if text.count("<") > _FEW_TAGS and _is_too_deep(text):
        raise _too_large(f"nests more than {DEEPEST:,} elements in each other")
    if len(text) > MOST_ATTRIBUTES and _has_too_many_attributes(text):
        raise _too_large(f"has an element with more than {MOST_ATTRIBUTES:,} attributes")


def _is_too_deep(text: str) -> bool:
    """Tell whether too many elements stand in each other, by their tags alone."""
    depth = 0
    for tag in _TAG.finditer(text):
        if tag[2].lower() not in _FLAT:
            depth = max(0, depth - 1) if tag[1] else depth + 1
            if depth > DEEPEST:
                return True
    return False


def _has_too_many_attributes(text: str) -> bool:
    # The shortest attribute is a letter and a space.
    long = (tag[0] for tag in _WHOLE_TAG.finditer(text) if len(tag[0]) > 2 * MOST_ATTRIBUTES)
    return any(len(_ATTRIBUTE.findall(tag)) > MOST_ATTRIBUTES for tag in long)


def _too_large(what: str) -> AttemptError:
    return AttemptError(
        Outcome.TOO_LARGE,
        f"The page {what}, as no meter's page does; read another page of the device.",
    )
