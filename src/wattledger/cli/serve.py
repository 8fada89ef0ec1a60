"""``wattledger serve``: the scheduler, the workers and the API in one process."""

import asyncio
import socket
from typing import Annotated

import typer

from wattledger.bootstrap import open_system, prepare_database
from wattledger.cli import console
from wattledger.config import Settings, load_settings
from wattledger.domain.errors import InvalidInputError
from wattledger.services.issue_token import tokens
from wattledger.services.system import System

_PORTS_TRIED = 20


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
) -> None:
    """Run the scheduler, the workers and the API until Ctrl-C."""
    given = {"host": host, "port": port}
    settings = load_settings(**{name: value for name, value in given.items() if value is not None})
    prepare_database(settings).close()
    asyncio.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    async with open_system(settings) as system:
        listener = listen(settings.host, settings.port)
        announce(settings.host, listener.getsockname()[1])
        if not tokens(system.database):
            console.note("There is no token yet; make one: wattledger token create NAME")
        await serve_system(system, listener)
