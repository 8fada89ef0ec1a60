"""A wrong password is tried once, then the endpoint rests: devices lock accounts (SOURCES 6)."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from sqlalchemy import select, update
from tests.collect.conftest import Asked, RawDevice, StartDevice, reply, start_device

from wattledger.clock import SetClock
from wattledger.collect.address import AddressPolicy
from wattledger.collect.curl import CurlClient
from wattledger.collect.lease import Undivided
from wattledger.collect.reader import Reader
from wattledger.collect.transport.http import HttpTransport
from wattledger.config import load_settings
from wattledger.domain.instant import HOUR, MINUTE, SECOND, parse_instant
from wattledger.domain.outcome import Outcome
from wattledger.domain.recipe import AuthConfig, AuthType, Engine, ScrapingConfig
from wattledger.jobs.targets import polled
from wattledger.secrets.vault import Vault
from wattledger.services.bulk_endpoints import BulkAction, BulkOrder, change_endpoints
from wattledger.services.collect_now import collect_now
from wattledger.services.collect_readings import collect_readings
from wattledger.services.progress import unwatched
from wattledger.services.set_up_endpoint import EndpointSetup, create_endpoint, replace_endpoint
from wattledger.services.system import System
from wattledger.services.try_recipe import try_recipe
from wattledger.store.database import Database
from wattledger.store.endpoints import EndpointRow, find_endpoint, pull_back_due
from wattledger.store.tables import attempt, endpoint

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
    ) -> None:
        """Set an endpoint up."""
        create_endpoint(self.system, self.setup(name, password, username, mark))

    def setup(
        self,
        name: str,
        password: str | None = None,
        username: str = "admin",
        mark: str | None = None,
    ) -> EndpointSetup:
        """Return the form of an endpoint as somebody filled it in."""
        login = AuthConfig.model_validate(
            {"username": username, "password": password, "loggedInWhen": mark}
        )
        scraping = ScrapingConfig.model_validate({"valueSelector": "#total"})
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


async def test_another_username_alone_is_another_login(room: Room) -> None:
    room.device.password = "wrong"
    room.device.users = {"operator"}
    room.add("R1")
    assert await room.poll() == [Outcome.AUTH_FAILED]
    replace_endpoint(room.system, "R1", room.setup("R1", None, "operator"))
    assert await room.poll() == [Outcome.OK]


async def test_a_neighbour_whose_login_has_worked_is_tried_once_more_too(room: Room) -> None:
    room.add("R1", "right")
    await room.poll()
    room.device.password = "new"
    room.add("R2", "right")
    await room.read([2])
    assert [room.row(name).login_tries for name in ("R1", "R2")] == [1, 0]
    assert await until_polled(room) == [Outcome.AUTH_FAILED]
    assert room.row("R1").login_tries == 0


@pytest.mark.parametrize("others", ["mark missing", "page forbidden", "no login asked for"])
async def test_what_is_wrong_with_one_recipe_stops_no_other(room: Room, others: str) -> None:
    room.add("R1", "right")
    assert await room.poll() == [Outcome.OK]
    if others == "mark missing":
        room.add("R2", "right", mark="#nothing")
    else:
        room.add("R2", "right")
        room.device.answers["/"] = {
            "page forbidden": reply("", "403 Forbidden"),
            "no login asked for": reply(METER),
        }[others]
    is_outside = others == "no login asked for"
    ends = [Outcome.STEP_FAILED if is_outside else Outcome.AUTH_FAILED]
    assert await room.read([2]) == ends
    assert room.row("R1").login_tries == 2


@pytest.mark.parametrize("shown", ["<p>Login failed. Try again</p>", "<p>Session expired</p>"])
async def test_a_login_whose_end_cannot_be_told_is_sent_once(room: Room, shown: str) -> None:
    room.add("R1")
    room.device.refusal = shown
    room.device.answers["/"] = reply(FORM)
    await room.poll()
    assert "cannot be told from its page" in room.last_message()
    assert list(room.resting) == [1], "nor tried again by its run"
    room.clock.at += HOUR
    assert await room.poll() == []
    assert room.device.tried == ["wrong"]


async def test_a_device_that_was_told_the_login_before_may_show_anything(room: Room) -> None:
    room.add("R1", "right")
    await room.poll()
    room.device.refusal = room.device.password = "<p>Firmware is updated</p>"
    for _ in range(3):
        room.clock.at += 15 * MINUTE
        assert await room.poll() == [Outcome.LOGIN_PAGE_AGAIN]
    assert room.row("R1").login_tries == 2


async def test_a_login_that_cannot_be_read_costs_the_others_nothing(room: Room) -> None:
    for name in ("R1", "R2"):
        room.add(name)
    room.add("R3", "right", username="meters")
    with room.system.database.begin() as connection:
        connection.execute(update(endpoint).where(endpoint.c.id == 2).values(auth=b"another key"))
    assert await room.read([1, 2, 3]) == [Outcome.AUTH_FAILED, Outcome.REFUSED, Outcome.OK]
    assert [room.row(name).login_tries for name in ("R1", "R2", "R3")] == [0, 1, 2]


async def test_many_endpoints_at_a_device_send_a_wrong_login_once(room: Room) -> None:
    for number in range(120):
        room.add(f"R{number}")
    room.clock.at += SECOND
    ends = await collect_now(room.system, [], unwatched)
    assert [each.outcome for each in ends] == [Outcome.AUTH_FAILED] * 120
    assert room.device.tried == ["wrong"]
    assert all("not read again" in str(each.message) for each in ends)


async def test_a_chunk_that_was_cut_before_does_not_send_it_again(room: Room) -> None:
    for name in ("R1", "R2"):
        room.add(name)
    await room.read([1])
    assert await room.read([2]) == []
    assert room.device.tried == ["wrong"]


async def test_whoever_asks_within_the_hour_waits_for_it(room: Room) -> None:
    room.add("R1", "right")
    await room.poll()
    room.device.password = "new"
    assert await room.read([1]) == [Outcome.AUTH_FAILED]
    assert await collect_now(room.system, [], unwatched) == []
    with room.system.database.begin() as connection:
        pull_back_due(connection, room.clock.at)
    assert await room.poll() == []
    assert room.device.tried == ["right", "right"]
