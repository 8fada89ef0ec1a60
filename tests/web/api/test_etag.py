"""Two people who change the same thing: the second is told, and nothing is lost."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeAlias

import httpx
import pytest
from tests.web.api.jobs_at_work import OUR_CALL, make_job
from tests.web.people import add_user, signed_in

from wattledger.domain.permission import Role
from wattledger.services.system import System
from wattledger.web.errors import ErrorAnswer

Api: TypeAlias = httpx.AsyncClient
ROOT = "/api/v1"
ENDPOINT = {"name": "Rack", "ipAddress": "10.0.0.5", "scrapingConfig": {"valueSelector": "#kwh"}}
JOB = OUR_CALL | {"moduleId": "consumption-monitor"}
TARIFF = {
    "name": "Power",
    "prices": [{"fromOn": "2026-01-01", "currency": "EUR", "energyPrice": 1}],
}


@pytest.fixture
async def things(system: System, client: Api) -> dict[str, tuple[str, str, dict[str, Any]]]:
    """Create one of each; give its address, and method and body of a change, by its kind."""

    async def create(kind: str, body: dict[str, Any]) -> str:
        created = await client.post(f"{ROOT}/{kind}", json=body)
        assert created.status_code == 201, created.text
        return f"{ROOT}/{kind}/{created.json()['data'].get('id')}"

    endpoint = await create("endpoints", ENDPOINT)
    owner = await create("clients", {"name": "North"})
    site = await create("sites", {"name": "Hall", "timeZone": "UTC"})
    await create("assignments", {"endpointId": "Rack", "clientId": "North"})
    job = f"{ROOT}/jobs/{(await make_job(client, system))['id']}"
    add_user(system, "anna", Role.VIEWER)
    return {
        "endpoint": (endpoint, "PUT", ENDPOINT | {"pollInterval": 5}),
        "client": (owner, "PATCH", {"name": "South"}),
        "site": (site, "PATCH", {"timeZone": "Europe/Berlin", "from": "2026-05"}),
        "tariff": (
            await create("tariffs", TARIFF),
            "PUT",
            TARIFF | {"name": "Energy"},
        ),
        "assignment": (f"{ROOT}/assignments/1", "PATCH", {"to": "2026-05-31"}),
        "meter": (f"{ROOT}/meters/1", "PATCH", {"rack": "A3"}),
        "job": (job, "PUT", JOB | {"schedule": "0 * * * *"}),
        "part of a job": (job, "PATCH", {"enabled": False}),
        "user": (
            f"{ROOT}/users/anna",
            "PATCH",
            {"role": "operator"},
        ),
    }


KINDS = (
    *("endpoint", "client", "site", "tariff", "assignment", "meter"),
    *("job", "part of a job", "user"),
)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_change_of_what_was_seen_is_made_and_of_what_is_old_refused(
    client: Api, things: dict[str, tuple[str, str, dict[str, Any]]], kind: str
) -> None:
    address, method, body = things[kind]
    seen = await client.get(address)
    assert seen.status_code == 200, seen.text
    tag = seen.headers["ETag"]
    first = await client.request(method, address, json=body, headers={"If-Match": tag})
    assert first.status_code == 200, first.text
    assert first.headers["ETag"] != tag
    second = await client.request(method, address, json=body, headers={"If-Match": tag})
    assert second.status_code == 412
    error = ErrorAnswer.model_validate_json(second.text).error
    assert error.code == "precondition_failed"
    assert "load it again" in error.message
    now = (await client.get(address)).headers["ETag"]
    assert now == first.headers["ETag"]
    again = await client.request(method, address, json=body, headers={"If-Match": f'"x", {now}'})
    assert again.status_code == 200, again.text


@pytest.mark.parametrize("kind", KINDS)
async def test_what_is_known_already_is_not_sent_again(
    client: Api, things: dict[str, tuple[str, str, dict[str, Any]]], kind: str
) -> None:
    address, method, body = things[kind]
    tag = (await client.get(address)).headers["ETag"]
    for header in (tag, f"W/{tag}", "*", f'"other", {tag}'):
        known = await client.get(address, headers={"If-None-Match": header})
        assert (known.status_code, known.content, known.headers["ETag"]) == (304, b"", tag)
    assert (await client.request(method, address, json=body)).status_code == 200
    changed = await client.get(address, headers={"If-None-Match": tag})
    assert (changed.status_code, changed.json()["success"]) == (200, True)


@pytest.mark.parametrize("header", ["", "*", "W/*"])
async def test_any_state_will_do_where_a_star_is_sent(
    client: Api, things: dict[str, tuple[str, str, dict[str, Any]]], header: str
) -> None:
    address, method, body = things["endpoint"]
    answered = await client.request(method, address, json=body, headers={"If-Match": header})
    assert answered.status_code == (412 if header == "" else 200)


@pytest.mark.parametrize("kind", ["endpoint", "assignment", "job", "user"])
async def test_what_changed_meanwhile_is_not_deleted(
    client: Api, things: dict[str, tuple[str, str, dict[str, Any]]], kind: str
) -> None:
    address, method, body = things[kind]
    tag = (await client.get(address)).headers["ETag"]
    assert (await client.request(method, address, json=body)).status_code == 200
    assert (await client.delete(address, headers={"If-Match": tag})).status_code == 412
    tag = (await client.get(address)).headers["ETag"]
    assert (await client.delete(address, headers={"If-Match": tag})).status_code == 200


async def test_a_reading_keeps_nobody_from_saving_a_form(
    client: Api,
    things: dict[str, tuple[str, str, dict[str, Any]]],
    book_readings: Callable[..., None],
) -> None:
    address, method, body = things["endpoint"]
    tag = (await client.get(address)).headers["ETag"]
    book_readings("Rack", [("2026-03-15T10:00:00Z", 1)])
    seen = await client.get(address, headers={"If-None-Match": tag})
    assert seen.status_code == 200
    assert seen.headers["ETag"] != tag
    saved = await client.request(method, address, json=body, headers={"If-Match": tag})
    assert saved.status_code == 200


async def test_a_run_keeps_nobody_from_saving_a_job(
    client: Api, things: dict[str, tuple[str, str, dict[str, Any]]]
) -> None:
    address, method, body = things["job"]
    tag = (await client.get(address)).headers["ETag"]
    assert (await client.post(f"{address}/run")).status_code == 202
    seen = await client.get(address, headers={"If-None-Match": tag})
    assert seen.json()["data"]["lastRun"] is not None
    saved = await client.request(method, address, json=body, headers={"If-Match": tag})
    assert saved.status_code == 200


async def test_who_signs_in_keeps_no_administrator_from_changing_its_role(
    system: System, client: Api, things: dict[str, tuple[str, str, dict[str, Any]]]
) -> None:
    address, method, body = things["user"]
    tag = (await client.get(address)).headers["ETag"]
    await signed_in(system, "anna")
    seen = await client.get(address, headers={"If-None-Match": tag})
    assert seen.json()["data"]["signedInAt"] is not None
    saved = await client.request(method, address, json=body, headers={"If-Match": tag})
    assert saved.status_code == 200


async def test_of_many_who_save_at_once_one_wins(
    client: Api, things: dict[str, tuple[str, str, dict[str, Any]]]
) -> None:
    address, method, body = things["endpoint"]
    tag = (await client.get(address)).headers["ETag"]
    answers = await asyncio.gather(
        *(
            client.request(
                method, address, json=body | {"location": f"Hall {n}"}, headers={"If-Match": tag}
            )
            for n in range(8)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 7
    [won] = [answer for answer in answers if answer.status_code == 200]
    assert (await client.get(address)).json() == won.json()
