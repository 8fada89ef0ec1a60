"""The life of the browser: crashes cost a retry, the worn is renewed, nothing is left over."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from tests.collect.browser.conftest import (
    OpenTransport,
    browsers,
    command,
    gone,
    shows_energy,
    target,
    until,
)
from tests.collect.conftest import Asked, RawDevice, StartDevice, reply, serve, site

from wattledger.collect.address import AddressPolicy
from wattledger.collect.browser.limits import LIFE_LIMITS
from wattledger.collect.browser.processes import Process, line_to_us
from wattledger.collect.errors import AttemptError
from wattledger.collect.transport.browser import BrowserTransport
from wattledger.domain.outcome import Outcome

pytestmark = pytest.mark.browser

METER = "<b id=total>12543.5 kWh</b>"

OWNER = """
import asyncio, sys
from pathlib import Path
sys.path[:0] = sys.argv[3].split(":")
from tests.collect.browser.conftest import shows_energy, target
from wattledger.collect.address import AddressPolicy
from wattledger.collect.transport.browser import BrowserTransport

async def read() -> None:
    policy = AddressPolicy(allow_loopback=True)
    transport = BrowserTransport(Path(sys.argv[1]), policy, 2)
    await transport.fetch(target(sys.argv[2]), shows_energy)

asyncio.run(read())
"""

Pick = Callable[[Process], bool]


def is_renderer(process: Process) -> bool:
    return "--type=renderer" in command(process)


def is_browser(process: Process) -> bool:
    words = command(process)
    return "--user-data-dir=" in words and "--type=" not in words and "/bin/sh" not in words


def is_driver(process: Process) -> bool:
    return "run-driver" in command(process)


def ours() -> list[Process]:
    """Return the browser processes that this test process has started."""
    return [process for process in browsers() if line_to_us(process.pid)]


async def killed_while_read(
    device: RawDevice, transport: BrowserTransport, pick: Pick, *, reads: int = 1
) -> list[str]:
    """Kill what is picked while reads wait for an answer; return what they read."""
    device.asked.clear()
    reading = [
        asyncio.create_task(transport.fetch(target(device), shows_energy)) for _ in range(reads)
    ]
    await until(lambda: device.paths.count("GET /figures") >= reads)
    victims = [process for process in ours() if pick(process)]
    assert victims
    for victim in victims:
        os.kill(victim.pid, signal.SIGKILL)
    return [fetched.documents[0].text for fetched in await asyncio.gather(*reading)]


@pytest_asyncio.fixture(loop_scope="module")
async def slow_once(start_device: StartDevice) -> RawDevice:
    """Give a device that lets the figures of its first pages hang, and answers later ones."""
    page = """<b id=total></b><script>fetch("/figures").then(a => a.text()).then(text => {
      document.getElementById("total").textContent = text; });</script>"""
    hanging = 3

    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> bool:
        nonlocal hanging
        if asked.path == "/figures" and hanging:
            hanging -= 1
            await asyncio.sleep(3)
        writer.write(reply(page if asked.path == "/" else "12543.5 kWh"))
        return True

    return await start_device(answer)


@pytest.mark.parametrize("pick", [is_renderer, is_browser, is_driver])
async def test_what_is_killed_under_reads_costs_each_one_retry(
    slow_once: RawDevice, open_transport: OpenTransport, pick: Pick
) -> None:
    transport = open_transport(places=3)
    texts = await killed_while_read(slow_once, transport, pick, reads=3)
    assert all(">12543.5 kWh<" in text for text in texts)
    again = await transport.fetch(target(slow_once), shows_energy)
    assert ">12543.5 kWh<" in again.documents[0].text
    before = ours()
    await transport.close()
    await gone(before)


@pytest.mark.parametrize("pick", [is_renderer, is_browser, is_driver])
async def test_what_was_killed_between_reads_is_not_noticed(
    start_device: StartDevice, open_transport: OpenTransport, pick: Pick
) -> None:
    device = await start_device(site({"/": METER}))
    transport = open_transport()
    await transport.fetch(target(device), shows_energy)
    for process in ours():
        if pick(process):
            os.kill(process.pid, signal.SIGKILL)
    assert (await transport.fetch(target(device), shows_energy)).documents


async def test_a_page_that_crashes_each_time_is_given_up(
    start_device: StartDevice, open_transport: OpenTransport
) -> None:
    def page(_asked: Asked) -> str:
        for process in ours():
            if is_browser(process):
                os.kill(process.pid, signal.SIGKILL)
        return METER

    device = await start_device(serve(page))
    with pytest.raises(AttemptError) as caught:
        await open_transport().fetch(target(device), shows_energy)
    assert caught.value.outcome is Outcome.BROWSER_CRASHED
    assert "ended twice" in caught.value.message
    assert len(device.asked) == 2


async def test_nothing_runs_on_after_close(
    start_device: StartDevice, open_transport: OpenTransport
) -> None:
    device = await start_device(site({"/": METER}))
    transport = open_transport()
    await transport.fetch(target(device), shows_energy)
    started = ours()
    assert {is_driver, is_browser} <= {
        kind for kind in (is_driver, is_browser) if any(kind(each) for each in started)
    }
    await transport.close()
    assert not [process for process in started if process.lives]


async def test_nothing_runs_on_when_a_read_is_cancelled_during_the_start(
    start_device: StartDevice, open_transport: OpenTransport
) -> None:
    device = await start_device(site({"/": METER}))
    transport = open_transport()
    reading = asyncio.create_task(transport.fetch(target(device), shows_energy))
    await asyncio.sleep(0.2)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    started = ours()
    await transport.close()
    assert not [process for process in {*started, *ours()} if process.lives]


@pytest.mark.parametrize("script", ["", "setTimeout(() => { for (;;); }, 50)"])
async def test_nothing_runs_on_when_the_owner_is_killed(
    start_device: StartDevice,
    program: Path,
    profiles: Path,  # noqa: ARG001 - is empty in the end
    script: str,
) -> None:
    device = await start_device(site({"/": f"<p>no figure<script>{script}</script>"}))
    owner = subprocess.Popen(  # noqa: ASYNC220 - a process to kill is what is tested
        [sys.executable, "-c", OWNER, program, device.url, ":".join(sys.path)]
    )
    await until(lambda: device.asked)
    await asyncio.sleep(0.5)
    started = ours()
    assert any(is_renderer(process) for process in started)
    owner.kill()
    owner.wait()
    await gone(started)


async def test_a_driver_that_hangs_is_ended(
    start_device: StartDevice, open_transport: OpenTransport
) -> None:
    device = await start_device(site({"/": METER}))
    transport = open_transport(life_limits=replace(LIFE_LIMITS, close_seconds=1, open_seconds=1))
    await transport.fetch(target(device), shows_energy)
    started = ours()
    for process in started:
        if is_driver(process):
            os.kill(process.pid, signal.SIGSTOP)
    assert (await transport.fetch(target(device), shows_energy)).documents
    await transport.close()
    await gone(started)


async def test_a_worn_browser_is_renewed_and_its_driver_kept(
    start_device: StartDevice, open_transport: OpenTransport
) -> None:
    device = await start_device(site({"/": METER}))
    transport = open_transport(life_limits=replace(LIFE_LIMITS, browser_reads=2))
    seen: list[tuple[int, int]] = []
    for _ in range(4):
        await transport.fetch(target(device), shows_energy)
        await asyncio.sleep(0.5)
        started = ours()
        seen.append((
            next(each.pid for each in started if is_driver(each)),
            next(each.pid for each in started if is_browser(each)),
        ))  # fmt: skip
    drivers, served_by = zip(*seen, strict=True)
    assert len(set(drivers)) == 1
    assert served_by[0] == served_by[1] != served_by[2] == served_by[3]


@pytest.mark.parametrize("limit", ["driver_reads", "driver_bytes", "browser_bytes"])
async def test_what_has_served_or_holds_too_much_is_renewed(
    start_device: StartDevice, open_transport: OpenTransport, limit: str
) -> None:
    device = await start_device(site({"/": METER}))
    limits = replace(LIFE_LIMITS, reads_a_weighing=1, **{limit: 1})
    transport = open_transport(life_limits=limits)
    await transport.fetch(target(device), shows_energy)
    first = [process for process in ours() if is_browser(process)]
    first += [process for process in ours() if is_driver(process) and "driver" in limit]
    await transport.fetch(target(device), shows_energy)
    await gone(first)


async def test_a_program_that_is_no_browser_is_named(tmp_path: Path) -> None:
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\necho broken; exit 7\n")
    program.chmod(0o755)
    transport = BrowserTransport(program, AddressPolicy(allow_loopback=True), 1)
    with pytest.raises(AttemptError, match="--version") as caught:
        await transport.fetch(target("http://127.0.0.1:9"), shows_energy)
    assert caught.value.outcome is Outcome.BROWSER_CRASHED
    await transport.close()
    assert not [process for process in ours() if is_driver(process)]


async def test_after_close_no_browser_is_started(open_transport: OpenTransport) -> None:
    transport = open_transport()
    await transport.close()
    with pytest.raises(AttemptError, match="was closed"):
        await transport.fetch(target("http://127.0.0.1:9"), shows_energy)
    assert ours() == []
