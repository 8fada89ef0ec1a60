"""The cookie that holds a session's secret."""

from fastapi import Request, Response
from starlette.requests import cookie_parser

from wattledger.domain.instant import SECOND
from wattledger.store.sessions import LONGEST

COOKIE = "wattledger_session"
CSRF_HEADER = "X-CSRF-Token"


def session_in(header: str) -> str | None:
    """Return the secret in a Cookie header."""
    return cookie_parser(header).get(COOKIE) or None


def give_session(response: Response, request: Request, secret: str) -> None:
    """Have the browser keep a session: out of reach of scripts and of other sites' forms.

    Secure where the request came by https, or people reach the server so: then no copy of it goes
    over the network in the clear.
    """
    response.set_cookie(
        COOKIE,
        secret,
        max_age=LONGEST // SECOND,
        path="/",
        secure=_is_secure(request),
        httponly=True,
        samesite="lax",
    )


def take_session(response: Response, request: Request) -> None:
    """Have the browser forget the session."""
    response.delete_cookie(
        COOKIE, path="/", secure=_is_secure(request), httponly=True, samesite="lax"
    )


def _is_secure(request: Request) -> bool:
    public = request.app.state.system.settings.public_url or ""
    return request.url.scheme == "https" or public.startswith("https:")
