"""The steps of a recipe over plain HTTP: links followed and forms filled without a browser.

Only what a browser would do by links and forms alone is done; where a script would act,
NeedsBrowserError says so. Nothing but GET leaves here, save a form that logs in (SOURCES 12).
"""

from dataclasses import dataclass, field, replace

from selectolax.lexbor import LexborNode

from wattledger.collect.address import Device
from wattledger.collect.attempt import Document
from wattledger.collect.errors import AttemptError, NeedsBrowserError
from wattledger.collect.form import fill, form_of, is_submit, toggle
from wattledger.collect.frames import frames
from wattledger.collect.limits import Limits
from wattledger.collect.page import Flow, Page, ancestry
from wattledger.collect.password_places import PasswordPlaces
from wattledger.collect.refusal import explain, refuse_error
from wattledger.collect.request import Request, join, place
from wattledger.domain.outcome import Outcome
from wattledger.domain.recipe import (
    AuthConfig,
    AuthType,
    ClickStep,
    NavigateStep,
    SelectStep,
    Step,
    TypeStep,
    WaitStep,
)

PASSWORD = "{password}"  # noqa: S105 - what stands for it
_WHOLE_WINDOW = frozenset({"_top", "_blank", "_parent"})


@dataclass
class View:
    """What the window shows: the page and, once fetched, the pages in its frames."""

    device: Device
    limits: Limits
    places: PasswordPlaces
    pages: list[Page] = field(default_factory=list)
    framed: bool = False
    secret: list[tuple[Page, int]] = field(default_factory=list)
    """The fields that the password was typed into."""

    @property
    def url(self) -> str:
        """Return what references in a recipe are relative to."""
        return self.pages[0].url if self.pages else self.device.address.url

    @property
    def documents(self) -> tuple[Document, ...]:
        """Return the pages as documents, the outermost first."""
        return tuple(page.document for page in self.pages)

    def show(self, page: Page, within: Page | None = None) -> None:
        """Show a page instead of all, or of one frame with the frames inside it."""
        if within is None or within.parent is None:
            self.pages, self.framed = [page], False
            return
        page.frame, page.parent = within.frame, within.parent
        at = self.pages.index(within)
        kept = [shown for shown in self.pages if within not in _lineage(shown)]
        self.pages = [*kept[:at], page, *kept[at:]]

    def load_frames(self) -> Flow[None]:
        """Fetch the frames of the page, if that was not done yet."""
        if self.pages and not self.framed:
            self.framed = True
            self.pages += yield from frames(self.pages[0], self.device, self.limits)

    def find(self, selector: str) -> tuple[Page, LexborNode] | None:
        """Return the first element of a selector and the page it stands on."""
        for page in self.pages:
            node = page.find(selector)
            if node is not None:
                return page, node
        return None

    def named(self, frame: str) -> Page | None:
        """Return the page in the frame of a name."""
        return next((page for page in self.pages if page.frame == frame), None)


def describe(number: int, step: Step) -> str:
    """Return the name of a step for people; what is typed is left out."""
    match step:
        case NavigateStep():
            what = f"navigate {place(step.url)}"
        case WaitStep(selector=None):
            what = f"wait {step.milliseconds} ms"
        case _:
            what = f"{step.action} '{step.selector}'"
    return f"step {number} ({what})"


def take(step: Step, view: View, auth: AuthConfig, auth_type: AuthType) -> Flow[None]:
    """Take one step in the view.

    A wait for a time is over at once: over HTTP a page is complete when it has come.
    """
    if isinstance(step, NavigateStep):
        headers = view.pages[0].referrer if view.pages else ()
        yield from _go(Request(join(view.url, step.url), headers=headers), view, auth_type)
        return
    if step.selector is None:
        return
    page, node = yield from _find(step.selector, view, auth_type)
    if isinstance(step, ClickStep):
        yield from _click(page, node, view, auth_type)
    elif isinstance(step, TypeStep | SelectStep):
        if isinstance(step, TypeStep) and PASSWORD in step.text:
            view.places.refuse_elsewhere(page.url)
            view.secret.append((page, node.mem_id))
        _enter(step, node, auth)


