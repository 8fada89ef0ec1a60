"""The numbers of an XML document: in elements and in attributes."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import Any

from lxml import etree

from wattledger.collect.find.reading_text import told_in
from wattledger.collect.find.spot import Deadline, Spot, cut
from wattledger.collect.find.tokens import decimal_mark, tokens_in
from wattledger.collect.place import Place
from wattledger.collect.select import View, place_of_element
from wattledger.collect.surroundings import squeeze
from wattledger.domain.figure import Figure, unit_of_key
from wattledger.domain.recipe import DecimalMark
from wattledger.domain.unit import spelled

_NAMING = ("key", "name", "id", "label", "niceName", "type", "Type", "Name", "ID", "Key", "oid")
_TITLES = ("name", "label", "title")
_UNITS = ("unit", "Unit", "units", "Units", "uom")
_LONGEST_TEXT = 60
_MOST = 20_000
_UP = 3
_MOST_SIBLINGS = 1_000


def xml_spots(view: View, deadline: Deadline) -> Iterator[Spot]:
    """Yield the numbers of a document, until the time is up."""
    if view.root is None:
        return
    mark = _mark(view.root)
    for count, element in enumerate(view.root.iter(etree.Element)):
        if count == _MOST or deadline.is_over:
            return
        yield from _in_element(element, mark)
        for name, value in element.attrib.items():
            yield from _in_attribute(element, str(name), str(value), mark)


def _mark(root: Any) -> DecimalMark:  # noqa: ANN401 - lxml's element
    """Return the decimal mark of a document, which is a point unless its numbers say otherwise."""
    texts: list[str] = []
    for count, element in enumerate(root.iter(etree.Element)):
        if count == _MOST:
            break
        for text in (element.text or "", *map(str, element.attrib.values())):
            if len(text) <= _LONGEST_TEXT:
                texts.extend(token.text for token in tokens_in(text))
    found = decimal_mark(texts)
    return "." if found == "auto" else found


def _in_element(element: Any, mark: DecimalMark) -> Iterator[Spot]:  # noqa: ANN401 - lxml's
    if len(element) or len(element.text or "") > _LONGEST_TEXT:
        return
    words, beside = _words(element), _unit_beside(element)
    yield from _spots(place_of_element(element), partial(_selectors, element), words, beside, mark)


def _in_attribute(
    element: Any,  # noqa: ANN401 - lxml's element
    name: str,
    value: str,
    mark: DecimalMark,
) -> Iterator[Spot]:
    if name in _NAMING or name.startswith("{") or len(value) > _LONGEST_TEXT:
        return
    around = place_of_element(element)
    place = Place(squeeze(value), around.behind, around.labels)
    words, beside = f"{_words(element)}.{name}", _unit_beside(element)
    yield from _spots(place, partial(_selectors, element, f"@{name}"), words, beside, mark)


def _spots(
    place: Place,
    selectors: Callable[[], Iterator[str]],
    words: str,
    beside: str | None,
    mark: DecimalMark,
) -> Iterator[Spot]:
    for told in told_in(place, mark):
        declared = None if told.unit else beside or unit_of_key(words)
        unit = told.unit or declared
        yield Spot(
            figure=Figure(
                told.value.number, label=cut(words), unit=unit, leaf=words.rpartition(".")[2]
            ),
            text=cut(" ".join(filter(None, (told.token.text, unit)))),
            selectors=selectors,
            pattern=told.pattern,
            decimal=told.decimal,
            declared_unit=declared,
        )


def _unit_beside(element: Any) -> str | None:  # noqa: ANN401 - lxml's element
    """Return the unit that an attribute of the element or of its parent names."""
    for place in (element, element.getparent()):
        if place is not None:
            named = (place.get(name) for name in _UNITS)
            unit = next((unit for text in named if text and (unit := spelled(text))), None)
            if unit is not None:
                return unit
    return None


def _words(element: Any) -> str:  # noqa: ANN401 - lxml's element
    """Return what an element and those around it are called, outermost first."""
    parts: list[str] = []
    place = element
    for _ in range(_UP):
        if place is None or place.getparent() is None:
            break
        naming = " ".join(place.get(name) for name in _NAMING if place.get(name))
        parts.append(naming or _tag(place))
        place = place.getparent()
    told = next(filter(None, (_sibling(element, name) for name in _TITLES)), "")
    return ".".join(filter(None, (told, *reversed(parts)))) or _tag(element)


def _sibling(element: Any, name: str) -> str:  # noqa: ANN401 - lxml's element
    parent = element.getparent()
    named = None if parent is None else parent.find(name)
    return "" if named is None or named is element else squeeze(named.text or "")[:_LONGEST_TEXT]


def _tag(element: Any) -> str:  # noqa: ANN401 - lxml's element
    return str(etree.QName(element).localname)


def _selectors(element: Any, attribute: str = "") -> Iterator[str]:  # noqa: ANN401 - lxml's
    """Yield XPaths of an element: by names that are given, by tags, by its place."""
    ways = _down_to(element)
    for path in (*_by_attribute(element), *_by_title(element)):
        yield f"xpath:{path}{attribute}"
    yield f"xpath://{_step(element)}{attribute}"
    yield f"xpath:/{'/'.join(map(_step, ways))}{attribute}"
    numbers = [_number(each) for each in ways]
    if None not in numbers:
        path = "/".join(
            f"{_step(each)}[{number}]" for each, number in zip(ways, numbers, strict=True)
        )
        yield f"xpath:/{path}{attribute}"


def _by_attribute(element: Any) -> Iterator[str]:  # noqa: ANN401 - lxml's element
    below = ""
    place = element
    for _ in range(_UP):
        if place is None:
            return
        for name in _NAMING:
            value = place.get(name)
            if value and "'" not in value and len(value) <= _LONGEST_TEXT:
                yield f"//{_step(place)}[@{name}='{value}']{below}"
        below = f"/{_step(place)}{below}"
        place = place.getparent()


def _by_title(element: Any) -> Iterator[str]:  # noqa: ANN401 - lxml's element
    """Yield the way by what an element beside it says that both are called."""
    parent = element.getparent()
    for name in _TITLES:
        title = _sibling(element, name)
        if parent is not None and title and "'" not in title:
            named = f"[normalize-space({name})='{title}']"
            yield f"//{_step(parent)}{named}/{_step(element)}"


def _down_to(element: Any) -> list[Any]:  # noqa: ANN401 - lxml's elements
    return [*reversed(list(element.iterancestors())), element]


def _step(element: Any) -> str:  # noqa: ANN401 - lxml's element
    name = etree.QName(element)
    return f"*[local-name()='{name.localname}']" if name.namespace else str(name.localname)


def _number(element: Any) -> int | None:  # noqa: ANN401 - lxml's element
    """Return an element's number among its like; None where they are too many to count."""
    before = element.itersiblings(element.tag, preceding=True)
    count = sum(1 for _ in islice(before, _MOST_SIBLINGS))
    return None if count == _MOST_SIBLINGS else count + 1
