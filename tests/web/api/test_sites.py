"""Sites have zones of their own, and endpoints stand at them."""

from typing import Any

import httpx
import pytest
from sqlalchemy import insert
from tests.web.api.conftest import AddEndpoint, BookReadings

from wattledger.domain.period import parse_month
from wattledger.services.system import System
from wattledger.store.billing_tables import month_close
from wattledger.store.clients import find_or_create_client
from wattledger.store.months import billed_meters
from wattledger.store.uncounted import mark_uncounted
from wattledger.web.api.site_schemas import SiteOutput
from wattledger.web.schema import Answer, Page

ROUTE = "/api/v1/sites"
TOKYO = {"name": "Tokyo", "timeZone": "Asia/Tokyo"}


async def monthly(client: httpx.AsyncClient, month: int) -> Any:  # noqa: ANN401 - a JSON number
    parameters = {"year": 2026, "month": month}
    response = await client.get("/api/v1/consumption/monthly/Rack", params=parameters)
    return response.json()["data"]


async def test_sites_are_created_and_listed(client: httpx.AsyncClient) -> None:
    created = await client.post(ROUTE, json=TOKYO)
    assert created.status_code == 201
    Answer[SiteOutput].model_validate_json(created.text)
    page = (await client.get(ROUTE, params={"limit": 1})).json()
    assert [(row["name"], row["timeZone"]) for row in page["data"]] == [
        ("Main site", "Europe/Berlin")
    ]
    rest = await client.get(ROUTE, params={"cursor": page["nextCursor"]})
    assert Page[SiteOutput].model_validate_json(rest.text).data[0].name == "Tokyo"
    assert (await client.post(ROUTE, json=TOKYO)).status_code == 409
    wrong = await client.post(ROUTE, json={"name": "B", "timeZone": "Berlin"})
    assert wrong.status_code == 422
    assert list(wrong.json()["error"]["fields"]) == ["timeZone"]


async def test_a_zone_changes_from_a_month_on(
    client: httpx.AsyncClient, add_endpoint: AddEndpoint, book_readings: BookReadings
) -> None:
    add_endpoint("Rack")
    book_readings("Rack", [("2026-02-01T00:00:00Z", 0), ("2026-02-28T15:00:00Z", 100)])
    book_readings("Rack", [("2026-02-28T23:00:00Z", 102)])
    changed = await client.patch(f"{ROUTE}/1", json={"timeZone": "Asia/Tokyo", "from": "2026-03"})
    assert changed.status_code == 200, changed.text
    shown = changed.json()["data"]
    assert shown["timeZone"] == "Asia/Tokyo"
    assert shown["timeZones"] == [
        {"from": None, "timeZone": "Europe/Berlin"},
        {"from": "2026-03", "timeZone": "Asia/Tokyo"},
    ]
    february, march = await monthly(client, 2), await monthly(client, 3)
    assert (february["closingKwh"], march["consumptionKwh"]) == (100, 2)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/api/v1/consumption/monthly/Rack?year=2026&month=2", 503),
        ("/api/v1/reports/2026/2", 503),
        ("/api/v1/reports/2026/2?format=xlsx", 503),
        ("/api/v1/alerts", 200),
        ("/api/v1/consumption/live", 200),
        ("/metrics", 200),
    ],
)
async def test_while_days_are_counted_anew_no_month_is_told(
    client: httpx.AsyncClient,
    system: System,
    add_endpoint: AddEndpoint,
    book_readings: BookReadings,
    address: str,
    status: int,
) -> None:
    add_endpoint("Rack", "X")
    book_readings("Rack", [("2026-02-01T00:00:00Z", 0), ("2026-02-28T15:00:00Z", 100)])
    with system.database.begin() as connection:
        mark_uncounted(connection, [1])
    answer = await client.get(address)
    assert answer.status_code == status, answer.text
    if status == 503:
        assert "of Main site are being counted anew" in answer.json()["error"]["message"]


async def test_a_closed_month_keeps_its_zone(
    client: httpx.AsyncClient, system: System, add_endpoint: AddEndpoint
) -> None:
    add_endpoint("Rack", "X")
    with system.database.begin() as connection:
        closed = {
            "sequence": 1,
            "document": b"",
            "readings": b"",
            "sha256": "",
            "closed_at": 0,
            "closed_by": "me",
        }
        client_id, month = find_or_create_client(connection, "X"), parse_month("2026-02")
        connection.execute(insert(month_close).values(client_id=client_id, month=month, **closed))
    tokyo = {"timeZone": "Asia/Tokyo", "from": "2026-02"}
    refused = await client.patch(f"{ROUTE}/Main site", json=tokyo)
    assert refused.status_code == 409
    assert "2026-02 is closed for X" in refused.json()["error"]["message"]
    from_march = await client.patch(f"{ROUTE}/Main site", json=tokyo | {"from": "2026-03"})
    assert (
        "2026-02 is closed and ends at another instant" in from_march.json()["data"]["notices"][0]
    )
    wrong = await client.patch(f"{ROUTE}/Main site", json=tokyo | {"from": "soon"})
    assert list(wrong.json()["error"]["fields"]) == ["from"]
    assert (await client.patch(f"{ROUTE}/Nowhere", json=tokyo)).status_code == 404


async def test_a_meter_is_measured_in_the_zone_in_force_at_the_period_s_end(
    client: httpx.AsyncClient, system: System
) -> None:
    setup = {"name": "Rack", "ipAddress": "10.0.0.5", "scrapingConfig": {"valueSelector": "#kwh"}}
    await client.post("/api/v1/endpoints", json=setup)
    await client.patch(f"{ROUTE}/1", json={"timeZone": "Asia/Tokyo", "from": "2026-03"})
    with system.database.connect() as connection:
        (meter,) = billed_meters(connection)
    for what in ("energy", "demand"):
        place = f"/api/v1/meters/{meter.id}/{what}"
        for day, zone in (("2026-02-28", "Europe/Berlin"), ("2026-03-01", "Asia/Tokyo")):
            sent = await client.get(place, params={"from": day, "to": day})
            assert sent.json()["data"]["timeZone"] == zone
            assert sent.json()["data"]["timeZones"] == [
                {"from": None, "timeZone": "Europe/Berlin"},
                {"from": "2026-03", "timeZone": "Asia/Tokyo"},
            ]


async def test_an_endpoint_stands_at_the_site_it_names(client: httpx.AsyncClient) -> None:
    await client.post(ROUTE, json=TOKYO)
    setup = {"name": "Rack", "ipAddress": "10.0.0.5", "scrapingConfig": {"valueSelector": "#kwh"}}
    created = await client.post("/api/v1/endpoints", json=setup | {"siteId": "tokyo"})
    assert created.json()["data"]["siteId"] == "2"
    assert (await monthly(client, 3))["timeZone"] == "Asia/Tokyo"
    place = created.headers["Location"]
    kept = await client.put(place, json=setup)
    assert kept.json()["data"]["siteId"] == "2", "left out, it stays"
    moved = await client.put(place, json=setup | {"siteId": "1"})
    assert moved.json()["data"]["siteId"] == "1"
    assert (await monthly(client, 3))["timeZone"] == "Europe/Berlin"
    unknown = await client.put(place, json=setup | {"siteId": "Mars"})
    assert unknown.status_code == 422
    assert unknown.json()["error"]["fields"] == {"siteId": "There is no site 'Mars'."}
