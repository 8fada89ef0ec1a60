"""Whom a refused login concerns: all that send the same one to the device, and nobody else."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import update
from tests.collect.conftest import reply
from tests.services.locking_device import FORM, METER, Room, room, start_device

from wattledger.domain.instant import HOUR, MINUTE, SECOND
from wattledger.domain.outcome import Outcome
from wattledger.services.collect_now import collect_now
from wattledger.services.progress import unwatched
from wattledger.services.set_up_endpoint import replace_endpoint
from wattledger.services.show_endpoint import show_endpoint
from wattledger.services.try_recipe import try_recipe
from wattledger.store.endpoints import pull_back_due
from wattledger.store.tables import endpoint

__all__ = ["room", "start_device"]

ELSEWHERE = [{"action": "navigate", "url": "/energy"}]
"""Steps to a page that is not that of the login."""


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
    assert await room.until_polled() == [Outcome.AUTH_FAILED]
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


async def test_jobs_that_come_at_the_same_time_send_a_wrong_login_once(room: Room) -> None:
    for name in ("R1", "R2"):
        room.add(name)
    ends = await asyncio.gather(room.read([1]), room.read([2]))
    assert list(ends) == [[Outcome.AUTH_FAILED]] * 2
    assert room.device.tried == ["wrong"]


async def test_a_login_that_cannot_be_read_can_be_replaced(room: Room) -> None:
    room.add("R1")
    with room.system.database.begin() as connection:
        connection.execute(update(endpoint).values(auth=b"another key"))
    assert show_endpoint(room.system, "R1").login.has_password
    replace_endpoint(room.system, "R1", room.setup("R1", "right"))
    assert await room.poll() == [Outcome.OK]


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


async def test_what_cannot_be_told_is_sent_once_by_all_that_have_it(room: Room) -> None:
    for name in ("R1", "R2", "R3"):
        room.add(name, steps=ELSEWHERE)
    room.device.refusal = "<p>Login failed. Try again</p>"
    room.device.answers["/energy"] = reply("<p>Session expired</p>")
    await room.read([1])
    await room.read([2])
    assert await room.poll() == []
    assert room.device.tried == ["wrong"]


async def test_a_text_without_the_number_does_not_show_that_a_login_worked(room: Room) -> None:
    room.add("R1", valueSelector="body", valuePattern="([0-9.]+) kWh", steps=ELSEWHERE)
    room.device.refusal = "<p>Login failed. Try again</p>"
    room.device.answers["/energy"] = reply("<p>Session expired</p>")
    assert await room.poll() == [Outcome.PATTERN_MISSING]
    room.clock.at += HOUR
    assert await room.poll() == []
    assert room.device.tried == ["wrong"]


async def test_a_refusal_while_the_second_try_is_awaited_takes_it_from_nobody(room: Room) -> None:
    room.add("R1", "right")
    await room.poll()
    room.add("R2", "right")
    room.device.password = "none yet"
    await room.read([2])
    for _ in range(3):
        room.clock.at += MINUTE
        await try_recipe(room.system, "R2")
    room.device.password = "right"
    assert await room.until_polled() == [Outcome.OK]
    room.clock.at += 15 * MINUTE
    assert await room.poll() == [Outcome.OK, Outcome.OK], "and it wakes who rests with the same one"


async def test_what_was_set_up_anew_meanwhile_does_not_rest(room: Room) -> None:
    room.add("R1", valueSelector="#nothing", steps=ELSEWHERE)
    room.device.refusal = "<p>Welcome</p>"
    room.device.answers["/energy"] = reply("<p>Welcome</p>")
    room.device.once = lambda: replace_endpoint(room.system, "R1", room.setup("R1"))
    await room.poll()
    assert room.row("R1").login_tries == 1


async def test_another_interval_alone_wakes_nobody(room: Room) -> None:
    room.add("R1")
    await room.poll()
    replace_endpoint(room.system, "R1", replace(room.setup("R1"), poll_minutes=5))
    assert await room.poll() == []
