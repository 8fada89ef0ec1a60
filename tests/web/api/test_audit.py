"""Every change is in the audit log with who made it, and no secret ever is."""

import json
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

import httpx
import pytest
from tests.web.api.conftest import AddEndpoint
from tests.web.people import PASSWORD, SESSION, add_user, browser, enter, signed_in

from wattledger.clock import SetClock
from wattledger.collect.address import AddressPolicy
from wattledger.collect.curl import CurlClient
from wattledger.collect.reader import Reader
from wattledger.collect.transport.http import HttpTransport
from wattledger.domain.instant import HOUR, MINUTE
from wattledger.domain.permission import Role
from wattledger.domain.recipe import Engine
from wattledger.services.hold_device import DeviceLease, this_process
from wattledger.services.system import System
from wattledger.store import act as act_module
from wattledger.store import audit as audit_store
from wattledger.store.audit import Entry
from wattledger.store.database import Connection, StoreError
from wattledger.web.api.audit_schemas import AuditEntry
from wattledger.web.schema import Page

ROUTE = "/api/v1/audit"
ENDPOINT = {
    "name": "Rack A3",
    "ipAddress": "192.168.1.100",
    "authType": "basic",
    "authConfig": {"username": "reader", "password": "marker-device-password"},
    "scrapingConfig": {"valueSelector": "#kwh"},
}


async def entries(caller: httpx.AsyncClient, **filters: str) -> list[AuditEntry]:
    response = await caller.get(ROUTE, params=filters)
    return list(Page[AuditEntry].model_validate_json(response.text).data)


async def newest(caller: httpx.AsyncClient) -> AuditEntry:
    return (await entries(caller, limit="1"))[0]


def shape(entry: AuditEntry) -> tuple[str, str, str | None]:
    return entry.action, entry.kind, entry.object_name


async def test_a_change_is_recorded_with_who_what_and_from_where(
    system: System, client: httpx.AsyncClient
) -> None:
    user = add_user(system, "anna")
    caller = await signed_in(system, "anna")
    created = (await caller.post("/api/v1/clients", json={"name": "Client XYZ"})).json()["data"]
    entry = await newest(client)
    assert shape(entry) == ("create", "client", "Client XYZ")
    assert (entry.actor_kind, entry.actor, entry.actor_id) == ("user", "anna", user.public_id)
    assert (entry.address, entry.object_id) == ("10.1.1.1", created["id"])
    assert (entry.fields, entry.at) == (["name"], "2026-03-15T11:00:00Z")


async def test_a_program_is_recorded_by_its_token(client: httpx.AsyncClient) -> None:
    await client.post("/api/v1/clients", json={"name": "Client XYZ"})
    entry = await newest(client)
    assert (entry.actor_kind, entry.actor, entry.actor_id) == ("token", "tests", "1")


async def test_a_new_name_is_recorded_for_the_same_object(client: httpx.AsyncClient) -> None:
    await client.post("/api/v1/clients", json={"name": "Before"})
    await client.patch("/api/v1/clients/before", json={"name": "After"})
    changed, created = await entries(client, kind="client")
    assert (changed.action, changed.object_name, changed.fields) == ("change", "Before", ["name"])
    assert changed.object_id == created.object_id


async def test_only_the_fields_that_changed_are_named(client: httpx.AsyncClient) -> None:
    await client.post("/api/v1/endpoints", json=ENDPOINT)
    shown = (await client.get("/api/v1/endpoints/Rack A3")).json()["data"]
    await client.put(
        "/api/v1/endpoints/Rack A3", json=ENDPOINT | {"location": "Hall 1", "vendor": None}
    )
    replaced = await newest(client)
    assert shape(replaced) == ("replace", "endpoint", "Rack A3")
    assert replaced.object_id == shown["id"]
    assert set(replaced.fields) == {"location", "authConfig.username", "authConfig.password"}


async def test_what_was_refused_is_not_recorded(client: httpx.AsyncClient) -> None:
    await client.post("/api/v1/clients", json={"name": "Client XYZ"})
    assert (await client.post("/api/v1/clients", json={"name": "client xyz"})).status_code == 409
    assert (await client.post("/api/v1/clients", json={"nam": "X"})).status_code == 422
    assert (await client.patch("/api/v1/clients/nobody", json={"name": "X"})).status_code == 404
    assert len(await entries(client)) == 1


