"""The live page of 5,000 meters for 50 callers at once, list pages, and 200 readers of the stream.

Targets: p95 of the whole live page under 100 ms, of a filtered one and of list pages under 50 ms,
with 50 requests in flight on two cores; 200 streams with 50 changes a second under 10 % of a core.
The callers run in this process, the server in another; its CPU time is the sturdier figure. What
is answered is checked; times are only printed. METERS, SECONDS in the environment make it smaller.
"""

import asyncio
import gzip
import itertools
import json
import os
import time
from contextlib import AsyncExitStack
from decimal import Decimal
from http import HTTPStatus
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from typing import Any

import uvloop
from light_caller import light_caller
from live_hall import CLIENTS, Server, ask, change, connected, power_of, prepared, serving

from wattledger.clock import SystemClock
from wattledger.services.issue_token import issue_token
from wattledger.store.database import Database
from wattledger.web.live.seats import MOST_OF_ONE

METERS = int(os.environ.get("METERS", "5000"))
SECONDS = float(os.environ.get("SECONDS", "4"))
IN_FLIGHT = 50
STREAMS = 200
CHANGES = 50
LIVE = "/api/v1/consumption/live"
PAGES = {
    "live": (LIVE, 100),
    "live, packed": (LIVE, 100),
    "live, unchanged": (LIVE, 100),
    "live of a client": (f"{LIVE}?client=Client%20007", 50),
    "live by status": (f"{LIVE}?status=failing", 50),
    "live by search": (f"{LIVE}?search=rack%2000", 50),
    "endpoints": ("/api/v1/endpoints?limit=100", 50),
    "endpoints by status": ("/api/v1/endpoints?limit=100&status=failing", 50),
    "meters": ("/api/v1/meters?limit=100", 50),
    "clients": ("/api/v1/clients?limit=100", 50),
    "assignments": ("/api/v1/assignments?limit=100", 50),
    "statements": ("/api/v1/statements?limit=100", 50),
    "readings": ("/api/v1/consumption/readings?endpointId=Rack%2000001&limit=100", 50),
}


WALKED = ("endpoints", "meters", "clients", "assignments", "statements", "readings")
"""The lists whose pages are asked for in turn, as well as their first page again and again."""


async def walk(server: Server, target: str, headers: str) -> list[str]:
    """Return the address of each page of a list."""
    targets = [target]
    async with connected(server) as connection:
        while True:
            _, body = await ask(connection, targets[-1], headers)
            cursor = json.loads(body)["nextCursor"]
            if cursor is None:
                return targets
            targets.append(f"{target}&cursor={cursor}")


async def load(server: Server, targets: list[str], headers: str) -> dict[str, float]:
    """Ask for one after the other over 50 connections, again and again; returns what it took."""
    times: list[float] = []
    in_turn = itertools.cycle(targets)
    until = time.perf_counter() + SECONDS

    async def caller() -> None:
        async with light_caller(server.host, server.port) as connection:
            while time.perf_counter() < until:
                begun = time.perf_counter()
                status = await connection.ask(next(in_turn), headers)
                times.append(time.perf_counter() - begun)
                assert status in {HTTPStatus.OK, HTTPStatus.NOT_MODIFIED}, status

    cpu = server.cpu_seconds()
    await asyncio.gather(*(caller() for _ in range(IN_FLIGHT)))
    cpu = server.cpu_seconds() - cpu
    cuts = quantiles(times, n=20)
    return {
        "requests": len(times),
        "p50Ms": round(cuts[9] * 1000, 1),
        "p95Ms": round(cuts[18] * 1000, 1),
        "serverCpuMsPerRequest": round(cpu / len(times) * 1000, 2),
    }


async def check(server: Server, headers: str) -> str:
    """See that every page answers right; returns the name of the live page's snapshot."""
    async with connected(server) as connection:
        status, body = await ask(connection, LIVE, headers)
        whole = json.loads(body, parse_float=Decimal)
        assert status == HTTPStatus.OK
        powers = {e["name"]: e["latestReading"]["power"] for e in whole["data"]}
        for number in range(1, METERS + 1):
            assert powers[f"Rack {number:05}"] * 1000 == power_of(number)
        assert whole["totals"]["power"] == sum(powers.values())
        _, packed = await ask(connection, LIVE, headers + "Accept-Encoding: gzip\r\n")
        assert gzip.decompress(packed) == body
        _, own = await ask(connection, PAGES["live of a client"][0], headers)
        assert len(json.loads(own)["data"]) == METERS // CLIENTS
        for target, _ in PAGES.values():
            status, page = await ask(connection, target, headers)
            assert status == HTTPStatus.OK, page
            assert "data" in json.loads(page)
        snapshot: str = whole["snapshot"]
        return snapshot


