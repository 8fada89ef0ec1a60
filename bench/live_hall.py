"""A hall of 5,000 meters as booking leaves it, a server process on it, and many callers at once."""

import asyncio
import multiprocessing
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, redirect_stderr
from dataclasses import dataclass
from datetime import date, timedelta
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import uvicorn
import uvloop
from sqlalchemy import Table, insert, update

from wattledger.bootstrap.database import prepare_database
from wattledger.bootstrap.system import open_system
from wattledger.cli.serve import keep_what_is_loaded
from wattledger.config import load_settings
from wattledger.domain.instant import DAY, HOUR, MINUTE
from wattledger.domain.month_report import MonthLine, MonthState
from wattledger.domain.statement import Statement
from wattledger.logs import begin_logs
from wattledger.reports.statement_json import sealed_document
from wattledger.store.billing_tables import assignment, month_close
from wattledger.store.database import Connection, Database
from wattledger.store.sites import first_site
from wattledger.store.tables import client, endpoint, energy_month, meter, meter_state, reading
from wattledger.web.app import create_app
from wattledger.web.http_protocol import HttpProtocol

CLIENTS = 200
KWH = 1_000_000
POLL_MINUTES = 15
_TALLY = {"estimated_milliwh": 0, "good_reads": 1400, "held_reads": 0, "covered": 14 * DAY}


