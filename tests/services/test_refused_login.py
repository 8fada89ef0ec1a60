"""A wrong password is tried once, then the endpoint rests: devices lock accounts (SOURCES 6)."""

from sqlalchemy import select
from tests.services.locking_device import Room, room, start_device

from wattledger.domain.instant import HOUR, MINUTE
from wattledger.domain.outcome import Outcome
from wattledger.services.bulk_endpoints import BulkAction, BulkOrder, change_endpoints
from wattledger.services.collect_now import collect_now
from wattledger.services.progress import unwatched
from wattledger.services.set_up_endpoint import replace_endpoint
from wattledger.services.try_recipe import try_recipe
from wattledger.store.tables import attempt

__all__ = ["room", "start_device"]


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
    assert await room.until_polled() == [Outcome.AUTH_FAILED]
    assert HOUR <= room.clock.at - refused_at <= HOUR + 15 * MINUTE
    assert "not read again until its login is corrected" in room.last_message()
    assert await room.until_polled() == []
    assert room.device.tried == ["right", "right", "right"]


async def test_a_device_that_refused_while_it_started_is_read_again_by_itself(room: Room) -> None:
    room.add("R1", "right")
    await room.poll()
    room.device.password = "none yet"
    room.clock.at += 15 * MINUTE
    assert await room.poll() == [Outcome.AUTH_FAILED]
    room.device.password = "right"
    assert await room.until_polled() == [Outcome.OK]
    assert room.row("R1").login_tries == 2, "and it may begin anew another time"


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
