"""``wattledger serve``: the scheduler, the workers and the API in one process."""

import asyncio
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
import uvicorn

from wattledger.bootstrap import open_system, prepare_database
from wattledger.cli import console
from wattledger.config import Settings, load_settings
from wattledger.domain.errors import InvalidInputError
from wattledger.jobs.courier.local import LocalCourier
from wattledger.modules.handlers import built_in_handlers
from wattledger.services.issue_token import tokens
from wattledger.services.system import System
from wattledger.web.app import create_app
from wattledger.web.http_protocol import HttpProtocol
from wattledger.worker.collector import Collectors
from wattledger.worker.scheduler import run_scheduler

_PORTS_TRIED = 20
_BACKLOG = 512


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
) -> None:
    """Run the scheduler, the workers and the API until Ctrl-C."""
    given = {"host": host, "port": port}
    settings = load_settings(**{name: value for name, value in given.items() if value is not None})
    prepare_database(settings).close()
    with listen(settings.host, settings.port) as listener:
        asyncio.run(_serve(settings, listener))


async def _serve(settings: Settings, listener: socket.socket) -> None:
    async with open_system(settings) as system:
        announce(listener)
        if not tokens(system.database):
            console.note("There is no token yet; make one: wattledger token create NAME")
        await serve_system(system, listener)


def listen(host: str, port: int, *, ports: int = 1) -> socket.socket:
    """Return a listening socket: at the port, or at the first free one of ``ports`` from it on."""
    for number in range(port, port + ports):
        try:
            return socket.create_server((host, number), backlog=_BACKLOG)
        except OSError as error:
            if number == port + ports - 1:
                raise InvalidInputError(
                    f"{host} port {port} cannot be listened on ({error.strerror}); choose "
                    "another: --port or WATTLEDGER_PORT."
                ) from None
    raise InvalidInputError(f"No port of {host} was tried.")


def listen_somewhere(settings: Settings) -> socket.socket:
    """Return a socket at the port of the settings, or at the next free one."""
    return listen(settings.host, settings.port, ports=_PORTS_TRIED)


def announce(listener: socket.socket) -> None:
    """Say where the server is."""
    host, port = listener.getsockname()[:2]
    console.note(f"Wattledger is at http://{host}:{port} (its API at /docs).")


class _Server(uvicorn.Server):
    """Ends when told to, and leaves it to us what else is to end before the process does.

    uvicorn's own would end the process by the signal it got as soon as the last answer is sent.
    """

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take SIGINT and SIGTERM as the wish to end; a second one ends at once."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._end)
        try:
            yield
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)

    def _end(self) -> None:
        self.force_exit = self.should_exit
        self.should_exit = True


async def serve_system(system: System, listener: socket.socket) -> None:
    """Serve the API and run the jobs until the process is told to end."""
    config = uvicorn.Config(
        create_app(system), http=HttpProtocol, log_level="warning", server_header=False
    )
    server = _Server(config)
    courier, stopping = LocalCourier(), asyncio.Event()
    collectors = Collectors(system, courier, built_in_handlers(system))
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(run_scheduler(system, courier, stopping))
        tasks.create_task(collectors.run(stopping))
        try:
            await server.serve(sockets=[listener])
        finally:
            stopping.set()
