"""Many endpoints changed by one order, and deletions undone."""

from typing import Any

import httpx
import pytest
from sqlalchemy import func, insert, select
from tests.web.api.conftest import AddEndpoint, BookReadings
from tests.web.api.test_speed import endpoint_row

from wattledger.clock import SetClock
from wattledger.domain.instant import DAY, MINUTE
from wattledger.services.system import System
from wattledger.store.assignments import stored_assignments
from wattledger.store.endpoints import advance_due, due_endpoints
from wattledger.store.sites import first_site
from wattledger.store.tables import endpoint, meter, meter_state, reading

BULK = "/api/v1/endpoints/bulk"
ROUTE = "/api/v1/endpoints"
MANY = 5_000


async def order(caller: httpx.AsyncClient, /, action: str, **more: object) -> dict[str, Any]:
    answered = await caller.post(BULK, json={"action": action, **more})
    assert answered.status_code == 200, answered.text
    done: dict[str, Any] = answered.json()["data"]
    assert done["done"] + done["refused"] == len(done["results"])
    return done


async def listed(client: httpx.AsyncClient, **filters: str) -> list[dict[str, Any]]:
    answered = await client.get(ROUTE, params=filters)
    assert answered.status_code == 200, answered.text
    page: list[dict[str, Any]] = answered.json()["data"]
    return page


def fill(system: System, count: int = MANY) -> None:
    with system.database.begin() as connection:
        site_id = first_site(connection, "Europe/Berlin")
        connection.execute(insert(endpoint), [endpoint_row(n, site_id) for n in range(count)])
        connection.execute(insert(meter), [{"id": n, "endpoint_id": n} for n in range(count)])
        connection.execute(insert(meter_state), [{"meter_id": n} for n in range(count)])


async def test_each_is_changed_or_says_why_not(
    client: httpx.AsyncClient, add_endpoint: AddEndpoint
) -> None:
    first, second = add_endpoint("Rack 1"), add_endpoint("Rack 2")
    done = await order(client, "disable", ids=[first, "nobody", first])
    assert (done["done"], done["refused"]) == (1, 1)
    assert [(each["id"], each["name"], each["done"]) for each in done["results"]] == [
        (first, "Rack 1", True),
        ("nobody", None, False),
    ]
    assert "There is no endpoint 'nobody'" in done["results"][1]["message"]
    assert [each["enabled"] for each in await listed(client)] == [False, True]
    await order(client, "enable", ids=[first, second])
    assert [each["enabled"] for each in await listed(client)] == [True, True]


async def test_a_dry_run_tells_and_changes_nothing(
    client: httpx.AsyncClient, add_endpoint: AddEndpoint
) -> None:
    first = add_endpoint("Rack 1")
    before = await listed(client)
    for action, more in (("delete", {}), ("disable", {}), ("assign", {"client": None})):
        done = await order(client, action, ids=[first, "nobody"], dryRun=True, **more)
        assert (done["dryRun"], done["done"], done["refused"]) == (True, 1, 1)
    assert await listed(client) == before
    assert await listed(client, deleted="true") == []


async def test_those_of_a_filter_are_assigned_from_a_date(
    client: httpx.AsyncClient, system: System, add_endpoint: AddEndpoint
) -> None:
    for number in (1, 2, 3):
        add_endpoint(f"Rack {number}", "Old" if number < 3 else "Other")
    assert (await client.post("/api/v1/clients", json={"name": "New"})).status_code == 201
    done = await order(client, "assign", filter={"client": "Old"}, client="New", since="2026-03-01")
    assert (done["done"], done["refused"]) == (2, 0)
    assert [each["clientName"] for each in await listed(client)] == ["New", "New", "Other"]
    with system.database.connect() as connection:
        served = stored_assignments(connection, [1])[1]
    assert [each.client for each in served] == ["Old", "New"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"action": "delete"}, "body"),
        ({"action": "delete", "ids": ["x"], "filter": {}}, "body"),
        ({"action": "assign", "ids": ["x"]}, "body"),
        ({"action": "enable", "ids": ["x"], "client": "A"}, "body"),
        ({"action": "assign", "ids": ["x"], "client": "nobody"}, "client"),
        ({"action": "delete", "ids": []}, "ids"),
        ({"action": "delete", "ids": ["x"] * (MANY + 1)}, "ids"),
        ({"action": "explode", "ids": ["x"]}, "action"),
    ],
)
async def test_an_order_that_cannot_be_is_refused(
    client: httpx.AsyncClient, body: dict[str, Any], field: str
) -> None:
    refused = await client.post(BULK, json=body)
    assert refused.status_code == 422
    assert list(refused.json()["error"]["fields"]) == [field]


