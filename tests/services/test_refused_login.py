"""A wrong password is tried once, then the endpoint rests: devices lock accounts (SOURCES 6)."""

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
from wattledger.domain.instant import HOUR, MINUTE, parse_instant
from wattledger.domain.outcome import Outcome
from wattledger.domain.recipe import AuthConfig, AuthType, Engine, ScrapingConfig
from wattledger.jobs.targets import polled
from wattledger.secrets.vault import Vault
from wattledger.services.bulk_endpoints import BulkAction, BulkOrder, change_endpoints
from wattledger.services.collect_now import collect_now
from wattledger.services.progress import unwatched
from wattledger.services.set_up_endpoint import EndpointSetup, create_endpoint, replace_endpoint
from wattledger.services.system import System
from wattledger.services.try_recipe import try_recipe
from wattledger.store.database import Database
from wattledger.store.endpoints import EndpointRow, find_endpoint
from wattledger.store.tables import attempt, endpoint

__all__ = ["start_device"]

NOON = parse_instant("2026-03-02T12:00:00Z")
FORM = '<form method=post action="/in"><input name=u><input type=password name=p></form>'
METER = "<b id=total>12543.5 kWh</b>"


@dataclass
class LockingDevice:
    """A device with a login; ``tried`` are the passwords it was sent, in order."""

    password: str = "right"
    tried: list[str] = field(default_factory=list)
    once: Callable[[], object] | None = None
    """What happens while the next login is judged."""

    async def answer(self, asked: Asked, writer: asyncio.StreamWriter) -> bool:
        """Show the login page, or judge a login."""
        shown = FORM
        if asked.path == "/in":
            [given] = parse_qs(asked.body.decode())["p"]
            self.tried.append(given)
            happens, self.once = self.once, None
            if happens is not None:
                happens()
            shown = METER if given == self.password else FORM
        writer.write(reply(shown))
        return True


@dataclass
class Room:
    """A system, the device it reads, and what happens to both."""

    system: System
    clock: SetClock
    device: LockingDevice
    raw: RawDevice

    def add(self, name: str, password: str = "wrong", username: str = "admin") -> None:  # noqa: S107
        """Set an endpoint up."""
        create_endpoint(self.system, self.setup(name, password, username))

    def setup(
        self, name: str, password: str | None = None, username: str = "admin"
    ) -> EndpointSetup:
        """Return the form of an endpoint as somebody filled it in."""
        login = AuthConfig.model_validate({"username": username, "password": password})
        scraping = ScrapingConfig.model_validate({"valueSelector": "#total"})
        return EndpointSetup(
            name, self.raw.url, scraping, auth_type=AuthType.FORM, auth_config=login
        )

    async def poll(self) -> list[Outcome]:
        """Read what is due, as the poller does; returns how that ended."""
        now = self.clock.now()
        with self.system.database.begin() as connection:
            chunks = polled(connection, {}, now, now + 1, now)
            numbers = [number for chunk in chunks for number in chunk]
            named = select(endpoint.c.name).where(endpoint.c.id.in_(numbers))
            names = list(connection.scalars(named))
        if not names:
            return []
        return [each.outcome for each in await collect_now(self.system, names, unwatched)]

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


async def test_a_wrong_password_is_sent_once_and_the_endpoint_rests(room: Room) -> None:
    room.add("R1")
    assert await room.poll() == [Outcome.AUTH_FAILED]
    assert "not read again until its login is corrected" in room.last_message()
    for _ in range(5):
        room.clock.at += HOUR
        assert await room.poll() == []
    assert await collect_now(room.system, [], unwatched) == [], "nor with all that are enabled"
    assert room.device.tried == ["wrong"]


async def test_a_corrected_password_is_tried_at_once(room: Room) -> None:
    room.add("R1")
    await room.poll()
    replace_endpoint(room.system, "R1", room.setup("R1", "right"))
    assert await room.poll() == [Outcome.OK]
    assert room.device.tried == ["wrong", "right"]


async def test_another_name_is_no_other_login(room: Room) -> None:
    room.add("R1")
    await room.poll()
    replace_endpoint(room.system, "R1", room.setup("Rack 1"))
    assert await room.poll() == []


