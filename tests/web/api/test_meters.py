"""Meters over the API: how they are set up, what they showed, and what people say of them."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import httpx
import pytest

from wattledger.domain.assignment import Assignment
from wattledger.domain.instant import format_instant, parse_instant
from wattledger.domain.outcome import Outcome
from wattledger.services.system import System
from wattledger.store.assignments import replace_assignments
from wattledger.store.clients import find_or_create_client
from wattledger.store.endpoints import NewEndpoint, insert_endpoint
from wattledger.store.ledger import book
from wattledger.store.meter_rows import meter_named
from wattledger.store.readings import NewReading
from wattledger.store.recompute import differences
from wattledger.store.tables import site
from wattledger.web.api.event_schemas import CorrectionOutput, EventOutput
from wattledger.web.api.meter_schemas import LedgerReadingOutput, MeterOutput
from wattledger.web.schema import Answer, Page

METERS = "/api/v1/meters"
HOURS = [f"2026-03-02T{hour:02}:00:00Z" for hour in range(24)]
KWH = 1_000_000

AddEndpoint = Callable[..., str]
BookReadings = Callable[..., None]


@pytest.fixture
def number(system: System, add_endpoint: AddEndpoint, book_readings: BookReadings) -> int:
    """Give a meter that rose by 2 kWh an hour through the 2nd of March."""
    add_endpoint("Rack B1")
    book_readings("Rack B1", [(at, 1000 + 2 * n) for n, at in enumerate(HOURS)])
    return number_of(system, "Rack B1")


def number_of(system: System, name: str, key: str | None = None) -> int:
    with system.database.connect() as connection:
        return meter_named(connection, name, key).id


def told(response: httpx.Response, status: int = 200) -> Any:  # noqa: ANN401 - JSON
    assert response.status_code == status, response.text
    return json.loads(response.text, parse_float=Decimal)


async def swap(client: httpx.AsyncClient, number: int, **more: object) -> httpx.Response:
    sent = {"kind": "swap", "at": "2026-03-02T10:30:00Z", "why": "exchanged", **more}
    return await client.post(f"{METERS}/{number}/events", json=sent)


async def test_meters_are_listed_with_all_that_is_set_up(
    client: httpx.AsyncClient, system: System, number: int, add_endpoint: AddEndpoint
) -> None:
    endpoint = add_endpoint("Rack B2")
    second = number_of(system, "Rack B2")
    with system.database.begin() as connection:
        terms = [
            Assignment(second, str(find_or_create_client(connection, name)), 0, None, share)
            for name, share in (("Aurora", 400_000), ("Bright", 600_000))
        ]
        replace_assignments(connection, second, terms)
    response = await client.get(METERS, params={"endpointId": "Rack B2"})
    Page[MeterOutput].model_validate_json(response.text)
    (meter,) = told(response)["data"]
    assert meter == {
        "id": second,
        "key": "total",
        "endpointId": endpoint,
        "endpointName": "Rack B2",
        "register": {
            "multiplier": 1,
            "resolutionKwh": None,
            "pMaxKw": None,
            "modulusKwh": None,
        },
        "feed": None,
        "rack": None,
        "parentId": None,
        "clients": [
            {"name": "Bright", "sharePercent": 60},
            {"name": "Aurora", "sharePercent": 40},
        ],
    }
    first = told(await client.get(METERS, params={"limit": 1}))
    rest = told(await client.get(METERS, params={"limit": 1, "cursor": first["nextCursor"]}))
    assert [each["id"] for each in first["data"] + rest["data"]] == [number, second]
    assert rest["nextCursor"] is None
    assert (await client.get(METERS, params={"endpointId": "none"})).status_code == 404


async def test_a_changed_multiplier_counts_from_the_first_reading(
    client: httpx.AsyncClient, system: System, number: int
) -> None:
    sent = {"multiplier": 2.5, "pMaxKw": 22, "modulusKwh": 100000, "feed": "A", "rack": "R 1"}
    meter = told(await client.patch(f"{METERS}/{number}", json=sent))["data"]
    assert meter["register"] == {
        "multiplier": Decimal("2.5"),
        "resolutionKwh": None,
        "pMaxKw": 22,
        "modulusKwh": 100000,
    }
    assert (meter["feed"], meter["rack"]) == ("A", "R 1")
    month = "/api/v1/consumption/monthly/Rack B1"
    figures = told(await client.get(month, params={"year": 2026, "month": 3}))["data"]
    assert figures["consumptionKwh"] == 115
    with system.database.connect() as connection:
        assert list(differences(connection, [number])) == []
    back = told(await client.patch(f"{METERS}/{number}", json={"modulusKwh": None, "feed": None}))
    assert (back["data"]["register"]["modulusKwh"], back["data"]["feed"]) == (None, None)
    assert back["data"]["rack"] == "R 1"


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"multiplier": 0}, "multiplier"),
        ({"multiplier": "1e-99999999"}, "multiplier"),
        ({"pMaxKw": None}, "pMaxKw"),
        ({"pMaxKw": -1}, "pMaxKw"),
        ({"modulusKwh": 1, "resolutionKwh": 1}, "modulusKwh"),
        ({"feed": "C"}, "feed"),
        ({"parentId": 999}, "parentId"),
        ({"colour": 1}, "colour"),
    ],
)
async def test_what_a_meter_cannot_be_is_refused(
    client: httpx.AsyncClient, number: int, sent: dict[str, object], field: str
) -> None:
    answer = told(await client.patch(f"{METERS}/{number}", json=sent), 422)
    assert field in answer["error"]["fields"]


async def test_a_meter_is_behind_another_of_its_site_and_never_behind_itself(
    client: httpx.AsyncClient, system: System, number: int, add_endpoint: AddEndpoint
) -> None:
    add_endpoint("Hall feed")
    hall = number_of(system, "Hall feed")
    meter = told(await client.patch(f"{METERS}/{number}", json={"parentId": hall}))["data"]
    assert meter["parentId"] == hall
    for behind in (hall, number):
        refused = await client.patch(f"{METERS}/{hall}", json={"parentId": behind})
        assert "cannot be behind itself" in told(refused, 409)["error"]["message"]
    with system.database.begin() as connection:
        created = site.insert().values(name="Elsewhere", zone="UTC").returning(site.c.id)
        elsewhere = connection.execute(created).scalar_one()
        insert_endpoint(connection, NewEndpoint(name="Far", site_id=elsewhere), 0)
    refused = await client.patch(f"{METERS}/{number}", json={"parentId": number_of(system, "Far")})
    assert "stands at another site" in told(refused, 422)["error"]["message"]
    assert told(await client.patch(f"{METERS}/{number}", json={"parentId": None}))


async def test_readings_tell_what_became_of_them_and_lead_to_their_evidence(
    client: httpx.AsyncClient,
    system: System,
    number: int,
    record_attempt: Callable[..., int],
) -> None:
    attempt = record_attempt("Rack B1", "2026-03-03T00:00:00Z", Outcome.OK, "<b>1048 kWh</b>")
    at = parse_instant("2026-03-03T00:00:00Z")
    with system.database.begin() as connection:
        for total in (1048, 9000):
            read = NewReading(
                at, total * KWH, KWH, attempt_id=attempt, serial="A1", reset_stamp="2020-01-01"
            )
            book(connection, {number: [read]})
    response = await client.get(f"{METERS}/{number}/readings", params={"limit": 2})
    Page[LedgerReadingOutput].model_validate_json(response.text)
    newest, before = told(response)["data"]
    assert newest == {
        "timestamp": "2026-03-03T00:00:00Z",
        "totalKwh": 1048,
        "status": "good",
        "join": "advance",
        "energyKwh": 2,
        "quality": 17,
        "power": None,
        "serial": "A1",
        "resetStamp": "2020-01-01",
        "source": "collected",
        "attemptId": attempt,
        "otherValues": [
            {"totalKwh": 9000, "serial": "A1", "source": "collected", "attemptId": attempt}
        ],
    }
    assert (before["timestamp"], before["otherValues"]) == ("2026-03-02T23:00:00Z", [])
    shown = told(await client.get(f"/api/v1/attempts/{newest['attemptId']}"))["data"]
    assert shown["capture"]["text"] == "<b>1048 kWh</b>"


async def test_readings_are_paged_and_cut_by_local_days(
    client: httpx.AsyncClient, number: int
) -> None:
    place, limits = f"{METERS}/{number}/readings", {"limit": "10"}
    part = told(await client.get(place, params=limits))
    seen = part["data"]
    while part["nextCursor"] is not None:
        part = told(await client.get(place, params=limits | {"cursor": part["nextCursor"]}))
        seen += part["data"]
    assert [each["timestamp"] for each in reversed(seen)] == HOURS
    day = {"from": "2026-03-02", "to": "2026-03-02"}
    assert len(told(await client.get(place, params=day))["data"]) == 23
    assert (await client.get(place, params={"from": "yesterday"})).status_code == 422
    assert (await client.get(place, params={"status": "doubtful"})).status_code == 422
    assert (await client.get(f"{METERS}/999/readings")).status_code == 404


async def test_readings_of_a_status_are_found_among_all(
    client: httpx.AsyncClient, number: int, book_readings: BookReadings
) -> None:
    book_readings("Rack B1", [("2026-03-03T00:00:00Z", 900_000)])
    place = f"{METERS}/{number}/readings"
    (held,) = told(await client.get(place, params={"status": "held"}))["data"]
    assert (held["timestamp"], held["status"]) == ("2026-03-03T00:00:00Z", "held")
    good = told(await client.get(place, params={"status": "good", "limit": "5"}))
    assert [each["timestamp"] for each in good["data"]] == HOURS[:-6:-1]
    behind = {"status": "good", "cursor": good["nextCursor"]}
    assert len(told(await client.get(place, params=behind))["data"]) == len(HOURS) - 5


async def test_a_declared_event_is_the_callers_and_tells_what_it_changed(
    client: httpx.AsyncClient, number: int
) -> None:
    sent = {"kind": "reject", "at": HOURS[12], "why": "it was another meter's page"}
    response = await client.post(f"{METERS}/{number}/events", json=sent)
    Answer[CorrectionOutput].model_validate_json(response.text)
    correction = told(response, 201)["data"]
    assert correction["dryRun"] is False
    assert correction["event"]["by"] == "tests"
    assert correction["readings"] == [
        {
            "timestamp": HOURS[12],
            "totalKwh": 1024,
            "status": "rejected",
            "beforeKwh": 1024,
            "beforeStatus": "good",
            "epoch": None,
            "beforeEpoch": None,
        }
    ]
    assert (correction["readingsChanged"], correction["months"]) == (1, [])
    listed = await client.get(f"{METERS}/{number}/events")
    Answer[list[EventOutput]].model_validate_json(listed.text)
    assert told(listed)["data"] == [correction["event"]]


async def test_a_dry_run_answers_200_and_keeps_nothing(
    client: httpx.AsyncClient, number: int
) -> None:
    sent = {"kind": "end", "at": HOURS[12], "why": "taken out"}
    response = await client.post(f"{METERS}/{number}/events", params={"dryRun": "true"}, json=sent)
    correction = told(response)["data"]
    assert (correction["dryRun"], correction["event"]["id"]) == (True, None)
    assert correction["readingsChanged"] == 11
    assert correction["months"] == [{"month": "2026-03", "beforeKwh": 46, "afterKwh": 24}]
    assert told(await client.get(f"{METERS}/{number}/events"))["data"] == []


async def test_settings_hold_from_a_local_date(client: httpx.AsyncClient, number: int) -> None:
    sent = {
        "kind": "settings",
        "at": "2026-03-03",
        "why": "new current transformers",
        "settings": {"multiplier": 40, "pMaxKw": 22.5, "modulusKwh": None},
    }
    refused = await client.post(f"{METERS}/{number}/events", json=sent | {"settings": {}})
    assert refused.status_code == 422
    event = told(await client.post(f"{METERS}/{number}/events", json=sent), 201)["data"]["event"]
    assert event["at"] == "2026-03-02T23:00:00Z"
    assert event["settings"] == {
        "multiplier": 40,
        "pMaxKw": Decimal("22.5"),
        "modulusKwh": None,
    }


async def test_a_withdrawn_event_stays_with_who_and_why(
    client: httpx.AsyncClient, system: System, number: int
) -> None:
    event = told(await swap(client, number, finalKwh=1020.5), 201)["data"]["event"]
    place = f"{METERS}/{number}/events/{event['id']}"
    assert (await client.delete(place)).status_code == 422
    would = told(await client.delete(place, params={"why": "no", "dryRun": "true"}))["data"]
    assert would["dryRun"] is True
    gone = told(await client.delete(place, params={"why": "the neighbour's meter"}))["data"]
    now = format_instant(system.clock.now())
    withdrawn = {
        "withdrawnBy": "tests",
        "withdrawnAt": now,
        "withdrawnWhy": "the neighbour's meter",
    }
    assert gone["event"] == event | withdrawn
    assert told(await client.get(f"{METERS}/{number}/events"))["data"] == [event | withdrawn]
    assert (await client.delete(place, params={"why": "again"})).status_code == 404


@pytest.mark.parametrize(
    ("more", "status", "field"),
    [
        ({"finalKwh": 5}, 422, "finalKwh"),
        ({"finalKwh": 1e300}, 422, "finalKwh"),
        ({"finalKwh": "1e-99999999"}, 422, "finalKwh"),
        ({"initialKwh": -1}, 422, "initialKwh"),
        ({"totalKwh": 5}, 422, "totalKwh"),
        ({"at": "2027-01-01T00:00:00Z"}, 422, "at"),
        ({"at": "noon"}, 422, "at"),
        ({"why": ""}, 422, "why"),
        ({"why": "  "}, 422, "why"),
        ({"kind": "explode"}, 422, "kind"),
        ({"by": "somebody else"}, 422, "by"),
        ({"kind": "accept", "at": "2026-03-02T10:30:00Z"}, 404, None),
        ({"kind": "check", "at": HOURS[3], "totalKwh": 5}, 409, None),
    ],
)
async def test_what_cannot_be_declared_is_refused(
    client: httpx.AsyncClient,
    number: int,
    more: dict[str, object],
    status: int,
    field: str | None,
) -> None:
    error = told(await swap(client, number, **more), status)["error"]
    if field is not None:
        assert field in error["fields"]
    assert told(await client.get(f"{METERS}/{number}/events"))["data"] == []


async def test_there_is_nothing_of_meters_that_are_not_there(client: httpx.AsyncClient) -> None:
    for number in (999, 2**63 - 1):
        assert (await client.get(f"{METERS}/{number}/events")).status_code == 404
        assert (await client.patch(f"{METERS}/{number}", json={})).status_code == 404
        assert (await swap(client, number)).status_code == 404
    assert (await client.get(f"{METERS}/{2**63}/events")).status_code == 422
