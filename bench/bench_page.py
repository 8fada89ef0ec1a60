"""The live page of 2,000 meters in a real browser, while 50 of them change each second.

Targets: under 400 kB over the wire, interactive in under 1.5 s, the main thread less than 5 % busy,
and memory flat over 10 minutes. Those are the last ten: for a quarter of an hour the engine
compiles what runs often, and that alone grows. That the page follows is checked; figures are only
printed. METERS and MINUTES in the environment make it smaller. The browser, the server and whoever
changes the meters share the machine.
"""

import asyncio
import itertools
import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from playwright.async_api import Browser, CDPSession, Page, async_playwright
from tests.pages.hall import Hall, read_now
from tests.pages.hall_server import HallServer, clock, serving
from tests.pages.visitor import FLAGS

from wattledger.collect.browser.find import find_browser
from wattledger.domain.instant import DAY

METERS = int(os.environ.get("METERS", "2000"))
MINUTES = float(os.environ.get("MINUTES", "30"))
FLAT_MINUTES = 10
CHANGES = 50
LOADS = 5
SETTLED_MS = 3000
# Interactive: the first power is painted, and no task of 50 ms or more ends later within
# SETTLED_MS; from then on it is the changes that make work.
WATCH = """
window.paintedAt = 0;
window.tasks = [];
new PerformanceObserver((list) => {
  for (const task of list.getEntries()) window.tasks.push(task.startTime + task.duration);
}).observe({ type: "longtask", buffered: true });
new MutationObserver((_, observer) => {
  if (!document.querySelector('[role="list"] a, main [href^="/endpoints/"]')) return;
  observer.disconnect();
  requestAnimationFrame(() => requestAnimationFrame(() => {
    window.paintedAt = performance.now();
  }));
}).observe(document, { childList: true, subtree: true });
"""


@contextmanager
def changing(server: HallServer) -> Iterator[list[int]]:
    """Let meters be read, fifty a second; gives how many were so far."""
    ended, done = threading.Event(), [0]
    numbers = itertools.cycle(range(1, METERS + 1))

    def change() -> None:
        due = time.monotonic()
        while not ended.wait(max(0.0, due - time.monotonic())):
            with server.database.begin() as connection:
                read_now(connection, list(itertools.islice(numbers, CHANGES)), clock())
            done[0] += CHANGES
            due += 1

    thread = threading.Thread(target=change)
    thread.start()
    try:
        yield done
    finally:
        ended.set()
        thread.join()


async def metric(session: CDPSession, name: str) -> float:
    """Return one of the browser's own counters of the page."""
    got = await session.send("Performance.getMetrics")
    return next(float(each["value"]) for each in got["metrics"] if each["name"] == name)


async def heap_bytes(session: CDPSession) -> float:
    """Return what the page holds when what it let go of has been collected."""
    await session.send("HeapProfiler.collectGarbage")
    return await metric(session, "JSHeapUsedSize")


async def load(browser: Browser, server: HallServer) -> dict[str, float]:
    """Open the page in a browser that has nothing of it; returns what that took."""
    context = await browser.new_context(viewport={"width": 1440, "height": 900})
    page = await context.new_page()
    await page.goto(server.link())
    await page.wait_for_url(f"{server.address}/")
    session = await context.new_cdp_session(page)
    sent = [0]
    await session.send("Network.enable")
    await session.send("Network.clearBrowserCache")
    await session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    session.on("Network.loadingFinished", lambda event: add(sent, event["encodedDataLength"]))
    await page.add_init_script(WATCH)
    await page.goto(server.address)
    await page.wait_for_timeout(4000)
    painted = float(await page.evaluate("window.paintedAt"))
    tasks: list[float] = await page.evaluate("window.tasks")
    assert painted, "the page shows no meter"
    assert await page.get_by_text(f"{METERS:,} of {METERS:,}").count() == 1
    await context.close()
    return {
        "kilobytes": sent[0] / 1000,
        "paintedMs": painted,
        "interactiveMs": max([painted, *(each for each in tasks if each < SETTLED_MS)]),
    }


def add(sent: list[int], count: int) -> None:
    """Count bytes."""
    sent[0] += int(count)


async def follow(page: Page, session: CDPSession, done: list[int]) -> dict[str, Any]:
    """Leave the page open; returns how busy it was and how much it held each half minute."""
    await session.send("Performance.enable")
    await page.wait_for_timeout(20_000)
    before = await page.locator("dl").first.inner_text()
    heaps, busy, counted = [await heap_bytes(session)], [], done[0]
    rounds = max(1, round(MINUTES * 2))
    for _ in range(rounds):
        begun, tasks = time.monotonic(), await metric(session, "TaskDuration")
        await page.wait_for_timeout(30_000)
        took = time.monotonic() - begun
        busy.append(100 * (await metric(session, "TaskDuration") - tasks) / took)
        heaps.append(await heap_bytes(session))
        print(f"busy {busy[-1]:.2f} %, {heaps[-1] / 1e6:.2f} MB", flush=True)
    after = await page.locator("dl").first.inner_text()
    assert after != before, "the page does not follow"
    assert done[0] - counted > CHANGES * rounds * 30 * 0.8, "the meters changed too seldom"
    return {
        "busyPercent": round(median(busy), 2),
        "heapMegabytes": [round(each / 1e6, 2) for each in heaps],
        "heapGrowth": round(heaps[-1] / heaps[max(0, rounds - FLAT_MINUTES * 2)], 3),
    }


async def measure(server: HallServer, done: list[int]) -> dict[str, Any]:
    """Load the page some times, then follow it."""
    async with async_playwright() as playwright:
        program = find_browser(None)
        assert program is not None, "no browser: run make browser"
        browser = await playwright.chromium.launch(executable_path=program, args=FLAGS)
        loads = [await load(browser, server) for _ in range(LOADS)]
        figures: dict[str, Any] = {
            name: round(median(each[name] for each in loads), 1) for name in loads[0]
        }
        print(figures, flush=True)
        page = await browser.new_page(viewport={"width": 1440, "height": 900})
        await page.goto(server.link())
        await page.wait_for_url(f"{server.address}/")
        session = await page.context.new_cdp_session(page)
        figures |= await follow(page, session, done)
        await browser.close()
    return figures


def main() -> None:
    """Measure, print, write JSON."""
    with (
        TemporaryDirectory() as folder,
        serving(Path(folder), Hall(METERS, 2 * DAY)) as server,
        changing(server) as done,
    ):
        figures = asyncio.run(measure(server, done))
    targets = {"kilobytes": 400, "interactiveMs": 1500, "busyPercent": 5}
    figures |= {"meters": METERS, "changesASecond": CHANGES, "targets": targets}
    figures["loadAverage"] = os.getloadavg()[0]
    print("  ".join(f"{name} {value}" for name, value in figures.items()))
    Path(__file__).with_suffix(".json").write_text(json.dumps(figures), encoding="utf-8")


if __name__ == "__main__":
    main()
