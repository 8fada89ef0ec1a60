"""The login by a form on a page: hidden fields and tokens are kept, the answer is judged."""

import re
from dataclasses import replace

from selectolax.lexbor import LexborNode

from wattledger.collect.address import Device
from wattledger.collect.errors import AttemptError, LoginRefusedError, NeedsBrowserError
from wattledger.collect.form import Form, fill, form_of, forms, is_submit, kind
from wattledger.collect.frames import frames
from wattledger.collect.limits import Limits
from wattledger.collect.page import Flow, Page, ancestry
from wattledger.collect.refusal import refuse_busy, refuse_error
from wattledger.collect.request import Request, place
from wattledger.domain.outcome import Outcome
from wattledger.domain.recipe import AuthConfig, AuthType

_UNAUTHORIZED = frozenset({401, 403})
_NAME_KINDS = frozenset({"text", "email", "tel", "select"})
_SCRIPTED = re.compile(r"md5|sha\d|hash|encrypt|hmac|challenge|rsa|base64", re.IGNORECASE)


def log_in(url: str, auth: AuthConfig, device: Device, limits: Limits) -> Flow[Page]:
    """Log in by the form at a URL and return the page shown after it.

    A password is tried once. AttemptError ``auth_failed`` (refused), ``busy`` (somebody else is
    logged in), ``step_failed`` (no such form); NeedsBrowserError where a script logs in.
    """
    page = yield Request(url)
    refuse_error(page, AuthType.FORM)
    refuse_busy(page)
    if _shows(page, auth.logged_in_when):
        return page
    form = yield from _find_form(page, auth, device, limits)
    button = _fill(form, auth)
    answer = yield replace(form.submission(button), secret=True)
    yield from _judge(answer, auth, device, limits)
    return answer


def _find_form(page: Page, auth: AuthConfig, device: Device, limits: Limits) -> Flow[Form]:
    form = _form_on(page, auth)
    if form is not None:
        return form
    framed = yield from frames(page, device, limits)
    for frame in framed:
        form = _form_on(frame, auth)
        if form is not None:
            return form
    sentence = f"There is no login form at {place(page.url)} (title '{page.title}')"
    if any(shown.has_scripts for shown in (page, *framed)):
        raise NeedsBrowserError(
            Outcome.STEP_FAILED, f"{sentence}; scripts may draw it, which needs the browser."
        )
    raise AttemptError(
        Outcome.STEP_FAILED,
        f"{sentence}; check authConfig.loginUrl, usernameField and passwordField.",
    )


def _form_on(page: Page, auth: AuthConfig) -> Form | None:
    """Return the form of the fields the recipe names, else the one with a single password."""
    selector = auth.password_field or auth.username_field
    if selector is None:
        form = next((form for form in forms(page) if len(_passwords(form)) == 1), None)
        loose = form is None and page.asks_for_password
    else:
        node = page.find(selector)
        form = None if node is None else form_of(page, node)
        loose = form is None and node is not None
    if loose:
        raise NeedsBrowserError(
            Outcome.STEP_FAILED,
            "The login fields stand in no form, so a script sends them, which needs the browser.",
        )
    return form


def _fill(form: Form, auth: AuthConfig) -> LexborNode | None:
    """Type username and password in and return the button to press."""
    find = form.page.find
    first = next(iter(_passwords(form)), None)
    password = find(auth.password_field) if auth.password_field else first
    named = find(auth.username_field) if auth.username_field else _name_before(form, password)
    # Many small devices ask for a password alone; a field that is named must be there.
    if named is not None or auth.username_field is not None:
        _type(named, auth.username or "", "usernameField")
    _type(
        password, "" if auth.password is None else auth.password.get_secret_value(), "passwordField"
    )
    button = _button(form, auth)
    _refuse_scripted(form, button)
    return button


def _type(field: LexborNode | None, value: str, setting: str) -> None:
    if field is None or not fill(field, value):
        raise AttemptError(
            Outcome.STEP_FAILED,
            f"The login form has no such field to type into; check authConfig.{setting}.",
        )


def _passwords(form: Form) -> list[LexborNode]:
    return [node for node in form.controls if kind(node) == "password"]


def _name_before(form: Form, password: LexborNode | None) -> LexborNode | None:
    """Return the last field before the password that can hold a name."""
    name: LexborNode | None = None
    for node in form.controls:
        if password is not None and node.mem_id == password.mem_id:
            break
        if kind(node) in _NAME_KINDS or node.tag == "select":
            name = node
    return name


def _button(form: Form, auth: AuthConfig) -> LexborNode | None:
    if auth.submit_selector is None:
        return form.default_button
    node = form.page.find(auth.submit_selector)
    if node is None:
        raise AttemptError(
            Outcome.STEP_FAILED,
            f"The login page has no '{auth.submit_selector}'; check authConfig.submitSelector.",
        )
    button = next((around for around in ancestry(node) if is_submit(around)), None)
    if button is None:
        raise NeedsBrowserError(
            Outcome.STEP_FAILED,
            f"'{auth.submit_selector}' sends the login by a script, which needs the browser.",
        )
    return button


def _refuse_scripted(form: Form, button: LexborNode | None) -> None:
    """Refuse a form whose password a script changes: sent plain it would count as wrong."""
    handlers = [form.node.attributes.get("onsubmit")]
    if button is not None:
        handlers.append(button.attributes.get("onclick"))
    hidden = [node.attributes.get("name") for node in form.controls if kind(node) == "hidden"]
    told = " ".join(text for text in (*handlers, *hidden) if text)
    sent_by_script = not form.declares_method and form.page.has_scripts
    if _SCRIPTED.search(told) or sent_by_script:
        raise NeedsBrowserError(
            Outcome.STEP_FAILED,
            "A script of the login page prepares the login, which needs the browser.",
        )


def _judge(answer: Page, auth: AuthConfig, device: Device, limits: Limits) -> Flow[None]:
    """Raise what the answer to the login means, unless it means yes."""
    refuse_busy(answer)
    if answer.response.status in _UNAUTHORIZED:
        raise _wrong(auth)
    refuse_error(answer, AuthType.FORM)
    if _shows(answer, auth.logged_in_when):
        return
    if answer.asks_for_password:
        raise _wrong(auth)
    framed = yield from frames(answer, device, limits)
    if any(_shows(frame, auth.logged_in_when) for frame in framed):
        return
    for frame in framed:
        refuse_busy(frame)
        if frame.asks_for_password:
            raise _wrong(auth)
    if auth.logged_in_when is not None:
        raise _unclear(answer, auth.logged_in_when)


def _shows(page: Page, selector: str | None) -> bool:
    return selector is not None and page.find(selector) is not None


def _wrong(auth: AuthConfig) -> AttemptError:
    return LoginRefusedError(
        f"The device refused the login as '{auth.username}': wrong username or password? "
        "Correct authConfig; it was tried once, as devices lock accounts.",
    )


def _unclear(answer: Page, selector: str) -> AttemptError:
    sentence = f"After the login '{selector}' (loggedInWhen) is not on the page '{answer.title}'"
    if answer.has_scripts:
        return NeedsBrowserError(
            Outcome.AUTH_FAILED, f"{sentence}; scripts may draw it, which needs the browser."
        )
    return AttemptError(
        Outcome.AUTH_FAILED,
        f"{sentence}; correct that selector, or the username and password.",
    )
