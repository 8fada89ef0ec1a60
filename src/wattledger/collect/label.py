"""A value by its label: the number beside or under the words people read (SOURCES 2)."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from wattledger.collect.place import Place
from wattledger.collect.surroundings import behind, cell_of, cells, labels, text_of

_DIGIT = re.compile(r"\d")
_LEAD = re.compile(r"[ :=\u2013]*(?:-(?!\d)[ :=\u2013]*)?")
"""What stands between a label and its value; a dash that touches a digit is a sign."""
_SKIPPED = ("script", "style", "noscript", "title", "option")
_UP = 3


def beside_label(tree: LexborHTMLParser, label: str) -> Iterator[Place]:
    """Yield what stands beside or under each place that says ``label``.

    A label is the innermost element whose text has the words, whatever their case; its value is
    the rest of that text, else what follows it, else the cell under it.
    """
    words = " ".join(label.split()).casefold()
    if tree.body is None or not words:
        return
    for node in tree.body.traverse():
        text = text_of(node)
        at = text.casefold().find(words)
        if at >= 0 and node.tag not in _SKIPPED and _is_innermost(node, words):
            value = _value(node, text[at + len(words) :])
            if value is not None:
                yield value


def _is_innermost(node: LexborNode, words: str) -> bool:
    return all(words not in text_of(child).casefold() for child in node.iter())


def _value(node: LexborNode, rest: str) -> Place | None:
    """Return the value of the label in ``node``, behind which the element says ``rest``."""
    label = text_of(node)
    if _DIGIT.search(rest):
        return Place(_LEAD.sub("", rest, count=1), behind(node), (label, *labels(node)))
    following = _following(node)
    if following is not None and _DIGIT.search(text_of(following)):
        return Place(text_of(following), behind(following), (label,))
    under = _under(node)
    if under is not None:
        return Place(text_of(under), behind(under), (label,))
    if following is not None:
        return Place(text_of(following), behind(following), (label,))
    return None


def _following(node: LexborNode) -> LexborNode | None:
    """Return what follows a label: its next neighbour that says anything, else its parent's."""
    place: LexborNode | None = node
    for _ in range(_UP):
        if place is None or place.tag in ("tr", "table", "body"):
            return None
        sibling = place.next
        while sibling is not None and not text_of(sibling):
            sibling = sibling.next
        if sibling is not None:
            return sibling
        place = place.parent
    return None


def _under(node: LexborNode) -> LexborNode | None:
    """Return the cell under a label's cell, in the next row."""
    cell = cell_of(node)
    row = cell.parent if cell is not None else None
    if cell is None or row is None:
        return None
    below = row.next
    while below is not None and below.tag != "tr":
        below = below.next
    column = next((i for i, other in enumerate(cells(row)) if other == cell), 0)
    row_below = [] if below is None else cells(below)
    return row_below[column] if column < len(row_below) else None
