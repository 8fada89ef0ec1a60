"""Who looks again and again sees what one sees who looks for the first time."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import Connection, delete, event, update
from tests.services.conftest import NOW, AddMeter, after, hourly

from wattledger.services import live_watch
from wattledger.services.live_watch import LiveWatch
from wattledger.store.clients import find_client, find_or_create_client, rename_client
from wattledger.store.database import Database, DatabaseBusyError
from wattledger.store.deleted_endpoints import delete_endpoint, restore_endpoint
from wattledger.store.endpoints import (
    NewEndpoint,
    find_or_create_meter,
    insert_endpoint,
    update_endpoint,
)
from wattledger.store.ledger import book
from wattledger.store.recompute import rebuild
from wattledger.store.sites import insert_site, move_endpoint
from wattledger.store.tables import energy_month, meter, reading, site


def repair(connection: Connection) -> None:
    connection.execute(update(energy_month).values(covered=0))
    rebuild(connection, [1, 2])


CHANGES: dict[str, Callable[[Connection], Any]] = {
    "a booking": lambda to: book(to, {1: hourly(3_000, range(20, 30))}),
    "a booking before the last": lambda to: book(to, {2: hourly(2_001, range(1))}),
    "another booking": lambda to: book(to, {1: hourly(3_020, range(30, 31))}),
    "a new meter": lambda to: find_or_create_meter(to, 1, "outlet-1"),
    "its first reading": lambda to: book(to, {4: hourly(5, range(30, 31))}),
    "another name": lambda to: update_endpoint(to, 2, NOW, name="A first one"),
    "another address": lambda to: update_endpoint(to, 2, NOW, address="http://10.0.0.9"),
    "another interval": lambda to: update_endpoint(to, 1, NOW, poll_minutes=1),
    "disabled": lambda to: update_endpoint(to, 1, NOW, enabled=False),
    "a client": lambda to: update_endpoint(to, 1, NOW, client_id=find_or_create_client(to, "Ada")),
    "the client's name": lambda to: rename_client(to, find_client(to, "Ada").id, "Bea"),
    "another site": lambda to: move_endpoint(to, 1, insert_site(to, "Far", "Asia/Tokyo")),
    "the site's name": lambda to: to.execute(update(site).values(name=site.c.name + "!")),
    "another limit": lambda to: to.execute(update(meter).where(meter.c.id == 1).values(p_max_mw=7)),
    "deleted": lambda to: delete_endpoint(to, 2, NOW),
    "restored": lambda to: restore_endpoint(to, 2, NOW),
    "a new endpoint": lambda to: insert_endpoint(to, NewEndpoint("Z", 1), NOW),
    "a repair": repair,
}


@pytest.fixture
def three(metered: AddMeter) -> None:
    """Make three endpoints, the last one never read."""
    for readings in (hourly(1_000, range(20)), hourly(2_000, range(1, 20)), []):
        metered(readings)


@pytest.mark.usefixtures("three")
def test_whatever_changes_is_seen_at_the_next_look(database: Database) -> None:
    watch = LiveWatch()
    before = ""
    for name in ("nothing", *CHANGES):
        with database.begin() as connection:
            if name in CHANGES:
                CHANGES[name](connection)
        fresh = LiveWatch()
        with database.connect() as connection:
            watch.look(connection, after(31))
            fresh.look(connection, after(31))
        assert list(watch.live.items()) == list(fresh.live.items()), name
        assert list(watch.endpoints.items()) == list(fresh.endpoints.items()), name
        assert watch.of_meters([1, 4]) == fresh.of_meters([1, 4]), name
        assert repr(fresh.endpoints) != before, f"{name} shows"
        before = repr(fresh.endpoints)


STEPS = ("shown_of_people", "state_versions", "all_rows", "some_rows", "endpoint_of", "assess")
"""What a look is made of; the database may fail in each, or a defect may."""


class FailsOnce:
    """A step of a look that fails the first time it is taken."""

    def __init__(self, step: Callable[..., Any]) -> None:
        self._step = step
        self.has_failed = False

    def __call__(self, *given: Any) -> Any:  # noqa: ANN401 - whatever the step is given
        """Fail, or take the step."""
        if not self.has_failed:
            self.has_failed = True
            raise DatabaseBusyError("Busy.")
        return self._step(*given)


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize("step", STEPS)
def test_a_look_that_fails_at_any_step_loses_nothing(
    database: Database, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = LiveWatch()
    failed: list[str] = []
    for name in ("nothing", *CHANGES):
        with database.begin() as connection:
            if name in CHANGES:
                CHANGES[name](connection)
        with database.connect() as connection:
            with monkeypatch.context() as patch:
                failing = FailsOnce(getattr(live_watch, step))
                patch.setattr(live_watch, step, failing)
                before = list(watch.live.items()), list(watch.endpoints.items())
                with suppress(DatabaseBusyError):
                    watch.look(connection, after(31))
                if failing.has_failed:
                    failed.append(name)
                    assert (list(watch.live.items()), list(watch.endpoints.items())) == before
            fresh = LiveWatch()
            watch.look(connection, after(31))
            fresh.look(connection, after(31))
        assert list(watch.live.items()) == list(fresh.live.items()), name
        assert list(watch.endpoints.items()) == list(fresh.endpoints.items()), name
        assert watch.of_meters([1, 4]) == fresh.of_meters([1, 4]), name
    assert len(failed) >= 4, failed


@pytest.mark.usefixtures("three")
def test_after_a_booking_only_what_was_booked_is_read_again(database: Database) -> None:
    watch = LiveWatch()
    with database.connect() as connection:
        watch.look(connection, after(31))
    before = dict(watch.live)
    with database.begin() as connection:
        book(connection, {1: hourly(1_040, range(20, 21))})
    asked: list[str] = []
    event.listen(
        database.engine,
        "before_cursor_execute",
        lambda *said: asked.append(" ".join(said[2].split())),
    )
    with database.connect() as connection:
        watch.look(connection, after(31))
    [rows] = [each for each in asked if "energy_month" in each]
    assert "endpoint.id IN (?)" in rows
    assert [number for number in before if watch.live[number] is not before[number]] == [1]


@pytest.mark.usefixtures("three")
def test_a_repair_of_a_meter_whose_readings_are_gone_is_seen(database: Database) -> None:
    watch, fresh = LiveWatch(), LiveWatch()
    with database.connect() as connection:
        watch.look(connection, after(31))
    before = dict(watch.live)
    with database.begin() as connection:
        connection.execute(delete(reading).where(reading.c.meter_id == 1))
        rebuild(connection, [1])
    with database.connect() as connection:
        watch.look(connection, after(31))
        fresh.look(connection, after(31))
    assert watch.live == fresh.live
    assert watch.live != before
