"""The numbers of an HTML page, in the order of the page."""

import re
from collections.abc import Iterator
from functools import partial

from selectolax.lexbor import LexborNode

from wattledger.collect.find.html_selectors import selectors_of
from wattledger.collect.find.html_words import heading_of, is_words, label_of, names_of
from wattledger.collect.find.reading_text import Told, told_in
from wattledger.collect.find.spot import Deadline, Spot, cut
from wattledger.collect.find.tokens import decimal_mark, tokens_in
from wattledger.collect.select import View, place_of
from wattledger.collect.surroundings import header_of
from wattledger.domain.figure import Figure
from wattledger.domain.recipe import DecimalMark
from wattledger.domain.unit import spelled

MOST_ELEMENTS = 300_000
_MOST_MARKS = 2_000
_LONGEST = 2_000
"""A longer text is prose, or a page of which nothing is marked up."""
_LABELLED_TEXT = 100_000
"""Looking for a label reads the page anew for each element of it: only of pages that are short."""
_DIGIT = re.compile(r"[0-9]")
_SILENT = frozenset({"script", "style", "noscript", "title", "option", "textarea", "template"})
_SHOWN_INPUTS = frozenset({"", "text", "number", "tel", "search"})
_WITH_COMMA = frozenset({"de", "es", "fr", "it"})


def html_spots(view: View, deadline: Deadline) -> Iterator[Spot]:
    """Yield the numbers of a page that a person sees, until the time is up."""
    body = view.tree.body
    if body is None:
        return
    marks = _page_mark(body), _spoken_mark(view)
    by_label = len(view.tree.html or "") <= _LABELLED_TEXT
    for node in _with_digits(body, MOST_ELEMENTS):
        if deadline.is_over:
            return
        yield from _spots_at(node, marks, by_label=by_label)


def _page_mark(body: LexborNode) -> DecimalMark:
    """Return the decimal mark that the numbers of a page show."""
    texts: list[str] = []
    for node in _with_digits(body, _MOST_MARKS):
        texts.extend(token.text for token in tokens_in(_own_text(node)))
    return decimal_mark(texts)


def _spoken_mark(view: View) -> DecimalMark:
    """Return the decimal mark of the language that a page says it is in; else a point."""
    root = view.tree.css_first("html[lang]")
    language = "" if root is None else (root.attributes.get("lang") or "").lower()[:2]
    return "," if language in _WITH_COMMA else "."


def _with_digits(body: LexborNode, most: int) -> Iterator[LexborNode]:
    """Yield the elements whose own text, or field, holds a digit."""
    for count, node in enumerate(body.traverse()):
        if count == most:
            return
        if node.tag not in _SILENT and _DIGIT.search(_own_text(node)):
            yield node


def _own_text(node: LexborNode) -> str:
    """Return the text of an element without that of the elements in it."""
    if node.tag == "input":
        kind = (node.attributes.get("type") or "").lower()
        return (node.attributes.get("value") or "") if kind in _SHOWN_INPUTS else ""
    parts: list[str] = []
    child = node.child
    while child is not None:
        if child.is_text_node:
            parts.append(child.text_content or "")
        child = child.next
    return " ".join(parts)[: _LONGEST * 2]


def _spots_at(
    node: LexborNode, marks: tuple[DecimalMark, DecimalMark], *, by_label: bool
) -> Iterator[Spot]:
    place = place_of(node)
    if len(place.text) > _LONGEST:
        return
    own = [token.text for token in tokens_in(" ".join(_own_text(node).split()))]
    for told in told_in(place, *marks):
        if told.token.text not in own:
            continue  # it stands in an element of its own
        own.remove(told.token.text)
        yield _spot(node, told, by_label=by_label)


def _spot(node: LexborNode, told: Told, *, by_label: bool) -> Spot:
    before, beside = told.token.before, label_of(node)
    label = before if is_words(before) else beside
    header = header_of(node)
    declared = None if told.unit else spelled(header)
    title = header if is_words(header) else ""
    shown = ", ".join(dict.fromkeys(filter(None, (label, title))))
    figure = Figure(
        value=told.value.number,
        label=cut(shown or _behind(told)),
        names=names_of(node),
        section=heading_of(node),
        unit=told.unit or declared,
        is_guessed=told.is_guessed,
    )
    return Spot(
        figure=figure,
        text=cut(" ".join(filter(None, (told.token.text, figure.unit)))),
        selectors=partial(selectors_of, node, label or title, with_label=by_label),
        pattern=told.pattern,
        decimal=told.decimal,
        declared_unit=declared,
    )


def _behind(told: Told) -> str:
    """Return the words behind a number in its own text."""
    words = told.token.after
    return words if is_words(words) else ""
