"""Forms of a page: whose fields are whose, what is typed into them, and what a browser sends."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote_plus, urlsplit, urlunsplit

from selectolax.lexbor import LexborNode

from wattledger.collect.errors import NeedsBrowserError
from wattledger.collect.page import Page, ancestry, squeezed
from wattledger.collect.request import Request, join
from wattledger.domain.outcome import Outcome

_CONTROLS = "input, select, textarea, button"
_NOT_SENT = frozenset({"submit", "button", "reset", "image", "file"})
_CHECKABLE = frozenset({"checkbox", "radio"})
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_HEAD = 2000


@dataclass(frozen=True, slots=True)
class Form:
    """A form with its fields in document order."""

    page: Page
    node: LexborNode
    controls: tuple[LexborNode, ...]

    @property
    def method(self) -> str:
        """Return GET or POST."""
        return "POST" if (self.node.attributes.get("method") or "").lower() == "post" else "GET"

    @property
    def declares_method(self) -> bool:
        """Tell whether the page says how to send the form; one a script sends need not."""
        return self.node.attributes.get("method") is not None

    @property
    def is_login(self) -> bool:
        """Tell whether a password was typed into its only password field."""
        passwords = [node for node in self.controls if kind(node) == "password"]
        return len(passwords) == 1 and bool(passwords[0].attributes.get("value"))

    @property
    def default_button(self) -> LexborNode | None:
        """Return the button the Enter key presses."""
        return next((node for node in self.controls if is_submit(node)), None)

    def submission(self, button: LexborNode | None) -> Request:
        """Return the request a browser sends when the button is pressed."""
        self._refuse_uploads()
        encoding = _encoding(self)
        sent = "&".join(
            f"{_quoted(name, encoding)}={_quoted(value, encoding)}"
            for name, value in self._pairs(button)
        )
        url = join(self.page.base_url, self._action(button))
        if self.method == "GET":
            parts = urlsplit(url)
            url = urlunsplit((parts.scheme, parts.netloc, parts.path, sent, ""))
            return Request(url, headers=self.page.referrer, secret=self.is_login)
        origin = urlsplit(self.page.url)
        headers = (
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Origin", f"{origin.scheme}://{origin.netloc}"),
            *self.page.referrer,
        )
        return Request(url, "POST", headers, sent.encode("ascii"), secret=self.is_login)

    def _action(self, button: LexborNode | None) -> str:
        own = None if button is None else button.attributes.get("formaction")
        return own or self.node.attributes.get("action") or self.page.url

    def _refuse_uploads(self) -> None:
        enctype = (self.node.attributes.get("enctype") or "").lower()
        if enctype in {"multipart/form-data", "text/plain"} and self.method == "POST":
            raise NeedsBrowserError(
                Outcome.STEP_FAILED, f"The form is sent as {enctype}, which needs the browser."
            )

    def _pairs(self, button: LexborNode | None) -> Iterator[tuple[str, str]]:
        for node in self.controls:
            name = node.attributes.get("name")
            pressed = button is not None and node.mem_id == button.mem_id
            if not name or "disabled" in node.attributes:
                continue
            if pressed and kind(node) == "image":
                yield f"{name}.x", "0"
                yield f"{name}.y", "0"
            elif pressed or kind(node) not in _NOT_SENT:
                yield from ((name, value) for value in _values(node))


def forms(page: Page) -> list[Form]:
    """Return the forms of a page, each with its fields.

    A field belongs to the form it names, else to the one around it, else to the nearest form
    that encloses nothing: in the broken tables of old devices ``<form>`` stands between rows, and
    parsers, as the HTML standard has it, close it at once and move its fields before the table.
    """
    found = page.tree.css("form")
    owned: dict[int, list[LexborNode]] = {node.mem_id: [] for node in found}
    by_id = {node.attributes.get("id"): node for node in found}
    torn = _Torn()
    for node in page.tree.css(f"form, {_CONTROLS}"):
        if node.tag == "form":
            owned[node.mem_id] += torn.opened(node)
            continue
        owner = by_id.get(node.attributes.get("form") or "") or _around(node) or torn.form
        if owner is None:
            torn.moved_before.append(node)
        else:
            owned[owner.mem_id].append(node)
    return [Form(page, node, tuple(owned[node.mem_id])) for node in found]


class _Torn:
    """The form that lost its fields, and fields that have no form yet."""

    def __init__(self) -> None:
        self.form: LexborNode | None = None
        self.moved_before: list[LexborNode] = []

    def opened(self, form: LexborNode) -> list[LexborNode]:
        """Note the next form; return the fields that were moved before it."""
        if form.css_first(_CONTROLS) is not None:
            self.form = None
            return []
        moved, self.moved_before = self.moved_before, []
        self.form = form
        return moved


def form_of(page: Page, control: LexborNode) -> Form | None:
    """Return the form a field or button belongs to, or that stands around any other element."""
    around = _around(control)
    for form in forms(page):
        if any(node.mem_id == control.mem_id for node in form.controls):
            return form
        if around is not None and around.mem_id == form.node.mem_id:
            return form
    return None


def kind(control: LexborNode) -> str:
    """Return what a field is: its type, or its tag where it has none; a button submits."""
    declared = (control.attributes.get("type") or "").lower()
    if control.tag == "button":
        return declared or "submit"
    if control.tag == "input":
        return declared or "text"
    return control.tag or ""


def is_submit(control: LexborNode) -> bool:
    """Tell whether pressing it sends its form."""
    return control.tag in {"input", "button"} and kind(control) in {"submit", "image"}


def fill(control: LexborNode, value: str) -> bool:
    """Set a field's value as a person would; False if it cannot take this one."""
    if control.tag == "textarea" or (
        control.tag == "input" and kind(control) not in {*_NOT_SENT, *_CHECKABLE, "hidden"}
    ):
        control.attrs["value"] = value
        return True
    return control.tag == "select" and _choose(control, value)


