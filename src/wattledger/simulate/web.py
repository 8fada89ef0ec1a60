"""The web server of a farm process: one ASGI application behind thousands of ports."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from wattledger.simulate.kind import Meter, Pages

BACKLOG = 128
_GOODBYE_SECONDS = 1


class MeterPages:
    """All meters with pages: the port a caller came to tells which one is meant.

    A meter's own application is made when somebody first asks for it, so thousands start fast.
    """

    def __init__(self) -> None:
        self._meters: dict[int, tuple[Meter, Pages]] = {}
        self._applications: dict[int, ASGIApp] = {}

    def add(self, port: int, meter: Meter, pages: Pages) -> None:
        """Serve the pages of a meter at a port."""
        self._meters[port] = (meter, pages)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        port = scope["server"][1]
        application = self._applications.get(port)
        if application is None:
            meter, pages = self._meters[port]
            application = self._applications[port] = Starlette(routes=pages(meter))
        await application(scope, receive, send)


class PagesServer(uvicorn.Server):
    """Uvicorn that tells when it listens, leaves signals alone, and stops without waiting."""

    def __init__(self, application: ASGIApp, listening: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                application,
                http="httptools",
                ws="none",
                lifespan="off",
                log_config=None,
                log_level="critical",
                access_log=False,
                proxy_headers=False,
                server_header=False,
                backlog=BACKLOG,
                timeout_graceful_shutdown=_GOODBYE_SECONDS,
            )
        )
        self._listening = listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        await super().startup(sockets)
        self._listening()

    def stop(self) -> None:
        """Stop soon, whoever is still waiting for an answer."""
        self.should_exit = True
        self.force_exit = True

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals as they are: the pipe is what ends this process."""
        yield
