"""Read plain meters: the whole path's CPU against a bare client's, and how it grows.

Targets (docs: PERFORMANCE): the full path (lease, fetch, extract, validate, store) within ten times
a bare asyncio/uvloop client that only fetches; cost grows no faster than the number of meters
(exponent at most 1.05). The meters run in processes of their own; every value is checked.
"""

import asyncio
import json
import math
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import uvloop

from wattledger.bootstrap.database import prepare_database
from wattledger.bootstrap.system import open_system
from wattledger.config import load_settings
from wattledger.domain.instant import parse_instant
from wattledger.logs import begin_logs
from wattledger.services.collect_now import collect_now
from wattledger.services.progress import Advance
from wattledger.services.stage_farm import stage_farm
from wattledger.simulate.farm import Farm, FarmDevice
from wattledger.simulate.lineup import plain_farm

SIZES = (50, 500, 5_000)
ROUNDS = 5
AT_ONCE = 300
NOW = parse_instant("2026-03-01T12:00:00Z")


@contextmanager
def silent(_label: str, _total: int) -> Iterator[Advance]:
    """Show no progress."""
    yield lambda _count=1: None


async def fetch(device: FarmDevice, places: asyncio.Semaphore) -> bytes:
    """Fetch a page as barely as can be."""
    async with places:
        reader, writer = await asyncio.open_connection("127.0.0.1", device.port)
        writer.write(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        page = await reader.read()
        writer.close()
        return page


async def bare(devices: Sequence[FarmDevice]) -> float:
    """Return the CPU seconds of fetching all pages and looking at none."""
    places = asyncio.Semaphore(AT_ONCE)
    begun = time.process_time()
    pages = await asyncio.gather(*(fetch(device, places) for device in devices))
    took = time.process_time() - begun
    assert all(page.startswith(b"HTTP/1.1 200") for page in pages)
    return took


async def full(devices: Sequence[FarmDevice], folder: Path) -> tuple[float, float]:
    """Return the CPU and wall seconds of collecting all of them into an empty ledger."""
    settings = load_settings(
        data_dir=folder, allow_loopback=True, poll_gap_seconds=0, browser="none"
    )
    prepare_database(settings).close()
    async with open_system(settings) as system:
        stage_farm(system, devices)
        cpu, wall = time.process_time(), time.perf_counter()
        results = await collect_now(system, (), silent)
        figures = time.process_time() - cpu, time.perf_counter() - wall
    true = {device.spec.name: device.register(NOW) for device in devices}
    shown = {one.name: one.attempt.samples[0].total_milliwh for one in results}
    assert shown == true, "every value is the meter's own"
    return figures


def measure(size: int) -> dict[str, float]:
    """Return the medians of interleaved rounds at one size."""
    with Farm.start(plain_farm(size), frozen_at=NOW) as farm:
        rounds = []
        for _ in range(ROUNDS):
            with TemporaryDirectory() as folder:
                alone = uvloop.run(bare(farm.devices))
                rounds.append((alone, *uvloop.run(full(farm.devices, Path(folder)))))
    alone, cpu, wall = (median(column) for column in zip(*rounds, strict=True))
    return {
        "meters": size,
        "bareMicroseconds": round(alone / size * 1e6),
        "fullMicroseconds": round(cpu / size * 1e6),
        "ratio": round(cpu / alone, 1),
        "readsPerCpuSecond": round(size / cpu),
        "wallSeconds": round(wall, 2),
    }


def main() -> None:
    """Measure each size, print the table, write JSON."""
    begin_logs("console", "warning")  # as the command does
    table = [measure(size) for size in SIZES]
    for row in table:
        print("  ".join(f"{name} {value:g}" for name, value in row.items()))
    least, most = table[0], table[-1]
    costs = [row["fullMicroseconds"] * row["meters"] for row in (least, most)]
    grows = math.log(costs[1] / costs[0]) / math.log(most["meters"] / least["meters"])
    print(f"ratio {most['ratio']} (target <= 10), exponent {grows:.2f} (target <= 1.05)")
    figures = {"sizes": table, "exponent": round(grows, 3)}
    Path(__file__).with_suffix(".json").write_text(json.dumps(figures), encoding="utf-8")


if __name__ == "__main__":
    main()
