"""An answer that goes on: server-sent events, ended when their reader keeps it waiting."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import structlog
from starlette.responses import StreamingResponse
from starlette.types import Send

PATIENCE_SECONDS = 20
"""So long a reader may leave what was sent unread: about as many events as it is behind then."""

_log = structlog.get_logger(__name__)


class EventStream(StreamingResponse):
    """Sends events as they come until they end or the reader is gone or too slow."""

    media_type = "text/event-stream"

    def __init__(self, events: AsyncGenerator[bytes, None], patience: float) -> None:
        # Proxies are told not to hold events back.
        super().__init__(events, headers={"X-Accel-Buffering": "no", "Cache-Control": "no-store"})
        self._events = events
        self._patience = patience

    async def stream_response(self, send: Send) -> None:
        """Send the head of the answer, then each event."""
        head = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        try:
            async with aclosing(self._events) as events:
                await self._send(send, head)
                async for event in events:
                    body = {"type": "http.response.body", "body": event, "more_body": True}
                    await self._send(send, body)
        except TimeoutError:
            # The connection is closed unfinished: a browser comes again and asks for everything.
            _log.warning("live_reader_too_slow", seconds=self._patience)
            return
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _send(self, send: Send, message: dict[str, object]) -> None:
        async with asyncio.timeout(self._patience):
            await send(message)
