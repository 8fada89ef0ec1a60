"""A server process on a hall, and a one-time link into it; no device is read."""

import multiprocessing
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
import uvloop
from tests.pages.hall import Hall, furnish

from wattledger.bootstrap.database import prepare_database
from wattledger.bootstrap.system import open_system
from wattledger.config import load_settings
from wattledger.domain.instant import MINUTE, Instant
from wattledger.domain.permission import Role
from wattledger.logs import begin_logs
from wattledger.modules.loaded import LoadedModules
from wattledger.services.make_link import link_address
from wattledger.store.database import Database
from wattledger.store.links import Purpose, make_link
from wattledger.store.users import NewUser, insert_user
from wattledger.web.app import create_app


@dataclass(frozen=True, slots=True)
class HallServer:
    """Where the server is, its database, and its data folder."""

    address: str
    database: Database
    folder: Path

    def link(self, role: Role = Role.ADMIN, client_id: int | None = None) -> str:
        """Return a link that signs in a new user of a role, once."""
        now = clock()
        with self.database.begin() as connection:
            name = f"{role}-{now}"
            user = insert_user(connection, NewUser(name, "Ada Admin", role, client_id), now)
            return link_address(self.address, make_link(connection, Purpose.SIGN_IN, user.id, now))


def clock() -> Instant:
    """Return the time now."""
    return time.time_ns() // 1000


def _serve(folder: str, listener: socket.socket) -> None:
    async def run() -> None:
        begin_logs("json", "error")
        settings = load_settings(data_dir=Path(folder), browser="none", allow_loopback=True)
        async with open_system(settings) as system:
            LoadedModules(system).look()
            # A visitor that calls the API itself must not find its connection about to be closed.
            config = uvicorn.Config(
                create_app(system), log_level="warning", access_log=False, timeout_keep_alive=600
            )
            await uvicorn.Server(config).serve(sockets=[listener])

    uvloop.run(run())


@contextmanager
def serving(folder: Path, hall: Hall) -> Iterator[HallServer]:
    """Furnish a hall in a data folder and run a server on it; it is killed in the end."""
    database = prepare_database(load_settings(data_dir=folder))
    if hall.racks:
        with database.begin() as connection:
            # Read a little ago: what is declared for this minute comes after it.
            furnish(connection, hall, clock() - 2 * MINUTE)
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listener:
        spawned = multiprocessing.get_context("spawn")
        process = spawned.Process(target=_serve, args=(str(folder), listener), daemon=True)
        process.start()
        try:
            yield HallServer(f"http://127.0.0.1:{listener.getsockname()[1]}", database, folder)
        finally:
            process.kill()
            process.join()
            database.close()