async def test_a_change_that_cannot_be_recorded_is_not_made(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_connection: Connection, _entry: Entry) -> None:
        raise StoreError("The audit log is full.")

    monkeypatch.setattr(act_module, "record", full)
    assert (await client.post("/api/v1/clients", json={"name": "X"})).status_code == 500
    monkeypatch.undo()
    assert (await client.get("/api/v1/clients")).json()["data"] == []


async def test_a_dry_run_is_not_recorded(
    client: httpx.AsyncClient,
    add_endpoint: AddEndpoint,
    book_readings: Any,  # noqa: ANN401
) -> None:
    add_endpoint("A")
    book_readings("A", [("2026-03-01T00:00:00Z", 100), ("2026-03-02T00:00:00Z", 5)])
    event = {
        "kind": "swap",
        "at": "2026-03-01T12:00:00Z",
        "why": "exchanged",
        "finalKwh": 105,
        "initialKwh": 0,
    }
    dry = await client.post("/api/v1/meters/1/events", json=event, params={"dryRun": "true"})
    assert dry.status_code == 200, dry.text
    assert await entries(client) == []
    assert (await client.post("/api/v1/meters/1/events", json=event)).status_code == 201
    assert shape(await newest(client)) == ("create", "event", "1")


async def test_a_look_at_a_login_is_recorded_once_an_hour(
    system: System, client: httpx.AsyncClient, add_endpoint: AddEndpoint
) -> None:
    add_endpoint("A")
    for time in (0, 59 * MINUTE, MINUTE):
        assert isinstance(system.clock, SetClock)
        system.clock.at += time
        assert (await client.get("/api/v1/endpoints/A")).status_code == 200
    assert [shape(entry) for entry in await entries(client)] == [("look", "endpoint", "A")] * 2
    assert (await client.get("/api/v1/endpoints/none")).status_code == 404
    assert len(await entries(client)) == 2


async def test_a_list_of_logins_is_recorded_once_an_hour_and_an_export_each_time(
    system: System, client: httpx.AsyncClient, add_endpoint: AddEndpoint
) -> None:
    add_endpoint("A")
    assert isinstance(system.clock, SetClock)
    for time in (0, 59 * MINUTE, MINUTE):
        system.clock.at += time
        for query in ({}, {"search": "A"}):
            assert (await client.get("/api/v1/endpoints", params=query)).status_code == 200
    assert [shape(entry) for entry in await entries(client)] == [("list", "endpoint", None)] * 2
    for form in ("csv", "json"):
        exported = await client.get("/api/v1/endpoints/export", params={"format": form})
        assert exported.status_code == 200
    found = await entries(client, action="export")
    assert [shape(entry) for entry in found] == [("export", "endpoint", None)] * 2
    assert {entry.actor for entry in found} == {"tests"}


async def test_signing_in_out_and_failing_to_is_recorded(
    system: System, client: httpx.AsyncClient
) -> None:
    add_user(system, "anna")
    caller = browser(system, "10.2.2.2")
    await enter(caller, "anna", "four words of yours")
    await enter(caller, "my-secret-typed-as-a-name", PASSWORD)
    await enter(caller, "anna")
    await caller.delete(SESSION)
    out, entered, unknown, wrong = await entries(client)
    assert (out.action, out.actor) == ("sign-out", "anna")
    assert (entered.action, entered.actor) == ("sign-in", "anna")
    assert (wrong.action, wrong.actor_kind, wrong.object_name) == (
        "sign-in-failed",
        "stranger",
        "anna",
    )
    assert (unknown.action, unknown.object_name) == ("sign-in-failed", None)
    assert {each.address for each in (out, entered, unknown, wrong)} == {"10.2.2.2"}


