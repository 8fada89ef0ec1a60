"""``wattledger serve``: the scheduler, the workers and the API in one process."""

import asyncio
import gc
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
import uvicorn
import uvloop

from wattledger.bootstrap.database import prepare_database
from wattledger.bootstrap.system import open_system
from wattledger.cli import console
from wattledger.config import Settings, load_settings
from wattledger.domain.errors import InvalidInputError
from wattledger.jobs.courier.local import LocalCourier
from wattledger.logs import begin_logs
from wattledger.modules.loaded import LoadedModules
from wattledger.services.make_link import link_address, set_up_link
from wattledger.services.system import System
from wattledger.web.app import create_app
from wattledger.web.http_protocol import HttpProtocol
from wattledger.web.live.feed import end_streams
from wattledger.worker.collector import Collectors
from wattledger.worker.module_watch import watch_modules
from wattledger.worker.notifier import run_notifier
from wattledger.worker.scheduler import run_scheduler

_PORTS_TRIED = 20
_BACKLOG = 512
_GRACE_SECONDS = 15
"""So long an answer may still take when the server is told to end; who reads slower loses it."""


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
) -> None:
    """Run the scheduler, the workers and the API until Ctrl-C."""
    given = {"host": host, "port": port}
    settings = load_settings(**{name: value for name, value in given.items() if value is not None})
    begin_logs(settings.log, settings.log_level)
    prepare_database(settings).close()
    with listen(settings.host, settings.port) as listener, quick_loop() as runner:
        runner.run(_serve(settings, listener))


def quick_loop() -> asyncio.Runner:
    """Return what runs a server: a loop of uvloop, which costs each request less.

    uvicorn takes it by itself only where uvicorn begins the loop.
    """
    return asyncio.Runner(loop_factory=uvloop.new_event_loop)


async def _serve(settings: Settings, listener: socket.socket) -> None:
    async with open_system(settings) as system:
        announce(listener)
        _offer_set_up(system, listener)
        await serve_system(system, listener)


def listen(host: str, port: int, *, ports: int = 1) -> socket.socket:
    """Return a listening socket: at the port, or at the first free one of ``ports`` from it on."""
    for number in range(port, port + ports):
        try:
            return _prompt(socket.create_server((host, number), backlog=_BACKLOG))
        except OSError as error:
            if number == port + ports - 1:
                raise InvalidInputError(
                    f"{host} port {port} cannot be listened on ({error.strerror}); choose "
                    "another: --port or WATTLEDGER_PORT."
                ) from None
    raise InvalidInputError(f"No port of {host} was tried.")


def _prompt(listener: socket.socket) -> socket.socket:
    """Have each part of an answer sent at once; what is accepted inherits it.

    Else the second part waits for the caller to confirm the first, which it puts off for 40 ms.
    """
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def listen_somewhere(settings: Settings) -> socket.socket:
    """Return a socket at the port of the settings, or at the next free one."""
    return listen(settings.host, settings.port, ports=_PORTS_TRIED)


def announce(listener: socket.socket) -> None:
    """Say where the server is."""
    console.note(f"Wattledger is at {own_address(listener)} (its API at /docs).")


def own_address(listener: socket.socket) -> str:
    """Return the address of the server."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _offer_set_up(system: System, listener: socket.socket) -> None:
    """Print the link for the first administrator, as long as there is no user."""
    link = set_up_link(system.database, system.clock.now())
    if link is not None:
        base = system.settings.public_url or own_address(listener)
        console.note("There is no user yet. Create the first administrator here, once:")
        console.note(link_address(base, link))


class _Server(uvicorn.Server):
    """Ends when told to, and leaves it to us what else is to end before the process does.

    uvicorn's own would end the process by the signal it got as soon as the last answer is sent.
    """

    def __init__(self, config: uvicorn.Config, end_what_goes_on: Callable[[], None]) -> None:
        super().__init__(config)
        self._end_what_goes_on = end_what_goes_on

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

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End what would go on for long, then wait for the answers that are being sent."""
        self._end_what_goes_on()
        await super().shutdown(sockets)

    def _end(self) -> None:
        self.force_exit = self.should_exit
        self.should_exit = True


def keep_what_is_loaded() -> None:
    """Keep all that is loaded by now, and stays, out of each look for garbage.

    A list of thousands of rows makes many of them: looking through it all took up to two thirds of
    the time of reading the rows.
    """
    gc.collect()
    gc.freeze()


async def serve_system(system: System, listener: socket.socket) -> None:
    """Serve the API and run the jobs until the process is told to end."""
    app = create_app(system)
    config = uvicorn.Config(
        app,
        http=HttpProtocol,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )

    def end_what_goes_on() -> None:
        end_streams(app)
        system.database.is_ending.set()  # a long import ends at its next pause

    server = _Server(config, end_what_goes_on)
    courier, stopping = LocalCourier(), asyncio.Event()
    modules = LoadedModules(system)
    await asyncio.to_thread(modules.look)
    keep_what_is_loaded()
    collectors = Collectors(system, courier, modules.handlers)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(run_scheduler(system, courier, stopping))
        tasks.create_task(collectors.run(stopping))
        tasks.create_task(watch_modules(modules, stopping))
        tasks.create_task(run_notifier(system, stopping))
        try:
            await server.serve(sockets=[listener])
        finally:
            stopping.set()