async def test_five_thousand_are_changed_in_portions_and_listed_page_by_page(
    client: httpx.AsyncClient, system: System
) -> None:
    fill(system)
    done = await order(client, "disable", filter={})
    assert done["done"] == MANY
    found: list[str] = []
    cursor: str | None = None
    while cursor is not None or not found:
        parameters = {"enabled": "false", "limit": "1000"}
        if cursor is not None:
            parameters["cursor"] = cursor
        answered = await client.get(ROUTE, params=parameters)
        found += [each["name"] for each in answered.json()["data"]]
        cursor = answered.json()["nextCursor"]
    assert len(set(found)) == MANY
    assert found == sorted(found)
    with system.database.begin() as connection:
        connection.execute(insert(endpoint), endpoint_row(MANY, 1))
    refused = await client.post(BULK, json={"action": "enable", "filter": {}})
    assert refused.status_code == 422
    assert "More than 5000" in refused.json()["error"]["message"]


async def test_a_deletion_is_undone_with_schedule_and_client(
    client: httpx.AsyncClient, system: System, add_endpoint: AddEndpoint
) -> None:
    rack = add_endpoint("Rack 1", poll_minutes=7)
    await client.post(
        "/api/v1/assignments",
        json={"endpointId": rack, "clientId": "Client XYZ", "from": "2027-01-01"},
    )
    before = (await client.get(f"{ROUTE}/{rack}")).json()["data"]
    with system.database.connect() as connection:
        served = stored_assignments(connection, [1])
    removed = (await client.delete(f"{ROUTE}/{rack}")).json()["data"]
    assert removed["undoUntil"] == "2026-04-14T11:00:00Z"
    assert await listed(client) == []
    [gone] = await listed(client, deleted="true")
    assert (gone["id"], gone["status"], gone["undoUntil"]) == (
        rack,
        "disabled",
        "2026-04-14T11:00:00Z",
    )
    assert gone["deletedAt"] == "2026-03-15T11:00:00Z"
    with system.database.connect() as connection:
        assert due_endpoints(connection, system.clock.now() + DAY, 9) == []
    restored = await client.post(f"{ROUTE}/{rack}/restore")
    assert restored.status_code == 200, restored.text
    assert restored.json()["data"] == {"endpoint": before, "notices": []}
    with system.database.connect() as connection:
        again = stored_assignments(connection, [1])
        assert [each.terms for each in again[1]] == [each.terms for each in served[1]]
        [due] = due_endpoints(connection, system.clock.now() + 7 * MINUTE, 9)
    assert due.poll_minutes == 7
    assert (await client.post(f"{ROUTE}/{rack}/restore")).status_code == 404


async def test_a_name_that_is_taken_meanwhile_keeps_an_endpoint_out(
    client: httpx.AsyncClient, add_endpoint: AddEndpoint
) -> None:
    old = add_endpoint("Rack 1")
    assert (await client.delete(f"{ROUTE}/{old}")).status_code == 200
    add_endpoint("Rack 1")
    refused = await client.post(f"{ROUTE}/{old}/restore")
    assert refused.status_code == 409
    assert "another endpoint named 'Rack 1'" in refused.json()["error"]["message"]
    other = add_endpoint("Rack 2")
    assert (await client.delete(f"{ROUTE}/{other}")).status_code == 200
    done = await order(client, "restore", ids=[old, other])
    assert [each["done"] for each in done["results"]] == [False, True]
    assert [each["name"] for each in await listed(client)] == ["Rack 1", "Rack 2"]


async def test_after_thirty_days_a_deletion_stands(
    client: httpx.AsyncClient, system: System, add_endpoint: AddEndpoint
) -> None:
    rack = add_endpoint("Rack 1")
    assert (await client.delete(f"{ROUTE}/{rack}")).status_code == 200
    assert isinstance(system.clock, SetClock)
    system.clock.at += 30 * DAY
    refused = await client.post(f"{ROUTE}/{rack}/restore")
    assert refused.status_code == 409
    assert "more than 30 days ago" in refused.json()["error"]["message"]


async def test_deleting_an_endpoint_deletes_no_reading(
    client: httpx.AsyncClient,
    system: System,
    add_endpoint: AddEndpoint,
    book_readings: BookReadings,
) -> None:
    rack = add_endpoint("Rack 1")
    hours = [(f"2026-03-{day:02}T00:00:00+01:00", 100 + day) for day in range(1, 15)]
    book_readings("Rack 1", hours)
    assert (await client.delete(f"{ROUTE}/{rack}")).status_code == 200
    with system.database.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(reading)) == len(hours)
    report = (await client.get("/api/v1/reports/2026/3")).json()["data"]
    [line] = report["lines"]
    assert (line["endpoint"], line["kwh"]) == ("Rack 1", 13)


async def test_endpoints_enabled_together_are_read_at_once_and_then_each_at_its_own_place(
    client: httpx.AsyncClient, system: System, add_endpoint: AddEndpoint
) -> None:
    for number in range(20):
        add_endpoint(f"Rack {number}")
    await order(client, "disable", filter={})
    await order(client, "enable", filter={})
    now = system.clock.now()
    with system.database.begin() as connection:
        rows = due_endpoints(connection, now, MANY)
        assert len(rows) == 20, "read at once"
        advance_due(connection, rows, now)
        dues = set(connection.scalars(select(endpoint.c.next_due_at)))
    assert len(dues) == 20, "never again all in one moment"
