"""What is found by its id is not hidden by another that is named like that id."""

import httpx
import pytest
from tests.web.api.jobs_at_work import make_job

from wattledger.services.system import System

_ENDPOINT = {"ipAddress": "10.0.0.5", "scrapingConfig": {"valueSelector": "#kwh"}}


@pytest.mark.parametrize(
    ("route", "method", "more"),
    [("clients", "PATCH", {}), ("endpoints", "PUT", _ENDPOINT)],
)
async def test_an_id_is_looked_for_before_a_name(
    client: httpx.AsyncClient, route: str, method: str, more: dict[str, object]
) -> None:
    first, second = [
        (await client.post(f"/api/v1/{route}", json={"name": name, **more})).json()["data"]
        for name in ("First", "Second")
    ]
    renamed = await client.request(
        method, f"/api/v1/{route}/{first['id']}", json={"name": second["id"], **more}
    )
    assert renamed.status_code == 200, renamed.text
    shown = await client.get(f"/api/v1/{route}/{second['id']}")
    assert shown.json()["data"]["name"] == "Second"
    changed = await client.get(f"/api/v1/{route}/{first['id']}")
    assert changed.json()["data"]["name"] == second["id"]


async def test_a_job_is_found_by_its_id_though_another_is_named_so(
    client: httpx.AsyncClient, system: System
) -> None:
    first, second = (
        await make_job(client, system, name="A"),
        await make_job(client, system, name="B"),
    )
    await client.patch(f"/api/v1/jobs/{first['id']}", json={"name": second["id"]})
    shown = await client.get(f"/api/v1/jobs/{second['id']}")
    assert shown.json()["data"]["name"] == "B"
