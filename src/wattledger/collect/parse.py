"""The one door from HTML to a tree: what is nested beyond reason is refused before it is parsed.

The parser's time grows with the square of the depth: 2 MB of nothing but ``<div>`` take it minutes,
in which this process would do nothing else.
"""

import re

from selectolax.lexbor import LexborHTMLParser

from wattledger.collect.errors import AttemptError
from wattledger.domain.outcome import Outcome

DEEPEST = 5_000
_FEW_TAGS = 3 * DEEPEST
"""So few tags are parsed in no time however they are nested: most pages are not looked at."""
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
# They close themselves, or each other.
_FLAT = frozenset(
    "area base br col dd dt embed frame hr img input li link meta option p param source td tbody tfoot th "
    "thead tr track wbr".split()
)


def parse_html(text: str) -> LexborHTMLParser:
    """Return the tree of a page; AttemptError ``too_large`` where its tags are nested too deep."""
    if text.count("<") > _FEW_TAGS and _is_too_deep(text):
        raise AttemptError(
            Outcome.TOO_LARGE,
            f"The page nests more than {DEEPEST:,} elements in each other, as no meter's page "
            "does; read another page of the device.",
        )
    return LexborHTMLParser(text)


def _is_too_deep(text: str) -> bool:
    """Tell whether too many elements stand in each other, by their tags alone."""
    depth = 0
    for tag in _TAG.finditer(text):
        if tag[2].lower() not in _FLAT:
            depth = max(0, depth - 1) if tag[1] else depth + 1
            if depth > DEEPEST:
                return True
    return False
