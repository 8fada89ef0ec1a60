"""A device that counts the passwords it is sent, and the system that reads it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from sqlalchemy import select
from tests.collect.conftest import Asked, RawDevice, StartDevice, reply, start_device

from wattledger.clock import SetClock
from wattledger.collect.address import AddressPolicy
from wattledger.collect.curl import CurlClient
from wattledger.collect.lease import Undivided
from wattledger.collect.reader import Reader
from wattledger.collect.transport.http import HttpTransport
from wattledger.config import load_settings
from wattledger.domain.instant import MINUTE, SECOND, parse_instant
from wattledger.domain.outcome import Outcome
from wattledger.domain.recipe import AuthConfig, AuthType, Engine, ScrapingConfig
from wattledger.jobs.targets import polled
from wattledger.secrets.vault import Vault
from wattledger.services.collect_readings import collect_readings
from wattledger.services.set_up_endpoint import EndpointSetup, create_endpoint
from wattledger.services.system import System
from wattledger.store.database import Database
from wattledger.store.endpoints import EndpointRow, find_endpoint
from wattledger.store.tables import attempt

__all__ = ["start_device"]

NOON = parse_instant("2026-03-02T12:00:00Z")
FORM = '<form method=post action="/in"><input name=u><input type=password name=p></form>'
METER = "<b id=total>12543.5 kWh</b>"


@dataclass
class LockingDevice:
    """A device with a login; ``tried`` are the passwords it was sent, in order."""

    password: str = "right"
    users: set[str] = field(default_factory=lambda: {"admin", "meters"})
    tried: list[str] = field(default_factory=list)
    answers: dict[str, bytes] = field(default_factory=dict)
    refusal: str = FORM
    once: Callable[[], object] | None = None
    """What happens while the next login is judged."""

    async def answer(self, asked: Asked, writer: asyncio.StreamWriter) -> bool:
        """Show the login page, or judge a login."""
        shown = FORM
        if asked.path == "/in":
            told = parse_qs(asked.body.decode())
            [name], [given] = told["u"], told["p"]
            self.tried.append(given)
            happens, self.once = self.once, None
            if happens is not None:
                happens()
            is_right = given == self.password and name in self.users
            shown = METER if is_right else self.refusal
        elif asked.path in self.answers:
            writer.write(self.answers[asked.path])
            return True
        writer.write(reply(shown))
        return True


@dataclass
class Room:
    """A system, the device it reads, and what happens to both."""

    system: System
    clock: SetClock
    device: LockingDevice
    raw: RawDevice
    resting: dict[int, str] = field(default_factory=dict)

    def add(
        self,
        name: str,
        password: str = "wrong",  # noqa: S107 - of a simulated device
        username: str = "admin",
        mark: str | None = None,
        **page: object,
    ) -> None:
        """Set an endpoint up."""
        create_endpoint(self.system, self.setup(name, password, username, mark, **page))

    def setup(
        self,
        name: str,
        password: str | None = None,
        username: str = "admin",
        mark: str | None = None,
        **page: object,
    ) -> EndpointSetup:
        """Return the form of an endpoint as filled in; ``page`` is of its scrapingConfig."""
        login = AuthConfig.model_validate(
            {"username": username, "password": password, "loggedInWhen": mark}
        )
        scraping = ScrapingConfig.model_validate({"valueSelector": "#total", **page})
        return EndpointSetup(
            name, self.raw.url, scraping, auth_type=AuthType.FORM, auth_config=login
        )

    async def poll(self) -> list[Outcome]:
        """Read what is due, as the poller does; returns how that ended."""
        now = self.clock.now()
        with self.system.database.begin() as connection:
            chunks = polled(connection, {}, now, now + 1, now)
        return [outcome for chunk in chunks for outcome in await self.read(chunk)]

    async def read(self, chunk: list[int]) -> list[Outcome]:
        """Read a chunk of endpoints, a second later, and book it; returns how each ended."""
        self.clock.at += SECOND
        collected = await collect_readings(self.system, chunk, pictures=False)
        with self.system.database.begin() as connection:
            collected.book(connection)
        self.resting = dict(collected.resting)
        return list(collected.outcomes.values())

    async def until_polled(self) -> list[Outcome]:
        """Let time go on until something is read, for some hours at most."""
        for _ in range(20):
            self.clock.at += 15 * MINUTE
            if ends := await self.poll():
                return ends
        return []

    def row(self, name: str) -> EndpointRow:
        """Return an endpoint as stored."""
        with self.system.database.connect() as connection:
            return find_endpoint(connection, name)

    def last_message(self) -> str:
        """Return what the newest attempt says."""
        newest = select(attempt.c.message).order_by(attempt.c.id.desc()).limit(1)
        with self.system.database.connect() as connection:
            return str(connection.scalar(newest))


@pytest.fixture
async def room(
    tmp_path: Path, database: Database, start_device: StartDevice
) -> AsyncIterator[Room]:
    """Give a system, and a device that refuses what is not its password."""
    clock, device = SetClock(NOON), LockingDevice()
    transport = HttpTransport(CurlClient(), AddressPolicy(allow_loopback=True))
    reader = Reader({Engine.HTTP: transport}, Undivided(), clock)
    settings = load_settings(data_dir=tmp_path, time_zone="Europe/Berlin")
    system = System(settings, clock, database, Vault(tmp_path / "key"), reader)
    yield Room(system, clock, device, await start_device(device.answer))
    await reader.close()
