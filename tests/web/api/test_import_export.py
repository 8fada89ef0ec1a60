"""Endpoints leave as a file and come back as they were; readings come in as files."""

import csv
import io
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.services.spreadsheets import MINUTE, write_book
from tests.web.conftest import NOW

from wattledger.clock import SetClock
from wattledger.secrets.vault import Vault
from wattledger.services.issue_token import issue_token
from wattledger.services.system import System
from wattledger.store.database import Database
from wattledger.store.upgrade import upgrade
from wattledger.web.app import create_app
from wattledger.web.body_limit import LARGEST_FILE

ROOT = "/api/v1"
EXPORT = f"{ROOT}/endpoints/export"
IMPORT = f"{ROOT}/imports/endpoints"
READINGS = f"{ROOT}/imports/readings"
CSV = {"Content-Type": "text/csv"}
PASSWORD = "correct horse battery staple"
RECIPE = {
    "engine": "http",
    "steps": [{"action": "navigate", "url": "/energy"}, {"action": "click", "selector": "#tab"}],
    "valueSelector": "#kwh",
    "valuePattern": "([0-9.]+)",
    "fields": {"power": {"selector": "#w", "unit": "W"}},
    "unit": "kWh",
}
LOGIN = {
    "loginUrl": "/login",
    "username": "reader",
    "usernameField": "#user",
    "logoutUrl": "/logout",
    "password": PASSWORD,
}
ENDPOINTS: list[dict[str, Any]] = [
    {"name": "=Rack 1", "ipAddress": "10.0.0.5:8080", "scrapingConfig": RECIPE, "siteId": "Hall B"},
    {
        "name": "Rack 2",
        "ipAddress": "https://pdu-2.example/energy",
        "scrapingConfig": RECIPE,
        "authType": "form",
        "authConfig": LOGIN,
        "clientName": "Müller & Söhne, GmbH",
        "location": 'Hall 1, "Row" 3',
        "vendor": "APC",
        "type": "Meter",
        "enabled": False,
        "pollInterval": 7,
    },
    {"name": "'t Zand", "ipAddress": "10.0.0.7", "scrapingConfig": {"valueSelector": "td"}},
]


@pytest.fixture
async def elsewhere(system: System, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """Give a caller of another, empty system with a key of its own."""
    database = Database(f"sqlite:///{tmp_path / 'other.db'}")
    upgrade(database)
    other = System(
        system.settings, SetClock(NOW), database, Vault(tmp_path / "other-key"), system.reader
    )
    transport = httpx.ASGITransport(create_app(other), raise_app_exceptions=False)
    token = issue_token(database, "tests", NOW)
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://other", headers=headers
    ) as caller:
        assert (
            await caller.post(f"{ROOT}/sites", json={"name": "Hall B", "timeZone": "UTC"})
        ).status_code == 201
        yield caller
    database.close()


@pytest.fixture
async def filled(client: httpx.AsyncClient) -> None:
    """Set up endpoints of every kind, one with outlets."""
    hall = {"name": "Hall B", "timeZone": "UTC"}
    assert (await client.post(f"{ROOT}/sites", json=hall)).status_code == 201
    for each in ENDPOINTS:
        created = await client.post(f"{ROOT}/endpoints", json=each)
        assert created.status_code == 201, created.text
    lines = "endpoint,meter,client,multiplier,p_max_kw,feed,rack\n"
    lines += "Rack 3,outlet-1,North,40,3.5,A,R1\nRack 3,outlet-2,South,1,,B,R2\n"
    assert (await client.post(IMPORT, content=lines, headers=CSV)).status_code == 200


