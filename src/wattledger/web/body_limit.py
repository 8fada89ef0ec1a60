"""No request is larger than it has reason to be."""

from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wattledger.web.errors import BodyTooLargeError, error_answer

LARGEST_BODY = 1_000_000
LARGEST_FILE = 50_000_000
"""Of a file that is imported; it goes to the disk as it comes in."""

FILES = "/api/v1/imports/"


class BodyLimit:
    """Refuses bodies over 1 MB, files over 50 MB: when they say so, else as soon as they are.

    The framework's own limit answers in plain text; errors have one shape here.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on while it is within the limit."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = LARGEST_FILE if scope["path"].startswith(FILES) else LARGEST_BODY
        if _announced(scope) > most:
            error = BodyTooLargeError(most)
            refusal = error_answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, str(error.detail))
            await refusal(scope, receive, send)
            return
        received = 0

        async def receive_within_limit() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > most:
                raise BodyTooLargeError(most)
            return message

        await self._app(scope, receive_within_limit, send)


def _announced(scope: Scope) -> int:
    """Return the length a request says it has; 0 when it says none, or nonsense."""
    length = Headers(scope=scope).get("content-length", "")
    return int(length[:20]) if length.isdecimal() else 0
