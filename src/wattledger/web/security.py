"""Who may call: every address under /api needs a token that is known and not revoked.

The check stands before all routing, so that no route can forget it and no body is read for
strangers.
"""

from http import HTTPStatus

from fastapi import Security
from fastapi.concurrency import run_in_threadpool
from fastapi.security import HTTPBearer
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from wattledger.services.check_token import check_token
from wattledger.services.system import System
from wattledger.web.errors import error_answer

_GUARDED = "/api"

TOKEN_IN_DOCUMENT = Security(
    HTTPBearer(
        auto_error=False, scheme_name="token", description="Make one: `wattledger token create`."
    )
)
"""Says in the OpenAPI document that routes take a token; it checks nothing."""


class TokenGuard:
    """Lets nobody without a valid token past; who it is stands in ``state.caller``."""

    def __init__(self, app: ASGIApp, system: System) -> None:
        self._app = app
        self._system = system

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on if its token is good, or if it needs none."""
        if scope["type"] != "http" or not scope["path"].startswith(_GUARDED):
            await self._app(scope, receive, send)
            return
        secret = bearer(Headers(scope=scope).get("authorization", ""))
        caller = None
        if secret:
            database, now = self._system.database, self._system.clock.now()
            caller = await run_in_threadpool(check_token, database, secret, now)
        if caller is None:
            refusal = error_answer(
                HTTPStatus.UNAUTHORIZED,
                "This needs a token: send the header 'Authorization: Bearer wl_...'; "
                "'wattledger token create NAME' makes one.",
                headers={"WWW-Authenticate": "Bearer"},
            )
            await refusal(scope, receive, send)
            return
        scope.setdefault("state", {})["caller"] = caller
        await self._app(scope, receive, send)


def bearer(header: str) -> str | None:
    """Return the secret of an Authorization header; None where it brings no token."""
    scheme, _, secret = header.partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else None
