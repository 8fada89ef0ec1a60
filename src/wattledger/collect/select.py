"""Selectors of recipes over what a device answered (SOURCES 2).

CSS by lexbor, ``xpath:`` by lxml, ``json:`` by RFC 9535, ``text:`` anchored at a label; ``@attr``
at the end of the first two takes an attribute. The page is searched first, then its frames.
"""

import json
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cached_property
from itertools import islice
from typing import Any

import jsonpath
from jsonpath import JSONPathError
from lxml import etree, html
from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from wattledger.collect.attempt import Document
from wattledger.collect.errors import AttemptError
from wattledger.collect.label import beside_label
from wattledger.collect.parse import parse_html, refuse_monstrous
from wattledger.collect.place import Place
from wattledger.collect.surroundings import behind, labels, squeeze, text_of
from wattledger.domain.outcome import Outcome

_ATTRIBUTE = re.compile(r"(?P<path>.*[^@/])@(?P<name>[A-Za-z_][\w:.-]*)", re.DOTALL)


class View:
    """A document in the forms selectors need, each made once and only when asked for."""

    def __init__(self, document: Document) -> None:
        self._document = document
        start = document.text[:200].lstrip("\ufeff \t\r\n")
        self.is_json = start.startswith(("{", "[")) or "json" in document.content_type
        self.is_xml = not self.is_json and (
            start.startswith("<?xml") or document.content_type.split(";")[0].endswith("/xml")
        )

    @cached_property
    def tree(self) -> LexborHTMLParser:
        """Return the document as HTML; XML as well, so that CSS finds its elements by name."""
        if self.is_xml and self.root is not None:
            # As HTML every element is closed by its name: <a/> would swallow what follows.
            return parse_html(etree.tostring(self.root, method="html", encoding="unicode"))
        return parse_html(self._document.text)

    @cached_property
    def root(self) -> Any:  # noqa: ANN401 - lxml's element, of XML or HTML
        """Return the root element for XPath; ``None`` when there is nothing to parse."""
        refuse_monstrous(self._document.text)
        raw = self._document.text.encode()
        parser = (
            etree.XMLParser(resolve_entities=False, no_network=True, recover=True, encoding="utf-8")
            if self.is_xml
            else html.HTMLParser(no_network=True, encoding="utf-8")
        )
        try:
            return etree.fromstring(raw, parser)
        except etree.ParserError:
            return None
        except etree.XMLSyntaxError:
            return None

    @cached_property
    def values(self) -> Any:  # noqa: ANN401 - whatever the JSON holds
        """Return the JSON with its numbers as printed; ``None`` when it is none."""
        try:
            return json.loads(self._document.text, parse_float=Decimal)
        except (ValueError, RecursionError):
            return None


def find(views: Sequence[View], selector: str, most: int | None = None) -> list[Place]:
    """Return what a selector finds, or the first of it: in the first document with anything."""
    for view in views:
        found = list(islice(_found(view, selector), most))
        if found:
            return found
    return []


def _found(view: View, selector: str) -> Iterator[Place]:
    kind, colon, rest = selector.partition(":")
    if colon and kind == "json":
        return _by_json(view, rest.strip())
    if view.is_json:
        return iter(())
    if colon and kind == "xpath":
        return _by_xpath(view, rest.strip())
    if colon and kind == "text":
        return beside_label(view.tree, rest.strip())
    return _by_css(view, selector)


def _by_css(view: View, selector: str) -> Iterator[Place]:
    attribute = _ATTRIBUTE.fullmatch(selector)
    path = attribute["path"] if attribute else selector
    try:
        nodes = view.tree.css(path)
    except SelectolaxError:
        raise _invalid(selector, "is not a CSS selector") from None
    for node in nodes:
        if attribute is None:
            yield place_of(node)
        elif (value := node.attributes.get(attribute["name"])) is not None:
            yield Place(squeeze(value), behind(node), labels(node))


def place_of(node: LexborNode) -> Place:
    """Return an element of a page as a selector finds it."""
    return Place(_shown_text(node), behind(node), labels(node))


def _shown_text(node: LexborNode) -> str:
    """Return what a person sees: for a field that is what it holds."""
    if node.tag == "input":
        return squeeze(node.attributes.get("value") or "")
    return text_of(node)


def _by_xpath(view: View, path: str) -> Iterator[Place]:
    if view.root is None:
        return
    attribute = None if "/@" in path else _ATTRIBUTE.fullmatch(path)
    try:
        result = view.root.xpath(attribute["path"] if attribute else path)
    except (etree.XPathError, ValueError) as error:  # the latter for control characters
        raise _invalid(f"xpath:{path}", f"is not an XPath ({error})") from None
    for found in result if isinstance(result, list) else [result]:
        if not isinstance(found, etree._Element):  # noqa: SLF001 - lxml's only name for it
            yield Place(squeeze(str(found)))
        elif attribute is None:
            yield place_of_element(found)
        elif (value := found.get(attribute["name"])) is not None:
            yield Place(squeeze(value), *_around(found))


def place_of_element(element: "etree._Element") -> Place:
    """Return an element of an XML document as an XPath finds it."""
    return Place(squeeze("".join(element.itertext())), *_around(element))


def _around(element: "etree._Element") -> tuple[str, tuple[str, ...]]:
    tail = squeeze(element.tail or "")
    following, before = element.getnext(), element.getprevious()
    after = tail or ("" if following is None else squeeze("".join(following.itertext())))
    if before is None:
        return after, ()
    words, earlier = squeeze("".join(before.itertext())), before.getprevious()
    number = "" if earlier is None else squeeze("".join(earlier.itertext()))
    return after, (f"{number} {words}" if number[-1:].isdigit() else words,)


def _by_json(view: View, path: str) -> Iterator[Place]:
    try:
        found = jsonpath.findall(path, view.values) if view.values is not None else []
    except JSONPathError as error:
        raise _invalid(f"json:{path}", f"is not a JSONPath ({error})") from None
    for value in found:
        yield Place(json_text(value), is_number=isinstance(value, Decimal | int))


def json_text(value: object) -> str:
    """Return a value of a JSON document as the number or text it was printed as."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return format(value, "f")
    return squeeze(str(value)) if isinstance(value, str | int) else json.dumps(value, default=str)


def _invalid(selector: str, problem: str) -> AttemptError:
    return AttemptError(
        Outcome.SELECTOR_MISSING, f"The selector '{selector}' {problem}; correct it in the recipe."
    )