async def test_a_login_that_worked_is_tried_once_more_an_hour_later(room: Room) -> None:
    room.add("R1", "right")
    assert await room.poll() == [Outcome.OK]
    room.device.password = "new"
    room.clock.at += 15 * MINUTE
    refused_at = room.clock.at
    assert await room.poll() == [Outcome.AUTH_FAILED]
    assert "tried once more in an hour" in room.last_message()
    assert await until_polled(room) == [Outcome.AUTH_FAILED]
    assert HOUR <= room.clock.at - refused_at <= HOUR + 15 * MINUTE
    assert "not read again until its login is corrected" in room.last_message()
    assert await until_polled(room) == []
    assert room.device.tried == ["right", "right", "right"]


async def test_a_device_that_refused_while_it_started_is_read_again_by_itself(room: Room) -> None:
    room.add("R1", "right")
    await room.poll()
    room.device.password = "none yet"
    room.clock.at += 15 * MINUTE
    assert await room.poll() == [Outcome.AUTH_FAILED]
    room.device.password = "right"
    assert await until_polled(room) == [Outcome.OK]
    assert room.row("R1").login_tries == 2, "and it may begin anew another time"


async def until_polled(room: Room) -> list[Outcome]:
    """Let time go on until something is read, for some hours at most."""
    for _ in range(20):
        room.clock.at += 15 * MINUTE
        if ends := await room.poll():
            return ends
    return []


async def test_endpoints_of_a_device_that_share_a_login_try_it_once_together(room: Room) -> None:
    for name in ("R1", "R2", "R3"):
        room.add(name)
    room.add("R4", "right", username="meters")
    assert await room.poll() == [Outcome.AUTH_FAILED] * 3 + [Outcome.OK]
    assert room.device.tried == ["wrong", "right"]
    with room.system.database.connect() as connection:
        told = connection.scalars(select(attempt.c.message).order_by(attempt.c.id)).all()
    assert "refused the same login for 'R1'" in str(told[1])
    assert [room.row(name).login_tries for name in ("R1", "R2", "R3", "R4")] == [0, 0, 0, 2]


async def test_those_that_are_due_at_other_times_rest_with_it(room: Room) -> None:
    room.add("R1")
    room.add("R2")
    await collect_now(room.system, ["R1"], unwatched)
    assert await room.poll() == []
    assert room.device.tried == ["wrong"]


async def test_a_login_that_works_in_a_test_is_polled_again_with_all_that_share_it(
    room: Room,
) -> None:
    room.add("R1")
    room.add("R2")
    await room.poll()
    room.device.password = "wrong"
    assert (await try_recipe(room.system, "R1")).outcome is Outcome.OK
    room.clock.at += 15 * MINUTE
    assert await room.poll() == [Outcome.OK, Outcome.OK]


async def test_a_login_that_fails_in_a_test_is_not_polled_any_more(room: Room) -> None:
    room.add("R1")
    tried = await try_recipe(room.system, "R1")
    assert tried.outcome is Outcome.AUTH_FAILED
    assert "not read again until its login is corrected" in (tried.message or "")
    assert await room.poll() == []
    assert room.device.tried == ["wrong"]


async def test_who_is_enabled_anew_is_tried_once_more(room: Room) -> None:
    room.add("R1")
    await room.poll()
    order = BulkOrder(BulkAction.ENABLE, [room.row("R1").public_id])
    assert [each.was_so for each in change_endpoints(room.system, order)] == [False]
    assert [each.was_so for each in change_endpoints(room.system, order)] == [True]
    assert await room.poll() == [Outcome.AUTH_FAILED]
    assert room.device.tried == ["wrong", "wrong"]


async def test_what_was_corrected_while_it_was_read_is_not_refused(room: Room) -> None:
    room.add("R1")
    room.device.once = lambda: replace_endpoint(room.system, "R1", room.setup("R1", "right"))
    assert await room.poll() == [Outcome.AUTH_FAILED]
    assert await room.poll() == [Outcome.OK]
