"""Lists of five thousand come page by page, each row once; filters narrow them."""

from typing import Any

import httpx
import pytest
from sqlalchemy import insert
from tests.web.api.conftest import AddEndpoint
from tests.web.api.test_speed import endpoint_row

from wattledger.services.system import System
from wattledger.store.billing_tables import assignment
from wattledger.store.sites import first_site
from wattledger.store.tables import client, endpoint, meter, meter_state, site, tariff

ROOT = "/api/v1"
MANY = 5_000
KINDS = ("endpoints", "clients", "sites", "tariffs", "meters", "assignments")
PRICES = [{"fromOn": "2026-01-01", "currency": "EUR", "energyPrice": "0.3"}]


def identity(number: int) -> str:
    return f"{number:08}-0000-7000-8000-000000000000"


@pytest.fixture
def many(system: System) -> None:
    """Lay five thousand of everything."""
    numbers = range(1, MANY + 1)
    with system.database.begin() as connection:
        first = first_site(connection, "Europe/Berlin")
        named = [{"id": n, "public_id": identity(n), "name": f"N {n:05}"} for n in numbers]
        connection.execute(insert(client), named)
        tariffs = [each | {"prices": PRICES, "updated_at": 0} for each in named]
        connection.execute(insert(tariff), tariffs)
        sites = [{"name": f"Site {n:05}", "zone": "UTC"} for n in range(MANY - 1)]
        connection.execute(insert(site), sites)
        connection.execute(insert(endpoint), [endpoint_row(n, first) for n in numbers])
        connection.execute(insert(meter), [{"id": n, "endpoint_id": n} for n in numbers])
        connection.execute(insert(meter_state), [{"meter_id": n} for n in numbers])
        terms = [{"meter_id": n, "client_id": n, "start_at": 0} for n in numbers]
        connection.execute(insert(assignment), [each | {"share_ppm": 1_000_000} for each in terms])


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("kind", KINDS)
async def test_each_of_five_thousand_is_listed_once(client: httpx.AsyncClient, kind: str) -> None:
    ids: list[Any] = []
    parameters: dict[str, str] | None = {"limit": "1000"}
    while parameters is not None:
        page = (await client.get(f"{ROOT}/{kind}", params=parameters)).json()
        ids += [each["id"] for each in page["data"]]
        following = page["nextCursor"]
        parameters = following and {"limit": "1000", "cursor": following}
    assert len(ids) == len(set(ids)) == MANY


async def test_endpoints_are_filtered_by_site_and_client_by_name_or_id(
    client: httpx.AsyncClient, add_endpoint: AddEndpoint
) -> None:
    rack, _other = add_endpoint("Rack 1", "North"), add_endpoint("Rack 2", "South")
    hall = await client.post(f"{ROOT}/sites", json={"name": "Hall B", "timeZone": "Europe/Berlin"})
    number = hall.json()["data"]["id"]
    shown = (await client.get(f"{ROOT}/endpoints/{rack}")).json()["data"]
    moved = await client.put(
        f"{ROOT}/endpoints/{rack}", json=shown | {"siteId": number, "location": "Hall 1, Straße"}
    )
    assert moved.status_code == 200, moved.text
    north = (await client.get(f"{ROOT}/clients/North")).json()["data"]["id"]
    for name, value, found in (
        ("site", number, ["Rack 1"]),
        ("site", "hall b", ["Rack 1"]),
        ("site", "nowhere", []),
        ("client", north, ["Rack 1"]),
        ("client", "South", ["Rack 2"]),
        ("client", "sOUTH ", ["Rack 2"]),
        ("client", "nobody", []),
        ("location", "hall 1,  STRASSE", ["Rack 1"]),
        ("deleted", "true", []),
    ):
        page = (await client.get(f"{ROOT}/endpoints", params={name: value})).json()
        assert [each["name"] for each in page["data"]] == found, (name, value)
        if name != "deleted":
            exported = await client.get(f"{ROOT}/endpoints/export", params={name: value})
            assert [each["name"] for each in exported.json()["endpoints"]] == found


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("kind", ["endpoints", "clients", "sites", "tariffs"])
async def test_a_part_of_the_name_finds_them(client: httpx.AsyncClient, kind: str) -> None:
    page = (await client.get(f"{ROOT}/{kind}", params={"search": "0499"})).json()
    names = [each["name"] for each in page["data"]]
    assert len(names) >= 9
    assert all("0499" in name for name in names)