def _go(
    request: Request, view: View, auth_type: AuthType, within: Page | None = None
) -> Flow[None]:
    page = yield request
    refuse_error(page, auth_type)
    view.show(page, within)


def _find(selector: str, view: View, auth_type: AuthType) -> Flow[tuple[Page, LexborNode]]:
    found = view.find(selector)
    if found is None:
        yield from view.load_frames()
        found = view.find(selector)
    if found is None:
        raise _missing(view, auth_type)
    return found


def _missing(view: View, auth_type: AuthType) -> AttemptError:
    error = explain(view.pages, auth_type)
    if isinstance(error, NeedsBrowserError):
        return NeedsBrowserError(Outcome.STEP_FAILED, error.message)
    return error or AttemptError(
        Outcome.STEP_FAILED,
        f"there is no such element on {place(view.url)} (title '{view.pages[0].title}'); "
        "correct the selector, or navigate to its page first.",
    )


def _click(page: Page, node: LexborNode, view: View, auth_type: AuthType) -> Flow[None]:
    for element in ancestry(node):
        if element.tag in {"a", "area"}:
            yield from _follow(page, element, view, auth_type)
            return
        if is_submit(element):
            yield from _submit(page, element, view, auth_type)
            return
        if toggle(element):
            return
    raise _scripted("it is neither a link nor a button of a form")


def _follow(page: Page, link: LexborNode, view: View, auth_type: AuthType) -> Flow[None]:
    href = (link.attributes.get("href") or "").strip()
    if not href or href.startswith("#") or href.lower().startswith("javascript:"):
        raise _scripted("the link leads nowhere by itself")
    request = page.reference(href)
    yield from _go(request, view, auth_type, _target(page, link, view))


def _submit(page: Page, button: LexborNode, view: View, auth_type: AuthType) -> Flow[None]:
    form = form_of(page, button)
    if form is None:
        raise _scripted("the button stands in no form")
    if "onclick" in button.attributes or "onsubmit" in form.node.attributes:
        raise _scripted("a script runs when the form is sent")
    request = form.submission(button)
    if request.method != "GET" and not form.is_login:
        raise AttemptError(
            Outcome.STEP_FAILED,
            "the button sends a form by POST, which may change the device; a read only follows "
            "links and forms by GET. Navigate to the page of the value instead.",
        )
    if any((page, control.mem_id) in view.secret for control in form.controls):
        request = replace(request, secret=True)
    yield from _go(request, view, auth_type, _target(page, form.node, view))


def _target(page: Page, element: LexborNode, view: View) -> Page | None:
    """Return the frame in which a link or form opens; None for the whole window."""
    name = element.attributes.get("target")
    if name is None:
        default = page.tree.css_first("base[target]")
        name = None if default is None else default.attributes.get("target")
    if name in _WHOLE_WINDOW:
        return None
    return page if name in {None, "", "_self"} else view.named(name or "")


def _enter(step: TypeStep | SelectStep, node: LexborNode, auth: AuthConfig) -> None:
    if "onchange" in node.attributes:
        raise _scripted("a script runs when it is changed")
    value = step.value if isinstance(step, SelectStep) else _typed(step.text, auth)
    if not fill(node, value):
        raise AttemptError(
            Outcome.STEP_FAILED,
            "the element takes no such value; name a field, or a drop-down that has this option.",
        )


def _typed(text: str, auth: AuthConfig) -> str:
    password = "" if auth.password is None else auth.password.get_secret_value()
    return text.replace("{username}", auth.username or "").replace(PASSWORD, password)


def _lineage(page: Page) -> list[Page]:
    line = [page]
    while (parent := line[-1].parent) is not None:
        line.append(parent)
    return line


def _scripted(why: str) -> NeedsBrowserError:
    return NeedsBrowserError(Outcome.STEP_FAILED, f"{why}, so it needs the browser.")
