"""What is worked out behind all that stands around the routes: counted, and held back at will."""

import asyncio
from collections import Counter

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send


class WorkedOut:
    """Counts the requests that reach the routes; ``gate`` closed, they wait before them."""

    def __init__(self, app: FastAPI) -> None:
        self.paths: Counter[str] = Counter()
        self.gate = asyncio.Event()
        self.gate.set()
        self.defects = 0
        self._app: ASGIApp | None = None
        app.user_middleware.append(Middleware(self._around))

    async def reached(self, requests: int) -> None:
        """Wait until so many reached the routes."""
        async with asyncio.timeout(30):
            while self.paths.total() < requests:  # noqa: ASYNC110 - they tell nobody
                await asyncio.sleep(0)

    def _around(self, app: ASGIApp) -> ASGIApp:
        self._app = app
        return self._count

    async def _count(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.paths[scope["path"]] += 1
        await self.gate.wait()
        if self.defects:
            self.defects -= 1
            raise ValueError("a defect")
        assert self._app is not None
        await self._app(scope, receive, send)
