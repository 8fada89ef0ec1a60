"""Each request: an id of its own, one line in the log, and its count for Prometheus."""

import re
import time
from typing import Any

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uuid_utils import uuid7

from wattledger.metrics import Metrics

REQUEST_ID = "X-Request-ID"

_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_API = "/api/v1"
_NO_ROUTE = "none"
_INTERNAL = 500

_log = structlog.get_logger(__name__)


class Access:
    """Gives each request its id, echoed in ``X-Request-ID``, and notes how it was answered.

    A query is never logged: it may hold what is nobody's business.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answered = _Answered(_request_id(scope))
        scope.setdefault("state", {})["request_id"] = answered.request_id
        # Not taken back: each request has a context of its own, and a defect is logged after it.
        structlog.contextvars.bind_contextvars(request=answered.request_id)

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                answered.begin(message)
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        finally:
            self._note(scope, answered)

    def _note(self, scope: Scope, answered: "_Answered") -> None:
        method, route = scope["method"], route_of(scope)
        seconds = answered.seconds
        self._metrics.answered(
            method, route, answered.status, None if answered.is_stream else seconds
        )
        if scope["path"].startswith(_API):
            _log.info(
                "request",
                method=method,
                path=scope["path"],
                route=route,
                status=answered.status,
                ms=round(seconds * 1000, 1),
                caller=getattr(scope["state"].get("caller"), "name", None),
            )


class _Answered:
    """How a request was answered; 500 where it never was."""

    def __init__(self, request_id: str) -> None:
        self.request_id = request_id
        self.status = _INTERNAL
        self.is_stream = False
        self._begun = time.perf_counter()

    @property
    def seconds(self) -> float:
        """Return how long ago the request came."""
        return time.perf_counter() - self._begun

    def begin(self, message: Message) -> None:
        """Note the begin of the answer, and give it the id."""
        self.status = int(message["status"])
        headers = MutableHeaders(scope=message)
        headers[REQUEST_ID] = self.request_id
        self.is_stream = headers.get("content-type", "").startswith("text/event-stream")


def _request_id(scope: Scope) -> str:
    given = Headers(scope=scope).get(REQUEST_ID, "")
    return given if _GIVEN_ID.fullmatch(given) else str(uuid7())


def route_of(scope: Scope) -> str:
    """Return the template of the route that was found; ``none`` where there was none."""
    route: Any = scope.get("route")
    path = str(getattr(route, "path", None) or _NO_ROUTE)
    # A route knows its path without the prefix under which the routes of the API stand.
    is_inner = scope["path"].startswith(_API) and path.startswith("/")
    return _API + path if is_inner and not path.startswith(_API) else path