def toggle(control: LexborNode) -> bool:
    """Tick a box, or untick it; False if it is none."""
    if control.tag != "input" or kind(control) != "checkbox":
        return False
    if "checked" in control.attributes:
        del control.attrs["checked"]
    else:
        control.attrs["checked"] = ""
    return True


def _choose(control: LexborNode, value: str) -> bool:
    options = control.css("option")
    chosen = next((option for option in options if _option_value(option) == value), None)
    if chosen is None:
        return False
    for option in options:
        if "selected" in option.attributes:
            del option.attrs["selected"]
    chosen.attrs["selected"] = ""
    return True


def _around(node: LexborNode) -> LexborNode | None:
    return next((parent for parent in ancestry(node) if parent.tag == "form"), None)


def _values(control: LexborNode) -> list[str]:
    """Return what a field sends: nothing for an empty box, many for a list of many."""
    value = control.attributes.get("value")
    if control.tag == "select":
        return _selected(control)
    if control.tag == "textarea":
        return [control.text() if value is None else value]
    if kind(control) in _CHECKABLE:
        return ["on" if value is None else value] if "checked" in control.attributes else []
    return [value or ""]


def _selected(control: LexborNode) -> list[str]:
    options = [option for option in control.css("option") if "disabled" not in option.attributes]
    chosen = [option for option in options if "selected" in option.attributes]
    if "multiple" in control.attributes:
        return [_option_value(option) for option in chosen]
    return [_option_value(option) for option in (chosen[-1:] or options[:1])]


def _option_value(option: LexborNode) -> str:
    value = option.attributes.get("value")
    return squeezed(option.text()) if value is None else value


def _encoding(form: Form) -> str:
    """Return the encoding a browser sends the form in: the page's own, unless the form says so."""
    declared = (form.node.attributes.get("accept-charset") or "").split()
    document = form.page.document
    head = f"{document.content_type} {document.text[:_HEAD]}"
    found = _CHARSET.search(head)
    names = [*declared, *([found[1]] if found else [])]
    return next((name for name in names if _is_superset_of_ascii(name)), "utf-8")


def _is_superset_of_ascii(name: str) -> bool:
    try:
        return codecs.encode("a&=", name) == b"a&="
    except (LookupError, TypeError, ValueError):
        return False


def _quoted(text: str, encoding: str) -> str:
    return quote_plus(text, encoding=encoding, errors="xmlcharrefreplace")
