"""What stands around a number of an HTML page: its label, its names, its heading."""

import re

from selectolax.lexbor import LexborNode

from wattledger.collect.find.spot import cut
from wattledger.collect.surroundings import cell_of, cells, text_of
from wattledger.domain.unit import spelled

_WORD = re.compile(r"[^\W\d_]{2,}")
_VALUE = re.compile(r"\s*[+\-\u2212]?[0-9][0-9.,'\u2019 ]*\s*[^\W\d_/%\u00b0\u00b7]{0,5}\s*")
_MEASURED = re.compile(r"[0-9]\s?([A-Za-z]{1,5})(?![A-Za-z0-9])")
_ROW_NUMBER = re.compile(r"[0-9]{1,3}")
_ROOTS = frozenset({"body", "html", "table", "form", "frameset"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "caption", "legend"})
_SILENT = frozenset({"script", "style", "noscript", "-comment", "!--", "_comment"})
_NEAR = 12
"""How many neighbours are looked at on each level."""
_UP = 4
_UP_TO_HEADING = 8
_ROWS_UP = 25


def label_of(node: LexborNode) -> str:
    """Return the words people read beside an element; "" for none."""
    told = _told_label(node) or _words_before(node) or _words_behind(node) or row_title(node)
    return cut(told.strip(" :=\u2013-"))


def row_title(node: LexborNode) -> str:
    """Return what the first cell of an element's row says, where that names the row; or ""."""
    cell = cell_of(node)
    row = None if cell is None else cell.parent
    first = next(iter(cells(row)), None) if row is not None else None
    title = "" if first is None or first == cell else text_of(first)
    return title if is_words(title) or _ROW_NUMBER.fullmatch(title) else ""


def names_of(node: LexborNode) -> str:
    """Return the ids, names and classes of an element and of that around it."""
    found = [_names(node)]
    if node.parent is not None and node.parent.tag not in _ROOTS:
        found.append(_names(node.parent))
    return " ".join(filter(None, found))[:200]


def heading_of(node: LexborNode) -> str:
    """Return the heading an element stands under: of its rows, its table or its section."""
    place: LexborNode | None = node
    for _ in range(_UP_TO_HEADING):
        if place is None or place.tag in ("body", "html"):
            return ""
        found = _heading_before(place)
        if found:
            return cut(found)
        place = place.parent
    return ""


def is_words(text: str) -> bool:
    """Tell whether a text is a label: words, and not a number with its unit, nor a unit alone.

    >>> is_words("Total energy"), is_words("250 W"), is_words("kWh"), is_words("Outlet 1")
    (True, False, False, True)
    """
    if _WORD.search(text) is None or _VALUE.fullmatch(text[:60]) is not None:
        return False
    if any(spelled(unit[1]) for unit in _MEASURED.finditer(text[:200])):
        return False  # another number with a label of its own
    return spelled(text.strip("()[] ")) is None


def _told_label(node: LexborNode) -> str:
    """Return the label that the page itself ties to an element."""
    attributes = node.attributes
    identity = attributes.get("id")
    root = _root(node)
    if node.tag == "input" and identity and root is not None and '"' not in identity:
        label = root.css_first(f'label[for="{identity}"]')
        if label is not None:
            return text_of(label)
    return attributes.get("aria-label") or attributes.get("title") or ""


def _root(node: LexborNode) -> LexborNode | None:
    place: LexborNode | None = node
    while place is not None and place.tag != "body":
        place = place.parent
    return place


def _words_before(node: LexborNode) -> str:
    place: LexborNode | None = node
    for _ in range(_UP):
        if place is None or place.tag in _ROOTS or place.tag == "tr":
            return ""
        sibling = place.prev
        for _near in range(_NEAR):
            if sibling is None:
                break
            if sibling.tag not in _SILENT and is_words(words := text_of(sibling)):
                return words[-120:]
            sibling = sibling.prev
        place = place.parent
    return ""


def _words_behind(node: LexborNode) -> str:
    place: LexborNode | None = node
    for _ in range(2):
        if place is None or place.tag in _ROOTS or place.tag == "tr":
            return ""
        sibling = place.next
        for _near in range(_NEAR):
            if sibling is None:
                break
            if sibling.tag not in _SILENT and is_words(words := text_of(sibling)):
                return words[:120]
            sibling = sibling.next
        place = place.parent
    return ""


def _names(node: LexborNode) -> str:
    attributes = node.attributes
    wanted = (name for name in attributes if name in ("id", "name", "class", "itemprop"))
    tied = (name for name in attributes if name.startswith("data-"))
    return " ".join(attributes[name] or "" for name in (*wanted, *tied))


def _heading_before(place: LexborNode) -> str:
    sibling, limit = place.prev, _ROWS_UP if place.tag == "tr" else _NEAR
    for _ in range(limit):
        if sibling is None:
            return ""
        if sibling.tag in _HEADINGS:
            return text_of(sibling)
        if sibling.tag == "tr" and len(alone := cells(sibling)) == 1:
            words = text_of(alone[0])
            if is_words(words):
                return words
        sibling = sibling.prev
    return ""