async def pages(server: Server, token: str) -> list[dict[str, Any]]:
    """Measure each page."""
    headers = f"Authorization: Bearer {token}\r\n"
    snapshot = await check(server, headers)
    more = {
        "live, packed": "Accept-Encoding: gzip\r\n",
        "live, unchanged": f'If-None-Match: W/"{snapshot}"\r\n',
    }
    rows: list[dict[str, Any]] = []
    for name, (target, limit) in PAGES.items():
        asked = {name: [target]}
        if name in WALKED:
            asked[f"{name}, page by page"] = await walk(server, target, headers)
        for each, targets in asked.items():
            figures = await load(server, targets, headers + more.get(name, ""))
            rows.append({"page": each, **figures, "targetMs": limit})
            print("  ".join(f"{key} {value}" for key, value in rows[-1].items()), flush=True)
    return rows


async def read_stream(server: Server, token: str, until: float) -> tuple[int, set[bytes]]:
    """Read a stream for a while; returns its bytes and the ids of its deltas."""
    async with connected(server) as connection:
        request = f"GET {LIVE}/stream HTTP/1.1\r\nHost: b\r\nAuthorization: Bearer {token}\r\n\r\n"
        connection.writer.write(request.encode())
        head = await connection.reader.readuntil(b"\r\n\r\n")
        assert b" 200 " in head
        received, ids, last = 0, set(), b""
        while (left := until - time.perf_counter()) > 0:
            try:
                async with asyncio.timeout(left):
                    line = await connection.reader.readuntil(b"\n")
            except TimeoutError:
                break
            received += len(line)
            if line.startswith(b"id: "):
                last = line
            elif line.startswith(b"event: delta"):
                ids.add(last)
        return received, ids


async def streams(server: Server, tokens: list[str], database: Database) -> dict[str, Any]:
    """Measure the server while 200 read the stream and 50 endpoints change each second."""
    async with AsyncExitStack() as stack:
        numbers = itertools.cycle(range(1, METERS + 1))
        changing = asyncio.create_task(change(database, numbers, CHANGES))
        stack.callback(changing.cancel)
        seconds = 5 * SECONDS
        until = time.perf_counter() + seconds + 2
        readers = [
            asyncio.create_task(read_stream(server, token, until))
            for token in itertools.islice(itertools.cycle(tokens), STREAMS)
        ]
        await asyncio.sleep(2)
        cpu, begun = server.cpu_seconds(), time.perf_counter()
        await asyncio.sleep(seconds - 0.5)
        cpu, took = server.cpu_seconds() - cpu, time.perf_counter() - begun
        told = await asyncio.gather(*readers)
    common = set.intersection(*(ids for _, ids in told))
    assert len(common) >= seconds / 2, "all readers get the same events"
    return {
        "streams": STREAMS,
        "changesASecond": CHANGES,
        "serverCpuPercent": round(100 * cpu / took, 1),
        "kilobytesASecondEach": round(told[0][0] / 1000 / (seconds + 2), 1),
        "targetPercent": 10,
    }


def main() -> None:
    """Measure, print the table, write JSON."""
    with TemporaryDirectory() as folder:
        database = prepared(folder, METERS)
        names = [f"bench {number}" for number in range(STREAMS // MOST_OF_ONE)]
        tokens = [issue_token(database, name, SystemClock().now()) for name in names]
        with serving(folder) as server:
            table = uvloop.run(pages(server, tokens[0]))
            stream = uvloop.run(streams(server, tokens, database))
        database.close()
    print("  ".join(f"{key} {value}" for key, value in stream.items()))
    load_average = os.getloadavg()[0]
    print(f"load average of the machine in the end: {load_average:.1f}")
    figures = {"meters": METERS, "inFlight": IN_FLIGHT, "pages": table, "stream": stream}
    figures["loadAverage"] = load_average
    Path(__file__).with_suffix(".json").write_text(json.dumps(figures), encoding="utf-8")


if __name__ == "__main__":
    main()
