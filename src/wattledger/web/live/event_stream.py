"""An answer that goes on: server-sent events, ended when their reader keeps it waiting."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Self

import structlog
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

PATIENCE_SECONDS = 20
"""So long a reader may leave what was sent unread: about as many events as it is behind then."""

ABORT = "abort"
"""What ends the connection of a request at once is under this name in its state."""

_LOOKS = 4
"""So often within that time it is looked whether it is over."""

_log = structlog.get_logger(__name__)


class EventStream(StreamingResponse):
    """Sends events as they come until they end or the reader is gone or too slow."""

    media_type = "text/event-stream"

    def __init__(self, events: AsyncGenerator[bytes, None], patience: float) -> None:
        # Proxies are told not to hold events back.
        super().__init__(events, headers={"X-Accel-Buffering": "no", "Cache-Control": "no-store"})
        self._events = events
        self._patience = patience
        self._abort: Callable[[], None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        self._abort = scope.get("state", {}).get(ABORT)
        await super().__call__(scope, receive, send)

    async def stream_response(self, send: Send) -> None:
        """Send the head of the answer, then each event."""
        head = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        try:
            async with asyncio.timeout(None) as limit, aclosing(self._events) as events:
                with _Watch(send, limit, self._patience) as watched:
                    await watched.send(head)
                    async for event in events:
                        body = {"type": "http.response.body", "body": event, "more_body": True}
                        await watched.send(body)
                    last = {"type": "http.response.body", "body": b"", "more_body": False}
                    await watched.send(last)
        except TimeoutError:
            # The connection ends unfinished: a browser comes again and asks for everything. It is
            # not closed, which would wait until this reader has taken all that was sent.
            _log.warning("live_reader_too_slow", seconds=self._patience)
            if self._abort is not None:
                self._abort()


class _Watch:
    """Lets a limit run out when one of the messages to a reader is not taken in time.

    It looks now and then: a timer for each message costs as much as to send it.
    """

    def __init__(self, send: Send, limit: asyncio.Timeout, patience: float) -> None:
        self._send, self._limit, self._patience = send, limit, patience
        self._loop = asyncio.get_running_loop()
        self._begun_at: float | None = None

    def __enter__(self) -> Self:
        self._again()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    async def send(self, message: dict[str, object]) -> None:
        """Send a message."""
        self._begun_at = self._loop.time()
        await self._send(message)
        self._begun_at = None

    def _again(self) -> None:
        self._timer = self._loop.call_later(self._patience / _LOOKS, self._look)

    def _look(self) -> None:
        now = self._loop.time()
        if self._begun_at is not None and now - self._begun_at >= self._patience:
            self._limit.reschedule(now)
        else:
            self._again()
