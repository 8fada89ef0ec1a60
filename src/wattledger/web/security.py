"""Who may call: every address under /api needs a token that is known and not revoked.

The check stands before all routing, so that no route can forget it and no body is read for
strangers.
"""

from functools import partial
from http import HTTPStatus

from fastapi import Security
from fastapi.concurrency import run_in_threadpool
from fastapi.security import HTTPBearer
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from wattledger.domain.caller import Caller
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
    """Lets nobody without a valid token past; who it is stands in ``state.caller``.

    An answer that takes long can await ``state.ask_again()`` for who it is by then.
    """

    def __init__(self, app: ASGIApp, system: System) -> None:
        self._app = app
        self._system = system

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on if its token is good, or if it needs none."""
        if scope["type"] != "http" or not scope["path"].startswith(_GUARDED):
            await self._app(scope, receive, send)
            return
        caller = await self._caller(scope)
        if caller is None:
            refusal = error_answer(
                HTTPStatus.UNAUTHORIZED,
                "This needs a token: send the header 'Authorization: Bearer wl_...'; "
                "'wattledger token create NAME' makes one.",
                headers={"WWW-Authenticate": "Bearer"},
            )
            await refusal(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        state["caller"] = caller
        state["ask_again"] = partial(self._caller, scope)
        await self._app(scope, receive, send)

    async def _caller(self, scope: Scope) -> Caller | None:
        """Return who a request's credentials are of now; ``None`` when they are not good."""
        secret = _bearer(Headers(scope=scope).get("authorization", ""))
        if not secret:
            return None
        database, now = self._system.database, self._system.clock.now()
        return await run_in_threadpool(check_token, database, secret, now)


def _bearer(header: str) -> str | None:
    scheme, _, secret = header.partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else None
