"""A page as it came from the device, and what is on it."""

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias, TypeVar

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from wattledger.collect.attempt import Document
from wattledger.collect.decode import decode
from wattledger.collect.errors import AttemptError, NeedsBrowserError
from wattledger.collect.parse import parse_html
from wattledger.collect.request import Request, Response, join
from wattledger.domain.outcome import Outcome

_CLICKABLE = "a, button, input[type=submit], input[type=button], input[type=image], area"
_PASSWORD = "input[type=password]"  # noqa: S105 - a selector
_SPACES = re.compile(r"\s+")


@dataclass(eq=False)
class Page:
    """An answer as text and, once asked for, as a tree that steps fill in.

    ``frame`` is its name inside ``parent``'s frameset; the whole window has neither.
    """

    response: Response
    document: Document
    frame: str | None = None
    parent: "Page | None" = field(default=None, repr=False)

    @classmethod
    def of(cls, response: Response) -> "Page":
        """Return the page of a response."""
        content_type = response.header("content-type")
        text = decode(response.body, content_type)
        return cls(response, Document(response.url, content_type or "", text))

    @property
    def url(self) -> str:
        """Return where the page was read from."""
        return self.response.url

    @cached_property
    def tree(self) -> LexborHTMLParser:
        """Return the parsed page."""
        return parse_html(self.document.text)

    @cached_property
    def base_url(self) -> str:
        """Return what links are relative to: ``<base href>``, else the page's own URL."""
        node = self.tree.css_first("base[href]")
        href = None if node is None else node.attributes.get("href")
        return join(self.url, href) if href else self.url

    @property
    def title(self) -> str:
        """Return the title, shortened for a message."""
        node = self.tree.css_first("title")
        return "" if node is None else squeezed(node.text())[:80]

    @cached_property
    def words(self) -> str:
        """Return the text people see, in one line."""
        body = self.tree.body
        if body is None:
            return ""
        seen = [
            node.text_content or ""
            for node in body.traverse(include_text=True)
            if node.is_text_node
            and node.parent is not None
            and node.parent.tag not in {"script", "style", "noscript"}
        ]
        return squeezed(" ".join(seen))

    @property
    def has_scripts(self) -> bool:
        """Tell whether scripts may draw more than came."""
        return self.tree.css_first("script, body[onload], noscript") is not None

    @property
    def has_frames(self) -> bool:
        """Tell whether the page shows further pages in frames."""
        return self.tree.css_first("frame[src], iframe[src]") is not None

    @property
    def asks_for_password(self) -> bool:
        """Tell whether a login form is shown: one password field, not the two or three of a change.

        A page that changes the password has several.
        """
        return len(self.tree.css(_PASSWORD)) == 1

    def find(self, selector: str) -> LexborNode | None:
        """Return the first element of a step's selector: CSS, or ``text:`` for what links say."""
        if selector.startswith("text:"):
            return self._labelled(selector.removeprefix("text:"))
        if selector.startswith(("xpath:", "json:")):
            raise NeedsBrowserError(
                Outcome.STEP_FAILED, f"'{selector}' in a step needs the browser; CSS does not."
            )
        try:
            return self.tree.css_first(selector)
        except SelectolaxError:
            raise AttemptError(
                Outcome.STEP_FAILED, f"'{selector}' is not a CSS selector; correct it."
            ) from None

    def reference(self, reference: str) -> Request:
        """Return the request for a reference on this page, with the page as its referrer."""
        return Request(join(self.base_url, reference), headers=self.referrer)

    @property
    def referrer(self) -> tuple[tuple[str, str], ...]:
        """Return the header some devices want to see: where the request comes from."""
        return (("Referer", self.url),)

    def _labelled(self, label: str) -> LexborNode | None:
        wanted = squeezed(label).casefold()
        shown = [(node, _label(node).casefold()) for node in self.tree.css(_CLICKABLE)]
        exact = [node for node, text in shown if text == wanted]
        partial = [node for node, text in shown if wanted in text]
        return next(iter(exact or partial), None)


T = TypeVar("T")

Flow: TypeAlias = Generator[Request, Page, T]
"""A conversation without I/O: it yields requests, receives pages and returns its result."""


def ancestry(node: LexborNode) -> Iterator[LexborNode]:
    """Yield the node and all elements around it, from the inside."""
    current: LexborNode | None = node
    while current is not None:
        yield current
        current = current.parent


def squeezed(text: str) -> str:
    """Return a text with each run of white space as one space.

    >>> squeezed(" a  b ")
    'a b'
    """
    return _SPACES.sub(" ", text).strip()


def _label(node: LexborNode) -> str:
    attributes = node.attributes
    text = node.text() or attributes.get("value") or attributes.get("alt") or ""
    return squeezed(text)