async def shown(caller: httpx.AsyncClient) -> list[dict[str, Any]]:
    """Return endpoints and meters as they are shown, without what makes each system's its own."""
    endpoints = (await caller.get(f"{ROOT}/endpoints")).json()["data"]
    meters = (await caller.get(f"{ROOT}/meters")).json()["data"]
    own = ("id", "endpointId", "siteId")
    meters.sort(key=lambda each: (each["endpointName"], each["key"]))
    return [{k: v for k, v in each.items() if k not in own} for each in (*endpoints, *meters)]


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("form", ["csv", "json"])
async def test_what_is_exported_comes_back_elsewhere_as_it_was(
    client: httpx.AsyncClient, elsewhere: httpx.AsyncClient, form: str
) -> None:
    exported = await client.get(EXPORT, params={"format": form})
    assert exported.status_code == 200
    assert f"endpoints.{form}" in exported.headers["Content-Disposition"]
    assert PASSWORD not in exported.text
    headers = {"Content-Type": exported.headers["Content-Type"]}
    imported = await elsewhere.post(IMPORT, content=exported.content, headers=headers)
    assert imported.status_code == 200, imported.text
    assert imported.json()["data"]["created"] == 4
    before, after = await shown(client), await shown(elsewhere)
    for each in before:
        if each.get("name") == "Rack 2":
            assert each["authConfig"]["hasPassword"] is True
            each["authConfig"]["hasPassword"] = False
    assert after == before
    again = await elsewhere.post(IMPORT, content=exported.content, headers=headers)
    assert again.json()["data"]["changed"] == 0
    back = await client.post(IMPORT, content=exported.content, headers=headers)
    assert (back.json()["data"]["created"], back.json()["data"]["changed"]) == (0, 0)
    kept = (await client.get(f"{ROOT}/endpoints/Rack 2")).json()["data"]
    assert kept["authConfig"]["hasPassword"] is True


@pytest.mark.usefixtures("filled")
async def test_no_name_runs_as_a_formula(client: httpx.AsyncClient) -> None:
    text = (await client.get(EXPORT, params={"format": "csv"})).text
    names = {line["endpoint"] for line in csv.DictReader(io.StringIO(text))}
    assert names == {"'=Rack 1", "Rack 2", "Rack 3", "''t Zand"}


@pytest.mark.usefixtures("filled")
async def test_a_login_that_came_without_its_password_asks_for_it(
    client: httpx.AsyncClient, elsewhere: httpx.AsyncClient
) -> None:
    exported = (await client.get(EXPORT)).content
    headers = {"Content-Type": "application/json"}
    assert (await elsewhere.post(IMPORT, content=exported, headers=headers)).status_code == 200
    tried = await elsewhere.post(f"{ROOT}/endpoints/Rack 2/test")
    assert tried.status_code == 409
    assert "no password is stored" in tried.json()["error"]["message"]
    lines = f"endpoint,password\nRack 2,{PASSWORD}\n"
    given = await elsewhere.post(IMPORT, content=lines, headers=CSV)
    assert given.json()["data"]["changed"] == 1
    now = (await elsewhere.get(f"{ROOT}/endpoints/Rack 2")).json()["data"]
    assert now["authConfig"]["hasPassword"] is True
    assert PASSWORD not in json.dumps(now)


@pytest.mark.usefixtures("filled")
async def test_a_list_sends_no_stored_password_to_another_device(
    client: httpx.AsyncClient,
) -> None:
    lines = "endpoint,address\nRack 2,10.9.9.9\n"
    refused = await client.post(IMPORT, content=lines, headers=CSV)
    assert refused.status_code == 422
    assert "give authConfig.password again" in refused.json()["error"]["fields"]["line 2"]
    kept = (await client.get(f"{ROOT}/endpoints/Rack 2")).json()["data"]
    assert kept["ipAddress"] == "https://pdu-2.example/energy"


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("enabled", "perhaps", "neither true nor false"),
        ("poll_interval", "0", "whole number of minutes"),
        ("pollInterval", "1.5", "whole number of minutes"),
        ("auth_type", "magic", "none of none, basic, digest, form"),
        ("steps", "{", "steps is not JSON"),
        ("recipe", "[]", "not a JSON object"),
        ("recipe", '"{""valueSelector"": 7}"', "recipe: valueSelector"),
        ("login", '"{""colour"": 7}"', "login: colour"),
        ("recipe", '"{""valueSelector"": ""td""}"', "give the columns 'address' and 'recipe'"),
        ("feed", "C", "neither A nor B"),
        ("site", "Nowhere", "no site 'Nowhere'"),
        ("p_max_kw", "-1", "not a positive number"),
        ("password", "x", "give the columns 'address' and 'recipe'"),
    ],
)
async def test_a_bad_line_is_named_and_keeps_all_out(
    client: httpx.AsyncClient, column: str, cell: str, reason: str
) -> None:
    lines = f"endpoint,{column}\nGood,\nBad,{cell}\n"
    refused = await client.post(IMPORT, content=lines, headers=CSV)
    assert refused.status_code == 422, refused.text
    [(where, message)] = refused.json()["error"]["fields"].items()
    assert where == "line 3"
    assert reason in message
    assert (await client.get(f"{ROOT}/endpoints")).json()["data"] == []
    tried = await client.post(IMPORT, content=lines, headers=CSV, params={"dryRun": "true"})
    assert tried.json()["data"]["bad"] == [{"where": "line 3", "message": message}]
    assert tried.json()["data"]["booked"] is False
    skipped = await client.post(IMPORT, content=lines, headers=CSV, params={"skipBad": "true"})
    assert skipped.json()["data"]["created"] == 1
    assert skipped.json()["data"]["badLines"] == 1


