"""A browser to read devices with, and what to read of them."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import pytest
import pytest_asyncio
from tests.collect.conftest import RawDevice, StartDevice, starting_devices

from wattledger.collect.address import AddressPolicy
from wattledger.collect.attempt import Document, Fetched, Target
from wattledger.collect.browser.find import find_browser
from wattledger.collect.browser.limits import LIFE_LIMITS, READ_LIMITS, LifeLimits, ReadLimits
from wattledger.collect.browser.processes import Process, running
from wattledger.collect.transport.browser import BrowserTransport
from wattledger.domain.recipe import Recipe

QUICK = replace(
    READ_LIMITS,
    read_seconds=20,
    answer_seconds=3,
    login_seconds=4,
    element_seconds=1,
    script_seconds=3,
    quiet_seconds=1,
    undecided_seconds=1,
)


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Let the tests of a module share an event loop, and so the browser, which belongs to one."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="module"), append=False)


def shows_energy(documents: Sequence[Document]) -> bool:
    """Tell whether a figure in kWh stands in the documents."""
    return any(" kWh" in document.text for document in documents)


def target(
    device: RawDevice | str,
    *steps: dict[str, Any],
    auth_type: str = "none",
    path: str = "/",
    **auth: str,
) -> Target:
    """Return a device with a recipe of these steps and this login."""
    recipe = Recipe.model_validate(
        {
            "authType": auth_type,
            "authConfig": auth,
            "scrapingConfig": {"engine": "browser", "steps": steps, "valueSelector": "#total"},
        }
    )
    address = device if isinstance(device, str) else device.url + path
    return Target(address, recipe)


class OpenTransport(Protocol):
    """Opens transports."""

    def __call__(
        self,
        *,
        places: int = 2,
        limits: ReadLimits = QUICK,
        life_limits: LifeLimits = LIFE_LIMITS,
        pictures: bool = False,
        own_ports: frozenset[int] = frozenset(),
    ) -> BrowserTransport:
        """Return a transport with a browser of its own."""
        ...


@pytest_asyncio.fixture(loop_scope="module")
async def start_device() -> AsyncIterator[StartDevice]:
    """Give a function that starts devices; they end with the test."""
    async with starting_devices() as start:
        yield start


@pytest.fixture(scope="module")
def program() -> Path:
    """Give the browser of this machine."""
    found = find_browser(None)
    assert found is not None, "these tests need a Chromium: make test installs one"
    return found


@contextmanager
def all_profiles_in(folder: Path) -> Iterator[Path]:
    """Make a folder and have browsers put their profiles there; it must be empty in the end."""
    folder.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(folder))
        patch.setattr(tempfile, "tempdir", None)
        yield folder
    assert list(folder.iterdir()) == []


@pytest.fixture
def profiles(tmp_path: Path) -> Iterator[Path]:
    """Give the folder where browsers put their profiles; it must be empty in the end."""
    with all_profiles_in(tmp_path / "temporary") as folder:
        yield folder


@pytest_asyncio.fixture(loop_scope="module")
async def open_transport(
    program: Path,
    profiles: Path,  # noqa: ARG001 - is emptied after the transports are closed
) -> AsyncIterator[OpenTransport]:
    """Give a function that opens transports; they are closed with the test."""
    opened: list[BrowserTransport] = []

    def open_one(
        *,
        places: int = 2,
        limits: ReadLimits = QUICK,
        life_limits: LifeLimits = LIFE_LIMITS,
        pictures: bool = False,
        own_ports: frozenset[int] = frozenset(),
    ) -> BrowserTransport:
        policy = AddressPolicy(allow_loopback=True, own_ports=own_ports)
        transport = BrowserTransport(
            program, policy, places, pictures=pictures, limits=limits, life_limits=life_limits
        )
        opened.append(transport)
        return transport

    yield open_one
    for transport in opened:
        await transport.close()


@pytest.fixture(scope="module")
def limits() -> ReadLimits:
    """Give the limits of the transport that a module shares."""
    return QUICK


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def transport(
    program: Path, limits: ReadLimits, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[BrowserTransport]:
    """Give a transport that a module's tests share: as a rule a browser serves many reads."""
    with all_profiles_in(tmp_path_factory.mktemp("shared") / "temporary"):
        shared = BrowserTransport(program, AddressPolicy(allow_loopback=True), 2, limits=limits)
        yield shared
        await shared.close()


Read = Callable[[Target], Awaitable[Fetched]]


@pytest.fixture
def read(transport: BrowserTransport) -> Read:
    """Give a function that reads a device until it shows a figure in kWh."""

    async def read_one(wanted: Target) -> Fetched:
        return await transport.fetch(wanted, shows_energy)

    return read_one


def browsers() -> list[Process]:
    """Return the processes of browsers and drivers that run now as our kin."""
    return [each for each in running() if any(mark in command(each) for mark in _MARKS)]


_MARKS = ("--user-data-dir=", "--type=renderer", "--type=zygote", "--type=gpu", "run-driver")


def command(process: Process) -> str:
    """Return a process's command line."""
    try:
        raw = Path(f"/proc/{process.pid}/cmdline").read_bytes()
    except OSError:
        return ""
    return raw.replace(b"\0", b" ").decode(errors="replace")


async def until(condition: Callable[[], object], seconds: float = 20) -> None:
    """Wait until a condition holds; TimeoutError when it does not come to that."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - no event tells of other processes
            await asyncio.sleep(0.02)


async def gone(processes: Sequence[Process]) -> None:
    """Wait until none of these processes runs any more; TimeoutError when one stays."""
    await until(lambda: not any(process.lives for process in processes))
