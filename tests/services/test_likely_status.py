"""A list by status has all endpoints of that status, though it looks at few."""

from random import Random

import pytest
from sqlalchemy import event, insert, update

from wattledger.domain.endpoint_status import EndpointStatus
from wattledger.domain.instant import MINUTE
from wattledger.domain.reading import Status
from wattledger.services.endpoint_standing import standings
from wattledger.services.show_endpoint import matching_endpoints
from wattledger.store.database import Connection, Database
from wattledger.store.endpoints import (
    EndpointFilter,
    NewEndpoint,
    find_or_create_meter,
    insert_endpoint,
    list_endpoints,
)
from wattledger.store.sites import first_site
from wattledger.store.tables import attempt, endpoint, meter, meter_state

NOW = 1_000 * MINUTE
POLL = 15
ENDPOINTS = 300
ALL = EndpointFilter()


def fill(connection: Connection, random: Random) -> None:
    """Create endpoints of one to three meters in every state there is."""
    site_id = first_site(connection, "UTC")
    for number in range(ENDPOINTS):
        new = NewEndpoint(f"Rack {number:03}", site_id, poll_minutes=POLL)
        created = insert_endpoint(connection, new, 0)
        state = {"enabled": random.random() < 0.9, "login_tries": random.choice((0, 1, 2, 2))}
        changed = update(endpoint).where(endpoint.c.id == created)
        connection.execute(changed.values(**state))
        for key in ("total", "outlet-1", "outlet-2")[: random.randrange(1, 4)]:
            meter_id = find_or_create_meter(connection, created, key)
            limit = random.choice((None, 1_000, 2_000))
            columns = update(meter).where(meter.c.id == meter_id)
            connection.execute(columns.values(p_max_mw=limit))
            read_at = NOW - random.randrange(6 * POLL) * MINUTE
            if random.random() < 0.8:
                shown = {
                    "last_at": read_at,
                    "last_status": int(random.choice((Status.GOOD, Status.JITTER, Status.HELD))),
                    "base_at": random.choice((None, read_at, read_at - 3 * POLL * MINUTE)),
                    "power_mw": random.choice((None, 700, 900, 1_700)),
                }
                stored = update(meter_state).where(meter_state.c.meter_id == meter_id)
                connection.execute(stored.values(**shown))
        if random.random() < 0.5:
            outcome = random.choice(("ok", "timeout", "busy"))
            told = {"started_at": NOW, "milliseconds": 1, "transport": "http", "outcome": outcome}
            connection.execute(insert(attempt).values(endpoint_id=created, **told))


@pytest.mark.parametrize("seed", range(3))
def test_each_status_has_all_that_are_doing_so(database: Database, seed: int) -> None:
    with database.begin() as connection:
        fill(connection, Random(seed))
    with database.connect() as connection:
        rows = list_endpoints(connection, ALL, None, 10_000)
        doing = standings(connection, rows, NOW)
        for status in EndpointStatus:
            true = [row.name for row in rows if doing[row.id].status is status]
            found = matching_endpoints(connection, ALL, status, NOW)
            assert [row.name for row in found] == true, status
            assert true, f"no endpoint is {status}"
        contradiction = EndpointFilter(enabled=True)
        assert not [*matching_endpoints(connection, contradiction, EndpointStatus.DISABLED, NOW)]


def test_where_all_are_well_nothing_else_is_looked_at(database: Database) -> None:
    with database.begin() as connection:
        fill(connection, Random(1))
        connection.execute(update(endpoint).values(enabled=True, login_tries=2))
        well = {"last_at": NOW, "last_status": 0, "base_at": NOW, "power_mw": 1}
        connection.execute(update(meter_state).values(**well))
    asked: list[str] = []
    event.listen(
        database.engine, "before_cursor_execute", lambda *said: asked.append(said[2].lower())
    )
    with database.connect() as connection:
        for status in (EndpointStatus.FAILING, EndpointStatus.STALE, EndpointStatus.HIGH):
            assert not [*matching_endpoints(connection, ALL, status, NOW)]
    assert len([each for each in asked if "from endpoint" in each]) == 3
    assert not [each for each in asked if "from attempt" in each]