async def test_a_dry_run_keeps_nothing(client: httpx.AsyncClient) -> None:
    lines = "endpoint,client\nRack 1,North\n"
    tried = await client.post(IMPORT, content=lines, headers=CSV, params={"dryRun": "true"})
    told = tried.json()["data"]
    assert (told["dryRun"], told["booked"], told["created"]) == (True, False, 1)
    assert (await client.get(f"{ROOT}/endpoints")).json()["data"] == []
    assert (await client.get(f"{ROOT}/clients")).json()["data"] == []


LINES = "endpoint,timestamp,total_kwh\nRack 1,2026-03-01T00:00:00Z,100.5\n"
OBJECTS = [{"endpoint": "Rack 1", "timestamp": "2026-03-01T00:00:00Z", "totalKwh": 100.5}]


async def test_readings_come_as_body_form_json_or_spreadsheet(
    client: httpx.AsyncClient, tmp_path: Path
) -> None:
    create = {"createMissing": "true"}
    tried = await client.post(
        READINGS, content=LINES, headers=CSV, params={"dryRun": "true", **create}
    )
    told = tried.json()["data"]
    assert (told["new"], told["known"], told["held"], told["booked"]) == (1, 0, None, False)
    first = await client.post(READINGS, content=LINES, headers=CSV, params=create)
    assert first.status_code == 200, first.text
    assert (first.json()["data"]["state"], first.json()["data"]["new"]) == ("done", 1)
    form = await client.post(READINGS, files={"file": ("my readings.txt", LINES)})
    for again in (
        form,
        await client.post(READINGS, json=OBJECTS),
        await client.post(READINGS, json={"readings": OBJECTS}),
    ):
        assert again.status_code == 200, again.text
        assert (again.json()["data"]["new"], again.json()["data"]["known"]) == (0, 1)
    book = write_book(
        tmp_path / "r.xlsx",
        {"Data": [("endpoint", "timestamp", "total_kwh"), ("Rack 1", "2026-03-01T01:00:00Z", 101)]},
        MINUTE,
    )
    sheet = await client.post(READINGS, files={"file": ("r.xlsx", book.read_bytes())})
    assert sheet.status_code == 200, sheet.text
    assert (sheet.json()["data"]["new"], sheet.json()["data"]["sheet"]) == (1, "Data")


async def test_an_unknown_endpoint_is_a_bad_line_unless_it_may_be_created(
    client: httpx.AsyncClient,
) -> None:
    refused = await client.post(READINGS, content=LINES, headers=CSV)
    assert refused.status_code == 422
    assert "createMissing" in refused.json()["error"]["fields"]["line 2"]
    refused = await client.post(READINGS, json=[*OBJECTS, 7, {"endpoint": "x"}, {"colour": 1}])
    assert list(refused.json()["error"]["fields"]) == [f"object {n}" for n in (1, 2, 3, 4)]


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"endpoint=x", "application/x-www-form-urlencoded", 415),
        (b"hello", "image/png", 415),
        (b"hello", "", 415),
        (b"hello", "text/csv", 422),
        (b"", "text/csv", 422),
        (b"\xff\xfe", "text/csv", 422),
        (b"[" * 100_000, "application/json", 422),
        (b'{"a": ' * 10_000, "application/json", 422),
        (b"{}", "application/json", 422),
        (b'[{"endpoint": "\\ud800"}]', "application/json", 422),
        (b"PK\x03\x04 no zip", "application/octet-stream", 422),
        (b"--y\r\nbroken", "multipart/form-data; boundary=x", 400),
        (b"hello", "multipart/form-data", 400),
        (b"--x--\r\n", "multipart/form-data; boundary=x", 422),
    ],
)
async def test_what_is_no_such_file_is_refused_in_a_sentence(
    client: httpx.AsyncClient, content: bytes, kind: str, status: int
) -> None:
    for route in (IMPORT, READINGS):
        headers = {"Content-Type": kind} if kind else {}
        refused = await client.post(route, content=content, headers=headers)
        assert refused.status_code == status, refused.text
        assert refused.json()["success"] is False
        assert "/tmp" not in refused.text  # noqa: S108 - it must not be there


