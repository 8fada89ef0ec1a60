"""The texts around an element of an HTML page."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

_SPACES = re.compile(r"\s+")
_ALONE = 3
"""How far up to look while an element is all its parent says."""

_CELLS = ("td", "th")


def text_of(node: LexborNode) -> str:
    """Return an element's text in one line."""
    return squeeze(node.text(deep=True, separator=" "))


def squeeze(text: str) -> str:
    """Return a text with each run of white space as one space."""
    return _SPACES.sub(" ", text).strip()


def behind(node: LexborNode) -> str:
    """Return the text that follows an element: of its neighbours, else of its parent's."""
    for place in _alone(node):
        sibling = place.next
        while sibling is not None:
            words = text_of(sibling)
            if words:
                return words
            sibling = sibling.next
    return ""


def labels(node: LexborNode) -> tuple[str, ...]:
    """Return the texts that stand before an element and above its cell.

    What stands behind a number there comes with the number: a unit may be the number's.
    """
    found: list[str] = []
    for place in _alone(node):
        sibling, words = _saying(place.prev)
        if sibling is not None:
            before = _saying(sibling.prev)[1]
            found.append(f"{before} {words}" if before[-1:].isdigit() else words)
            break
    found.extend(filter(None, (header_of(node),)))
    return tuple(found)


def _saying(node: LexborNode | None) -> tuple[LexborNode | None, str]:
    """Return an element, else the last before it, that says anything, with what it says."""
    while node is not None:
        words = text_of(node)
        if words:
            return node, words
        node = node.prev
    return None, ""


def _alone(node: LexborNode) -> Iterator[LexborNode]:
    """Yield an element and its parents while they say nothing but it."""
    words = text_of(node)
    place: LexborNode | None = node
    for _ in range(_ALONE):
        if place is None or text_of(place) != words or place.tag in ("body", "html"):
            return
        yield place
        place = place.parent


def cell_of(node: LexborNode) -> LexborNode | None:
    """Return the table cell an element is or lies in."""
    place: LexborNode | None = node
    while place is not None and place.tag not in _CELLS:
        place = place.parent
    return place


def cells(row: LexborNode) -> list[LexborNode]:
    """Return the cells of a table row."""
    return [child for child in row.iter() if child.tag in _CELLS]


def header_of(node: LexborNode) -> str:
    """Return the header above an element's cell, the cell of its column in the first row; or ""."""
    cell = cell_of(node)
    row = cell.parent if cell is not None else None
    table = row
    while table is not None and table.tag != "table":
        table = table.parent
    if cell is None or row is None or table is None:
        return ""
    first = table.css_first("tr")
    column = next((i for i, other in enumerate(cells(row)) if other == cell), None)
    if first is not None and first != row and column is not None:
        headers = cells(first)
        if column < len(headers):
            return text_of(headers[column])
    return ""
