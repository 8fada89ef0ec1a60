"""The handler that ships: its config decides whether failures keep pictures."""

from pathlib import Path

import pytest
from sqlalchemy import select
from tests.services.test_picture_failures import NOON, CountingPainter, broken, system_of

from wattledger.clock import SetClock
from wattledger.domain.outcome import Outcome
from wattledger.modules.consumption_monitor.jobs import collect_consumption as handler
from wattledger.modules.consumption_monitor.jobs.collect_consumption import collect_consumption
from wattledger.services.read_devices import ReadingTime
from wattledger.simulate.farm import FarmDevice
from wattledger.store.chunks import ChunkRow
from wattledger.store.database import Database
from wattledger.store.endpoints import NewEndpoint, insert_endpoint, load_endpoints
from wattledger.store.tables import attempt, capture

__all__ = ["broken"]


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOON)


@pytest.mark.parametrize(("config", "pictures"), [({}, 1), ({"screenshotOnError": False}, 0)])
async def test_pictures_of_failures_are_kept_unless_the_config_says_no(
    tmp_path: Path,
    database: Database,
    clock: SetClock,
    broken: FarmDevice,
    config: dict[str, bool],
    pictures: int,
) -> None:
    painter = CountingPainter()
    system = system_of(tmp_path, database, clock, broken, painter)
    chunk = ChunkRow(1, 7, [1], 0, 1, "consumption-monitor", "collect", config, is_poll=False)
    result = await collect_consumption(system, chunk)
    with database.begin() as connection:
        result.book(connection)
    assert result.outcomes == {1: Outcome.HTTP_STATUS}
    assert painter.drawn == pictures
    with database.connect() as connection:
        [kept] = connection.scalars(select(capture.c.screenshot))
        assert (kept is not None) == bool(pictures)
        assert connection.scalar(select(attempt.c.run_id)) == 7
    await system.reader.close()


async def test_of_many_endpoints_at_one_device_those_read_in_time_are_booked_and_others_go_on(
    tmp_path: Path,
    database: Database,
    clock: SetClock,
    broken: FarmDevice,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    system = system_of(tmp_path, database, clock, broken, CountingPainter())
    with database.begin() as connection:
        for number, place in enumerate(["d", "d", "elsewhere"]):
            first = load_endpoints(connection, [1])[0]
            new = NewEndpoint(f"R{number}", 1, first.address, place, recipe=first.recipe)
            insert_endpoint(connection, new, NOON)
    monkeypatch.setattr(handler, "TIME", ReadingTime(begin_seconds=-1))
    config = {"screenshotOnError": False}
    chunk = ChunkRow(
        1, 7, [1, 2, 3, 4], 0, 1, "consumption-monitor", "collect", config, is_poll=False
    )
    result = await collect_consumption(system, chunk)
    assert result.outcomes == {1: Outcome.HTTP_STATUS, 4: Outcome.HTTP_STATUS}
    assert result.unread == [2, 3]
    await system.reader.close()