async def test_a_file_of_two_megabytes_is_taken_and_one_beyond_the_limit_is_not(
    client: httpx.AsyncClient,
) -> None:
    row = "Rack 1,2026-03-{:02}T{:02}:{:02}:00Z,{}\n"
    lines = [
        row.format(day, hour, minute, 1000 + day * 24 + hour + minute / 100)
        for day in range(1, 15)
        for hour in range(24)
        for minute in range(60)
    ]
    text = "endpoint,timestamp,total_kwh\n" + "".join(lines) + "\n" * 1_300_000
    assert len(text) > 2_000_000
    taken = await client.post(
        READINGS, content=text, headers=CSV, params={"createMissing": "true", "dryRun": "true"}
    )
    assert taken.status_code == 200, taken.text
    assert taken.json()["data"]["new"] == len(lines)
    too_large = await client.post(
        READINGS, content=b"", headers=CSV | {"Content-Length": str(LARGEST_FILE + 1)}
    )
    assert too_large.status_code == 413
    assert "50 MB" in too_large.json()["error"]["message"]


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({"search": "rack 2"}, ["Rack 2"]),
        ({"location": "nowhere"}, []),
        ({"enabled": "false", "search": "Rack"}, ["Rack 2"]),
    ],
)
async def test_only_what_passes_the_filters_is_exported(
    client: httpx.AsyncClient, wanted: dict[str, str], names: list[str]
) -> None:
    listed = (await client.get(f"{ROOT}/endpoints", params=wanted)).json()["data"]
    exported = (await client.get(EXPORT, params=wanted)).json()["endpoints"]
    assert [each["name"] for each in exported] == [each["name"] for each in listed] == names


@pytest.mark.parametrize(
    ("endpoint", "reason"),
    [
        ({"ipAddress": "10.0.0.1"}, "it has no 'endpoint'"),
        ({"Name": "Rack 1"}, "'Name' is not known"),
        ({"endpoint": "Rack 1", "pollInterval": 5, "poll_interval": 7}, "'poll_interval' is there"),
        ({"endpoint": "Rack 1", "Endpoint": "Rack 2"}, "'Endpoint' is there twice"),
    ],
)
async def test_an_endpoint_of_a_list_that_does_not_say_which_it_is_is_a_bad_line(
    client: httpx.AsyncClient, endpoint: dict[str, Any], reason: str
) -> None:
    meters = {"meters": [{"key": "total"}, {"key": "outlet-1"}]}
    refused = await client.post(IMPORT, json=[{"name": "Good"}, endpoint | meters])
    assert refused.status_code == 422, refused.text
    [(where, message)] = refused.json()["error"]["fields"].items()
    assert where == "object 2"
    assert reason in message


async def test_an_endpoint_with_meters_is_named_in_any_spelling(client: httpx.AsyncClient) -> None:
    sent = {"Endpoint": "Rack 1", "meters": [{"key": "total"}, {"key": "outlet-1"}]}
    taken = await client.post(IMPORT, json=[sent])
    assert taken.status_code == 200, taken.text
    [shown] = (await client.get(f"{ROOT}/endpoints")).json()["data"]
    meters = (await client.get(f"{ROOT}/meters", params={"endpointId": shown["id"]})).json()
    assert [each["key"] for each in meters["data"]] == ["total", "outlet-1"]
