"""How devices say no: busy with somebody else, wrong login, error status (SOURCES 6, 7)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from wattledger.collect.errors import AttemptError, LoginRefusedError, NeedsBrowserError
from wattledger.collect.page import Page
from wattledger.collect.request import Response, place
from wattledger.domain.outcome import Outcome
from wattledger.domain.recipe import AuthType

_ERROR = 400
_UNAUTHORIZED = 401
_FORBIDDEN = 403
_SCHEME = re.compile(r"(?:^|,\s*)([A-Za-z][\w-]*)(?=\s+[\w-]+\s*=|\s*$|\s*,)")
_REALM = re.compile(r'\brealm\s*=\s*"?([^",]*)', re.IGNORECASE)
_QUOTE = 100

# Each a whole phrase: "You are already logged in" and "user data" must not match.
_BUSY = re.compile(
    r"""
    (?:some(?:one|body)|(?:an)?other\s(?:user|session|administrator|admin|client)|a\suser)
        (?:\selse)?\s(?:\w+\s){0,3}?(?:logged|signed)\s?(?:in|on)
    | (?:maximum\s)?(?:number|limit)\sof\s(?:\w+\s){0,2}(?:sessions|users|logins|connections)
        \s(?:\w+\s){0,3}(?:reached|exceeded)
    | too\smany\s(?:\w+\s)?(?:sessions|users|connections|clients)
    | (?:ein\s)?anderer\s(?:be)?nutzer\s(?:\w+\s){0,3}?(?:angemeldet|eingeloggt)
    | jemand\s(?:\w+\s){0,3}?(?:angemeldet|eingeloggt)
    | (?:maximale\sanzahl\s(?:\w+\s){0,2}|zu\sviele\s)
        (?:benutzer|sitzungen|verbindungen|anmeldungen)
    | (?:un\sautre\sutilisateur|quelqu['\u2019]un)\s(?:\w+\s){0,3}?connect[eé]
    | trop\sde\s(?:sessions|connexions|utilisateurs)
    | (?:otro\susuario|alguien)\s(?:\w+\s){0,3}?(?:conectado|sesi[oó]n)
    | demasiad[ao]s\s(?:sesiones|usuarios|conexiones)
    | (?:un\saltro\sutente|qualcuno)\s(?:\w+\s){0,3}?(?:connesso|collegato|accesso)
    | (?:een\sandere\sgebruiker|iemand)\s(?:\w+\s){0,3}?(?:ingelogd|aangemeld)
    | (?:其他|已有|另一)[^。]{0,4}用户[^。]{0,6}登[录陆]
    | 他のユーザ[^。]{0,8}ログイン
    """,
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Challenge:
    """What HTTP logins a device offers."""

    schemes: tuple[str, ...]
    realm: str

    def __str__(self) -> str:
        offered = " or ".join(self.schemes) or "none named"
        return f"{offered}, realm '{self.realm}'" if self.realm else offered


def challenge(response: Response) -> Challenge:
    """Return the HTTP logins offered with a 401."""
    offers = response.header_values("www-authenticate")
    schemes = [scheme for offer in offers for scheme in _SCHEME.findall(offer)]
    realms = [found[1] for offer in offers if (found := _REALM.search(offer))]
    return Challenge(tuple(dict.fromkeys(schemes)), realms[0][:_QUOTE] if realms else "")


def refuse_busy(page: Page) -> None:
    """Raise ``busy`` when the page says that somebody else is logged in."""
    found = _BUSY.search(page.words)
    if found is None:
        return
    raise AttemptError(
        Outcome.BUSY,
        f"The device is busy; it says '{_sentence(page.words, found)}'. It lets in only so many "
        "at a time: it is tried again later; a session nobody logged out of ends by itself, "
        "mostly within minutes. authConfig.logoutUrl keeps ours short.",
    )


def refuse_error(page: Page, auth_type: AuthType) -> None:
    """Raise the outcome of an error status; a page with any other status passes."""
    status = page.response.status
    if status < _ERROR:
        return
    refuse_busy(page)
    where = place(page.url)
    if status == _UNAUTHORIZED:
        raise _unauthorized(page.response, auth_type)
    if status == _FORBIDDEN:
        raise AttemptError(
            Outcome.AUTH_FAILED,
            f"The device forbids {where} (HTTP 403); check that the login may see this page.",
        )
    raise AttemptError(
        Outcome.HTTP_STATUS,
        f"The device answered {where} with HTTP {status}; check that the page exists, "
        "and restart the device when it stays so.",
    )


def explain(pages: Sequence[Page], auth_type: AuthType) -> AttemptError | None:
    """Return why what was looked for is not on these pages; None when the pages do not say."""
    for page in pages:
        try:
            refuse_busy(page)
        except AttemptError as error:
            return error
    if any(page.asks_for_password for page in pages):
        return _login_page(pages[0], auth_type)
    if any(page.has_scripts for page in pages):
        return NeedsBrowserError(
            Outcome.SELECTOR_MISSING,
            f"What is looked for is not in the page {place(pages[0].url)} as the device sends it; "
            "scripts draw more of it, which needs the browser.",
        )
    return None


def _login_page(page: Page, auth_type: AuthType) -> AttemptError:
    if auth_type is AuthType.FORM:
        return AttemptError(
            Outcome.LOGIN_PAGE_AGAIN,
            f"After the login {place(page.url)} shows the login form again: the device refused "
            "the username or password, or did not keep the session. Check them, "
            "authConfig.loggedInWhen and the address of the page.",
        )
    return AttemptError(
        Outcome.AUTH_FAILED,
        f"{place(page.url)} shows a login form, but the recipe has authType '{auth_type}'; "
        "set it to 'form' with username and password.",
    )


def _unauthorized(response: Response, auth_type: AuthType) -> AttemptError:
    offered = challenge(response)
    schemes = {scheme.lower() for scheme in offered.schemes}
    known = [scheme for scheme in (AuthType.DIGEST, AuthType.BASIC) if scheme in schemes]
    asks = f"The device asks for an HTTP login ({offered})"
    if known and auth_type not in known:
        return AttemptError(
            Outcome.AUTH_FAILED,
            f"{asks}, but the recipe has authType '{auth_type}'; set it to '{known[0]}'.",
        )
    if auth_type in known:
        return LoginRefusedError(
            f"{asks} and refused this one; correct authConfig.username and password. "
            "It was tried once, as devices lock accounts."
        )
    return AttemptError(
        Outcome.AUTH_FAILED,
        f"{asks} of a kind that is not known here; a login by form may work.",
    )


def _sentence(words: str, found: re.Match[str]) -> str:
    start = max(words.rfind(mark, 0, found.start()) for mark in ".!?。") + 1
    return words[start:].strip()[:_QUOTE]