async def test_no_secret_is_in_the_log_nor_in_the_database(
    system: System, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    add_user(system, "anna")
    await client.post("/api/v1/endpoints", json=ENDPOINT)
    await client.get("/api/v1/endpoints/Rack A3")
    made = (await client.post("/api/v1/tokens", json={"name": "x"})).json()["data"]["secret"]
    invited = (await client.post("/api/v1/users", json={"name": "bert"})).json()["data"]
    link = invited["link"]["url"].partition("#")[2]
    caller = await signed_in(system, "anna")
    session = caller.cookies["wattledger_session"]
    change = {"currentPassword": PASSWORD, "newPassword": "marker-new-password"}
    changed = await caller.post(f"{SESSION}/password", json=change)
    given = {"token": link, "password": "marker-of-bert-s-own"}
    await browser(system).post(f"{SESSION}/link", json=given)
    actions = {entry.action for entry in await entries(client)}
    assert actions >= {"create", "look", "sign-in", "choose-password"}
    secrets = [
        PASSWORD,
        "marker-",
        made,
        link,
        session,
        changed.json()["data"]["csrfToken"],
        client.headers["Authorization"].removeprefix("Bearer "),
    ]
    log = (await client.get(ROUTE)).text
    with sqlite3.connect(tmp_path / "wattledger.db") as database:
        database.execute("PRAGMA wal_checkpoint")
        dump = "\n".join(database.iterdump())
    database.close()
    for secret in secrets:
        assert secret not in log
        assert secret not in dump, "only hashes are stored"


async def test_entries_are_filtered_and_come_in_pages_the_newest_first(
    system: System, client: httpx.AsyncClient
) -> None:
    assert isinstance(system.clock, SetClock)
    for number in range(5):
        await client.post("/api/v1/clients", json={"name": f"Client {number}"})
        system.clock.at += HOUR
    await client.post("/api/v1/sites", json={"name": "Hall 2", "timeZone": "Asia/Tokyo"})
    first = (await client.get(ROUTE, params={"limit": 4})).json()
    rest = (await client.get(ROUTE, params={"cursor": first["nextCursor"]})).json()
    numbers = [row["id"] for row in first["data"] + rest["data"]]
    assert numbers == sorted(numbers, reverse=True)
    assert len(numbers) == 6
    assert len(await entries(client, kind="client")) == 5
    assert len(await entries(client, action="create", actor="tests")) == 6
    assert len(await entries(client, object="Client 3")) == 1
    window = {"from": "2026-03-15T12:00:00Z", "to": "2026-03-15T14:00:00Z"}
    found = await entries(client, **window)
    assert [entry.object_name for entry in found] == ["Client 2", "Client 1"]
    assert await entries(client, actor="nobody") == []


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.VIEWER])
async def test_only_who_may_administer_reads_it(system: System, role: Role) -> None:
    add_user(system, "bert", role)
    assert (await (await signed_in(system, "bert")).get(ROUTE)).status_code == 403


Told: TypeAlias = tuple[str, str | None, list[str]]
"""What was done, to what, and which fields of it were changed."""


def told(found: list[AuditEntry]) -> list[Told]:
    return [(each.action, each.object_name, list(each.fields)) for each in found]


async def test_an_order_for_many_is_recorded_for_each_that_it_changed(
    client: httpx.AsyncClient, add_endpoint: AddEndpoint
) -> None:
    first, second = add_endpoint("Rack 1"), add_endpoint("Rack 2")
    await client.post("/api/v1/clients", json={"name": "New"})

    async def order(action: str, **more: object) -> list[Told]:
        before = len(await entries(client))
        body = {"action": action, "ids": [first, "nobody", second], **more}
        answered = await client.post("/api/v1/endpoints/bulk", json=body)
        assert answered.status_code == 200, answered.text
        return told((await entries(client))[: len(await entries(client)) - before])

    await client.post("/api/v1/endpoints/bulk", json={"action": "disable", "ids": [second]})
    assert await order("disable", dryRun=True) == [], "a dry run is not recorded"
    whole = ("change-many", None, ["action", "ids"])
    assert await order("disable") == [whole, ("bulk-disable", "Rack 1", ["enabled"])]
    assert await order("enable") == [
        whole,
        ("bulk-enable", "Rack 2", ["enabled"]),
        ("bulk-enable", "Rack 1", ["enabled"]),
    ]
    assigned = await order("assign", client="New")
    assert assigned[1:] == [
        ("bulk-assign", "Rack 2", ["client"]),
        ("bulk-assign", "Rack 1", ["client"]),
    ]
    deleted: list[Told] = [("bulk-delete", "Rack 2", []), ("bulk-delete", "Rack 1", [])]
    assert (await order("delete"))[1:] == deleted
    restored: list[Told] = [("bulk-restore", "Rack 2", []), ("bulk-restore", "Rack 1", [])]
    assert (await order("restore"))[1:] == restored
    of_one = [each.action for each in await entries(client, object=first)]
    assert of_one == [
        *("bulk-restore", "bulk-delete", "bulk-assign"),
        *("bulk-enable", "bulk-disable"),
    ], "what became of one is found by its id"
    assert of_one == [each.action for each in await entries(client, object="Rack 1")]