def fill(connection: Connection, meters: int, now: int) -> None:
    """Write endpoints of 200 clients, what they showed last, and the readings of the first one."""
    site_id = first_site(connection, "Europe/Berlin")
    month = date.fromtimestamp(now // 1_000_000).replace(day=1)  # noqa: DTZ012 - any will do
    tables: list[tuple[Table, list[dict[str, Any]]]] = [
        (client, [_client(n) for n in range(1, CLIENTS + 1)]),
        (endpoint, [_endpoint(n, site_id) for n in range(1, meters + 1)]),
        (meter, [{"id": n, "endpoint_id": n} for n in range(1, meters + 1)]),
        (meter_state, [_state(n, month, now) for n in range(1, meters + 1)]),
        (energy_month, [_month(n, month) for n in range(1, meters + 1)]),
        (assignment, [_assignment(n) for n in range(1, meters + 1)]),
        (reading, [_reading(at) for at in range(now - 30 * DAY, now, POLL_MINUTES * MINUTE)]),
        (month_close, [_close(n, m) for n in range(1, CLIENTS + 1) for m in range(1, 13)]),
    ]
    for table, rows in tables:
        connection.execute(insert(table), rows)


def client_of(number: int) -> int:
    """Return whose an endpoint is."""
    return number % CLIENTS + 1


def _client(number: int) -> dict[str, Any]:
    return {"id": number, "public_id": f"client-{number}", "name": f"Client {number:03}"}


def _endpoint(number: int, site_id: int) -> dict[str, Any]:
    return {
        "id": number,
        "public_id": f"{number:08}-0000-7000-8000-000000000000",
        "name": f"Rack {number:05}",
        "address": f"http://10.0.{number // 250}.{number % 250}/",
        "host_port": f"10.0.{number // 250}.{number % 250}:80",
        "location": f"Hall {number % 7}",
        "site_id": site_id,
        "client_id": client_of(number),
        "recipe": {"authType": "none", "scrapingConfig": {"valueSelector": "#kwh"}},
        "poll_minutes": POLL_MINUTES,
        "created_at": 0,
        "updated_at": 0,
    }


def _state(number: int, month: date, now: int) -> dict[str, Any]:
    return {
        "meter_id": number,
        "last_at": now - number * 1000,
        "last_milliwh": 12_543_512_345 + number,
        "last_status": 0,
        "base_at": now - number * 1000,
        "month": month,
        "month_milliwh": 350_123_456 + number,
        "power_mw": power_of(number),
        "voltage_mv": 230_400,
        "current_ma": 5_430,
        "pf_milli": 990,
    }


def power_of(number: int) -> int:
    """Return what an endpoint draws at first, in mW."""
    return 1_250_123 + number


def _month(number: int, month: date) -> dict[str, Any]:
    return {"meter_id": number, "month": month, "energy_milliwh": 350 * KWH, **_TALLY}


def _assignment(number: int) -> dict[str, Any]:
    return {"meter_id": number, "client_id": client_of(number), "start_at": 0}


def _reading(at: int) -> dict[str, Any]:
    return {
        "meter_id": 1,
        "ts": at,
        "total_milliwh": at // 1000,
        "resolution_milliwh": 1,
        "energy_milliwh": KWH,
        "status": 0,
    }


def _close(number: int, month: int) -> dict[str, Any]:
    first = date(2025, month, 1)
    days = tuple((first + timedelta(days=n), 24 * KWH) for n in range(28))
    lines = [_line(number, meter_id, days) for meter_id in range(1, 26)]
    name = _client(number)["name"]
    statement = Statement(first, "UTC", MonthState.CLOSED, f"client-{number}", name, tuple(lines))
    return {
        "client_id": number,
        "month": first,
        "sequence": month,
        "document": sealed_document(statement),
        "sha256": f"{number:060}{month:04}",
        "closed_at": month * 30 * DAY,
        "closed_by": "bench",
        "readings": b"",
    }


def _line(number: int, meter_id: int, days: tuple[tuple[date, int], ...]) -> MonthLine:
    return MonthLine(
        endpoint_id=f"endpoint-{meter_id}",
        endpoint=f"Rack {meter_id:05}",
        meter_id=meter_id,
        meter="total",
        client_id=f"client-{number}",
        client=f"Client {number:03}",
        location="Hall 1",
        start_at=0,
        end_at=28 * DAY,
        share_ppm=1_000_000,
        opening_milliwh=KWH,
        closing_milliwh=673 * KWH,
        energy_milliwh=672 * KWH,
        previous_milliwh=None,
        year_ago_milliwh=None,
        quality=(),
        uncertainty_milliwh=KWH,
        flags=(),
        days=days,
    )


@dataclass(frozen=True, slots=True)
class Server:
    """A server process: where it is, and what it tells of itself."""

    host: str
    port: int
    pipe: Pipe

    def cpu_seconds(self) -> float:
        """Return the CPU time that the process has used."""
        self.pipe.send("cpu")
        seconds: float = self.pipe.recv()
        return seconds


def _serve(folder: str, listener: socket.socket, pipe: Pipe) -> None:
    # A line a request is part of what it costs; it goes to a file, as a service's does.
    with Path(folder, "server.log").open("w", encoding="utf-8") as log, redirect_stderr(log):
        begin_logs("json", "info")
        uvloop.run(_run(folder, listener, pipe))


async def _run(folder: str, listener: socket.socket, pipe: Pipe) -> None:
    def tell() -> None:
        while pipe.recv() == "cpu":
            pipe.send(time.process_time())

    threading.Thread(target=tell, daemon=True).start()
    settings = load_settings(data_dir=Path(folder), browser="none")
    async with open_system(settings) as system:
        config = uvicorn.Config(
            create_app(system), http=HttpProtocol, log_level="warning", access_log=False
        )
        keep_what_is_loaded()
        await uvicorn.Server(config).serve(sockets=[listener])


@contextmanager
def serving(folder: str) -> Iterator[Server]:
    """Run a server process on a data folder; it is killed in the end."""
    ours, theirs = multiprocessing.Pipe()
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listener:
        spawned = multiprocessing.get_context("spawn")
        process = spawned.Process(target=_serve, args=(folder, listener, theirs), daemon=True)
        process.start()
        try:
            yield Server(*listener.getsockname()[:2], ours)
        finally:
            process.kill()
            process.join()


def prepared(folder: str, meters: int) -> Database:
    """Return the database of a data folder with the hall in it."""
    database = prepare_database(load_settings(data_dir=Path(folder)))
    now = time.time_ns() // 1000 - HOUR // 60
    with database.begin() as connection:
        fill(connection, meters, now)
    return database


async def change(database: Database, numbers: Iterator[int], a_second: int) -> None:
    """Let so many meters a second show something new, as booking them would, until cancelled."""
    while True:
        chosen = [next(numbers) for _ in range(a_second)]
        await asyncio.to_thread(_change, database, chosen)
        await asyncio.sleep(1)


def _change(database: Database, numbers: list[int]) -> None:
    now = time.time_ns() // 1000
    with database.begin() as connection:
        for number in numbers:
            columns = {"last_at": now, "base_at": now, "power_mw": now % 3_000_000}
            columns["version"] = meter_state.c.version + 1
            same = meter_state.c.meter_id == number
            connection.execute(update(meter_state).where(same).values(columns))


@asynccontextmanager
async def connected(server: Server) -> AsyncIterator[SimpleNamespace]:
    """Open a connection that is kept for many requests."""
    reader, writer = await asyncio.open_connection(server.host, server.port, limit=2**24)
    try:
        yield SimpleNamespace(reader=reader, writer=writer)
    finally:
        writer.close()


async def ask(connection: SimpleNamespace, target: str, headers: str) -> tuple[int, bytes]:
    """Ask for an address as barely as can be; returns status and body."""
    connection.writer.write(f"GET {target} HTTP/1.1\r\nHost: b\r\n{headers}\r\n".encode())
    head = (await connection.reader.readuntil(b"\r\n\r\n")).lower()
    length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
    return int(head[9:12]), await connection.reader.readexactly(length)
