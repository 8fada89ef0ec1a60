"""How long an answer is given again that time alone changes."""

import httpx
import pytest
from tests.services.billing import KWH, STEP, add_meter
from tests.web.set_clock import set_clock
from tests.web.worked_out import WorkedOut

from wattledger.domain.instant import MINUTE, SECOND
from wattledger.domain.outcome import Outcome
from wattledger.services.system import System
from wattledger.store.assignments import move_meter
from wattledger.store.clients import find_or_create_client
from wattledger.store.endpoints import find_endpoint
from wattledger.store.evidence import AttemptRecord, record_attempts
from wattledger.store.ledger import book
from wattledger.store.readings import NewReading
from wattledger.web.kept_answers import (
    KEPT_FOR,
    SAME_FOR,
)

CLIENTS_PAGE = "/api/v1/clients"
ENDPOINTS_PAGE = "/api/v1/endpoints"
LIVE = "/api/v1/consumption/live"
METERS_PAGE = "/api/v1/meters"


async def test_an_answer_is_given_again_for_a_quarter_of_a_second(
    system: System, caller: httpx.AsyncClient, worked_out: WorkedOut
) -> None:
    for wait, times in ((0, 1), (KEPT_FOR, 1), (1, 2), (-MINUTE, 3)):
        set_clock(system).at += wait
        await caller.get(ENDPOINTS_PAGE, params={"status": "ok"})
        assert worked_out.paths[ENDPOINTS_PAGE] == times, wait
    assert KEPT_FOR == 250_000


@pytest.mark.parametrize(
    "page",
    [
        CLIENTS_PAGE,
        ENDPOINTS_PAGE,
        METERS_PAGE,
        "/api/v1/assignments",
        "/api/v1/statements",
        "/api/v1/tariffs",
    ],
)
async def test_what_time_does_not_change_is_given_again_for_longer(
    system: System, caller: httpx.AsyncClient, worked_out: WorkedOut, page: str
) -> None:
    path = page.partition("?")[0]
    for wait, times in ((0, 1), (SAME_FOR, 1), (1, 2), (-MINUTE, 3)):
        set_clock(system).at += wait
        assert (await caller.get(page)).status_code == 200
        assert worked_out.paths[path] == times, wait
    (await caller.post(CLIENTS_PAGE, json={"name": "Alpha"})).raise_for_status()
    await caller.get(page)
    assert worked_out.paths[path] > times


async def test_endpoints_are_listed_anew_when_time_alone_changes_how_one_is_doing(
    system: System, caller: httpx.AsyncClient, worked_out: WorkedOut
) -> None:
    """It was read 30 minutes ago less a second, and is polled each quarter of an hour."""
    clock = set_clock(system)
    with system.database.begin() as connection:
        number = add_meter(connection, "Rack A3", poll_minutes=15)
        endpoint = find_endpoint(connection, "Rack A3").id
        begun = clock.at - 30 * MINUTE + SECOND
        book(connection, {number: [NewReading(begun, 7 * KWH, STEP)]})
        no_answer = Outcome.TIMEOUT, "It did not answer.", None
        failed = AttemptRecord(endpoint, None, clock.at, 30_000, "http", *no_answer)
        record_attempts(connection, system.settings.evidence_dir, [failed])
    for wait, times, status in ((0, 1, "ok"), (SECOND, 1, "ok"), (1, 2, "failing")):
        clock.at += wait
        (listed,) = (await caller.get(ENDPOINTS_PAGE)).json()["data"]
        assert (worked_out.paths[ENDPOINTS_PAGE], listed["status"]) == (times, status)


async def test_meters_are_listed_anew_when_one_begins_to_serve_another(
    system: System, caller: httpx.AsyncClient, worked_out: WorkedOut
) -> None:
    clock = set_clock(system)
    with system.database.begin() as connection:
        number = add_meter(connection, "Rack A3", "Alpha")
        beta = find_or_create_client(connection, "Beta")
        move_meter(connection, number, beta, clock.at + 2 * SECOND)
    for wait, times, client in ((SECOND, 1, "Alpha"), (SECOND - 1, 1, "Alpha"), (1, 2, "Beta")):
        clock.at += wait
        (listed,) = (await caller.get(METERS_PAGE)).json()["data"]
        (serves,) = listed["clients"]
        assert (worked_out.paths[METERS_PAGE], serves["name"]) == (times, client)


async def test_the_live_page_is_never_older_than_its_moment(
    system: System, caller: httpx.AsyncClient, worked_out: WorkedOut
) -> None:
    for wait, times in ((0, 1), (KEPT_FOR, 1), (1, 2)):
        set_clock(system).at += wait
        await caller.get(LIVE)
        assert worked_out.paths[LIVE] == times, wait