async def test_a_deletion_that_is_undone_is_recorded_by_id_and_name(
    client: httpx.AsyncClient, add_endpoint: AddEndpoint
) -> None:
    rack = add_endpoint("Rack 1")
    await client.delete(f"/api/v1/endpoints/{rack}")
    assert (await client.post("/api/v1/endpoints/Rack 1/restore")).status_code == 200
    undone, removed = await entries(client)
    assert {each.object_id for each in (undone, removed)} == {rack}
    assert [each.object_name for each in (undone, removed)] == ["Rack 1"] * 2
    assert [each.action for each in (undone, removed)] == ["restore", "remove"]


async def test_an_import_is_recorded_for_each_endpoint_and_meter_that_it_touched(
    client: httpx.AsyncClient, add_endpoint: AddEndpoint
) -> None:
    public_id = add_endpoint("Rack 1")
    add_endpoint("Rack 2")
    upload = {"Content-Type": "text/csv"}

    async def send(kind: str, lines: str, **query: str) -> list[Told]:
        before = len(await entries(client))
        sent = await client.post(
            f"/api/v1/imports/{kind}", content=lines.encode(), headers=upload, params=query
        )
        assert sent.status_code == 200, sent.text
        return told((await entries(client))[: len(await entries(client)) - before])

    lines = (
        "endpoint,meter,location,multiplier,address\n"
        "Rack 1,,Hall 9,40,\nRack 1,outlet-1,,2,\nRack 2,,,,\nRack 3,,Hall 1,,10.0.0.9\n"
    )
    assert await send("endpoints", lines, dryRun="true") == []
    assert await send("endpoints", lines) == [
        ("endpoints", None, []),
        ("import-change", "Rack 1", ["location", "register", "meters"]),
        ("import-create", "Rack 3", []),
    ]
    assert [each.action for each in await entries(client, object=public_id)] == ["import-change"]
    readings = (
        "endpoint,timestamp,total_kwh\nRack 1,2026-03-01T00:00:00Z,5\n"
        "Rack 1,2026-03-02T00:00:00Z,6\nRack 4,2026-03-01T00:00:00Z,5\n"
    )
    assert await send("readings", readings, dryRun="true", createMissing="true") == []
    assert await send("readings", readings, createMissing="true") == [
        ("import-readings", "Rack 4 total", []),
        ("import-readings", "Rack 1 total", []),
        ("readings", None, []),
        ("import-create", "Rack 4 total", []),
    ]
    assert await send("readings", readings) == [("readings", None, [])], "nothing was new"


def test_nothing_changes_or_removes_an_entry() -> None:
    source = Path(audit_store.__file__).read_text(encoding="utf-8")
    imported = source.partition("from sqlalchemy import ")[2].partition("\n")[0]
    assert "insert" in imported
    assert not {"update", "delete"} & set(imported.replace(",", " ").split())


async def test_a_trial_that_uses_a_login_is_recorded(
    system: System, client: httpx.AsyncClient
) -> None:
    http = HttpTransport(CurlClient(concurrency=1), AddressPolicy(allow_loopback=True))
    lease = DeviceLease(system.database, system.clock, this_process(), 0)
    reader = Reader({Engine.HTTP: http}, lease, system.clock)
    served = browser(replace(system, reader=reader))
    served.headers["Authorization"] = client.headers["Authorization"]
    await served.post("/api/v1/endpoints", json=ENDPOINT | {"ipAddress": "127.0.0.1:9"})
    assert (await served.post("/api/v1/endpoints/Rack A3/test")).status_code == 200
    await reader.close()
    assert shape(await newest(client)) == ("test", "endpoint", "Rack A3")


@pytest.mark.parametrize("kind", ["application/vnd.x+json", "Application/JSON; charset=utf-8"])
async def test_a_change_is_recorded_whatever_kind_of_json_its_body_says_it_is(
    client: httpx.AsyncClient, kind: str
) -> None:
    headers = {"Content-Type": kind}
    body = json.dumps({"name": "Client XYZ"})
    created = await client.post("/api/v1/clients", content=body, headers=headers)
    assert created.status_code == 201, created.text
    entry = await newest(client)
    assert shape(entry) == ("create", "client", "Client XYZ")
    assert (entry.object_id, entry.fields) == (created.json()["data"]["id"], ["name"])
