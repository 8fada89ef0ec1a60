"""Who may call: every address under /api needs a good token or session, but a few named ones.

The check stands before all routing, so that no route can forget it and no body is read for
strangers.
"""

from functools import partial
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from wattledger.domain.caller import Caller
from wattledger.secrets.tokens import is_csrf_token
from wattledger.services.system import System
from wattledger.store.commit_version import Version
from wattledger.web.cross_site import is_cross_site, is_write
from wattledger.web.errors import CHALLENGE, error_answer
from wattledger.web.known_callers import KnownCallers
from wattledger.web.open_routes import OPEN_ROUTES
from wattledger.web.session_cookie import CSRF_HEADER, session_in

_GUARDED = "/api"


class Guard:
    """Lets nobody without a valid token or session past; who it is stands in ``state.caller``.

    ``state.session`` is the secret of the session, where there is one, ``state.commit_version`` the
    version of the database before anything of the request was looked up. An answer that takes long
    can await ``state.ask_again()`` for who calls by then.
    """

    def __init__(self, app: ASGIApp, system: System) -> None:
        self._app = app
        self._system = system
        self._known = KnownCallers(system)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on if who calls may call, or if it needs nobody."""
        if scope["type"] == "http" and scope["path"].startswith(_GUARDED):
            refusal = await self._refusal(scope, Headers(scope=scope))
            if refusal is not None:
                await refusal(scope, receive, send)
                return
        await self._app(scope, receive, send)

    async def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        """Put who calls into the state; return an answer when it may not call."""
        state = scope.setdefault("state", {})
        # A cookie does not help where a token is shown that is not good.
        authorization = headers.get("authorization")
        session = session_in(headers.get("cookie", "")) if authorization is None else None
        state["session"] = session
        if (scope["method"], scope["path"]) in OPEN_ROUTES:
            return self._cross_site(headers)
        state["ask_again"] = partial(self._ask_again, authorization, session)
        state["commit_version"] = version = self._system.database.version.now()
        state["caller"] = await self._caller(authorization, session, version)
        if state["caller"] is None:
            return _nobody()
        if session is not None and is_write(scope["method"]):
            return self._cross_site(headers) or _without_csrf_token(headers, session)
        return None

    async def _ask_again(self, authorization: str | None, session: str | None) -> Caller | None:
        return await self._caller(authorization, session, self._system.database.version.now())

    async def _caller(
        self, authorization: str | None, session: str | None, version: Version | None
    ) -> Caller | None:
        if session is not None:
            return await self._known.by_session(session, version)
        token = bearer(authorization or "")
        return await self._known.by_token(token, version) if token else None

    def _cross_site(self, headers: Headers) -> Response | None:
        if not is_cross_site(headers, self._system.settings):
            return None
        return error_answer(
            HTTPStatus.FORBIDDEN,
            "Another site sent this request through your browser. If it is your own page under "
            "another address, set WATTLEDGER_PUBLIC_URL to that address.",
        )


def _nobody() -> Response:
    return error_answer(
        HTTPStatus.UNAUTHORIZED,
        "This needs an account: sign in, or send the header 'Authorization: Bearer wl_...'; "
        "'wattledger token create NAME' makes a token.",
        headers=CHALLENGE,
    )


def _without_csrf_token(headers: Headers, session: str) -> Response | None:
    if is_csrf_token(session, headers.get(CSRF_HEADER, "")):
        return None
    return error_answer(
        HTTPStatus.FORBIDDEN,
        f"Send the header {CSRF_HEADER} with the csrfToken that GET /api/v1/session tells.",
    )


def bearer(header: str) -> str | None:
    """Return the secret of an Authorization header; None where it brings no token."""
    scheme, _, secret = header.partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else None
