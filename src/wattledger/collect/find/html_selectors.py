"""Selectors for an element of an HTML page, those that last longest first.

An id or another name that people gave; then the words beside the number; then its place among its
neighbours; last what a program numbers anew at each start.
"""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from wattledger.collect.find.html_words import is_words, row_title
from wattledger.collect.surroundings import cells

_NAME = re.compile(r"-?[A-Za-z_][A-Za-z0-9_-]*")
_GENERATED = re.compile(
    r"[0-9]{3}|[0-9a-f]{8}|^(?:ember|ext-|yui|gwt|uid|react|mui|radix|jqg|dojo|ng-|css-|sc-|:r)"
    r"|^_|__[A-Za-z0-9]{4,}$"
)
_STATE = frozenset(
    {"active", "odd", "even", "selected", "hover", "ok", "warning", "critical", "alarm", "normal"}
)
_TIED = ("name", "itemprop", "headers")
_UP = 4
_MOST_SIBLINGS = 1_000
"""Counting the neighbours costs the parser the square of their number."""
_MOST_STEPS = 40
_LONGEST_LABEL = 80


def selectors_of(node: LexborNode, label: str, *, with_label: bool) -> Iterator[str]:
    """Yield selectors that find the element, and perhaps others as well."""
    yield from _by_names(node)
    yield from _by_names_around(node)
    if with_label and is_words(label) and len(label) <= _LONGEST_LABEL:
        yield f"text:{label}"
    if with_label:
        yield from _by_row(node)
    path = _path(node)
    if path is not None:
        yield path
    identity = node.attributes.get("id")
    if identity and is_generated(identity):
        yield _by_attribute("", "id", identity)


def is_generated(name: str) -> bool:
    """Tell whether a name looks as if a program had made it up.

    >>> is_generated("ember1042"), is_generated("total-kwh"), is_generated("L1")
    (True, False, False)
    """
    return _GENERATED.search(name) is not None


def _by_names(node: LexborNode) -> Iterator[str]:
    """Yield selectors by what an element itself is called."""
    attributes, tag = node.attributes, node.tag or "*"
    identity = attributes.get("id")
    if identity and not is_generated(identity):
        yield f"#{identity}" if _NAME.fullmatch(identity) else _by_attribute("", "id", identity)
    tied = [name for name in attributes if name in _TIED or name.startswith("data-")]
    for name in tied:
        value = attributes[name]
        if value and len(value) <= _LONGEST_LABEL and not is_generated(value):
            yield _by_attribute(tag, name, value)
    lasting = _classes(node)
    for name in lasting:
        yield f".{name}"
        yield f"{tag}.{name}"
    if len(lasting) > 1:
        yield "".join(f".{name}" for name in lasting)


def _by_names_around(node: LexborNode) -> Iterator[str]:
    """Yield selectors by what the elements around it are called, and what it is in there."""
    tag = node.tag or "*"
    own = [f".{name}" for name in _classes(node)[:2]] or [tag]
    around = node.parent
    for _ in range(_UP):
        if around is None or around.tag in ("body", "html"):
            return
        for anchor in _anchors(around):
            for last in own:
                yield f"{anchor} {last}"
        around = around.parent


def _anchors(node: LexborNode) -> Iterator[str]:
    identity = node.attributes.get("id")
    if identity and not is_generated(identity) and _NAME.fullmatch(identity):
        yield f"#{identity}"
    for name in _classes(node)[:2]:
        yield f"{node.tag}.{name}"


def _classes(node: LexborNode) -> list[str]:
    named = (node.attributes.get("class") or "").split()
    return [
        name
        for name in named
        if _NAME.fullmatch(name) and not is_generated(name) and name.lower() not in _STATE
    ][:4]


def _by_row(node: LexborNode) -> Iterator[str]:
    """Yield a cell by what the first cell of its row says, and its column."""
    row, title = node.parent, row_title(node)
    if node.tag not in ("td", "th") or row is None or not title or "'" in title:
        return
    if len(title) <= _LONGEST_LABEL:
        column = next(place for place, each in enumerate(cells(row), 1) if each == node)
        yield f"xpath://tr[*[1][normalize-space()='{title}']]/*[{column}]"


def _by_attribute(tag: str, name: str, value: str) -> str:
    quoted = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'{tag}[{name}="{quoted}"]'


def _path(node: LexborNode) -> str | None:
    """Return the way to an element by places, from an id near it or from the body."""
    steps: list[str] = []
    place: LexborNode | None = node
    while place is not None and place.tag != "body":
        identity = place.attributes.get("id")
        anchored = identity and _NAME.fullmatch(identity) and not is_generated(identity)
        if steps and anchored:
            return " > ".join([f"#{identity}", *reversed(steps)])
        step = _step(place)
        if step is None or len(steps) == _MOST_STEPS:
            return None
        steps.append(step)
        place = place.parent
    return None if place is None else " > ".join(["body", *reversed(steps)])


def _step(place: LexborNode) -> str | None:
    """Return an element by its number among its like; None where they are too many."""
    tag = place.tag
    if tag is None or not _NAME.fullmatch(tag):
        return None
    before = _count(place, tag, forwards=False)
    behind = _count(place, tag, forwards=True)
    if before + behind >= _MOST_SIBLINGS:
        return None
    return f"{tag}:nth-of-type({before + 1})" if before or behind else tag


def _count(place: LexborNode, tag: str, *, forwards: bool) -> int:
    count = seen = 0
    sibling = place.next if forwards else place.prev
    while sibling is not None and seen < 2 * _MOST_SIBLINGS:
        count += sibling.tag == tag
        seen += 1
        sibling = sibling.next if forwards else sibling.prev
    return count if seen < 2 * _MOST_SIBLINGS else _MOST_SIBLINGS
