"""Everybody calls every route, and is let in or refused as docs/reference/permissions.md says."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import select, update
from tests.web.calls import Call, answer_to, call_of
from tests.web.tenancy import ALDER, NOW, PLACES, World, client_name

from wattledger.domain.permission import Permission, Role
from wattledger.services.scheduler_beat import beat
from wattledger.services.system import System
from wattledger.store.channels import insert_channel
from wattledger.store.clients import find_client
from wattledger.store.tables import attempt, capture, endpoint
from wattledger.store.tokens import NewToken, create
from wattledger.web.app import create_app
from wattledger.web.permission_page import guarded_routes, open_routes, permissions_reference
from wattledger.web.permissions import route_permissions
from wattledger.web.permit import needs
from wattledger.web.system import TheSystem

PAGE = Path(__file__).parents[2] / "docs/reference/permissions.md"
NO_ACCOUNT = "no account"
ROLES = (
    NO_ACCOUNT,
    *(role.value for role in (Role.CLIENT, Role.VIEWER, Role.OPERATOR, Role.ADMIN)),
)
_ROW = re.compile(r"\| `(\w+) (\S+)` \| \S+ \| (.+) \|")
_LIMITED = {f"{role} with a client": role for role in (Role.VIEWER, Role.OPERATOR, Role.ADMIN)}


def table() -> dict[tuple[str, str], dict[str, str]]:
    """Return what the page says: yes, own or no, by route and role."""
    rows = _ROW.findall(PAGE.read_text(encoding="utf-8"))
    return {
        (method, path): dict(zip(ROLES, cells.split(" | "), strict=True))
        for method, path, cells in rows
    }


def test_the_page_is_made_from_the_routes(system: System) -> None:
    app = create_app(system)
    assert PAGE.read_text(encoding="utf-8") == permissions_reference(app), "run: make docs"
    guarded = {(each.method, each.path) for each in guarded_routes(app)}
    assert table().keys() == guarded | set(open_routes(app))
    assert len(guarded) > 40


@pytest.fixture
def app(system: System, world: World) -> FastAPI:
    """Give the application with three clients' meters, of which one can be read at once."""
    system.settings.evidence_dir.mkdir(exist_ok=True)
    (system.settings.evidence_dir / "page.png").write_bytes(b"\x89PNG")
    with system.database.begin() as connection:
        kept = {"screenshot": "page.png", "screenshot_sha256": "0" * 64}
        connection.execute(update(capture).values(**kept))
        here = endpoint.c.public_id == world.endpoints[PLACES[0].endpoint]
        closed = {"address": "http://127.0.0.1:9/", "host_port": "127.0.0.1:9"}
        connection.execute(update(endpoint).where(here).values(**closed))
    beat(system)
    return create_app(system)


@pytest.fixture
def document(app: FastAPI) -> dict[str, Any]:
    """Give the OpenAPI document."""
    told: dict[str, Any] = json.loads(json.dumps(app.openapi()))
    return told


@pytest.fixture
def channel(system: System, world: World) -> str:
    """Give a channel that leads into this machine, where nothing is sent."""
    assert world.clients
    address = system.vault.encrypt({"url": "json://127.0.0.1:9/"})
    leads = {"address": address, "service": "Webhook (JSON)", "destination": "json://127.0.0.1"}
    told = {"name": "Hook", "severity": "warning", "after_minutes": 5}
    with system.database.begin() as connection:
        return insert_channel(connection, NOW, **leads, **told)


@pytest.fixture
def known(system: System, world: World, channel: str) -> dict[str, str]:
    """Give what there is of one client, by the names of parameters."""
    with system.database.connect() as connection:
        place = PLACES[0]
        return {
            "endpoint": world.endpoints[place.endpoint],
            "endpointId": world.endpoints[place.endpoint],
            "meter": str(world.meters[place]),
            "client": world.clients[ALDER],
            "year": "2026",
            "month": "1",
            "from": "2026-01-01",
            "to": "2026-01-02",
            "site": "1",
            "channel": channel,
            "attempt": str(connection.scalar(select(attempt.c.id).limit(1))),
            "capture": str(connection.scalar(select(capture.c.id).limit(1))),
        }


@pytest.fixture
def tokens(system: System, world: World) -> dict[str, str | None]:
    """Give a token of each role, and of roles that are limited to a client."""
    assert world.clients
    made: dict[str, str | None] = {NO_ACCOUNT: None}
    with system.database.begin() as connection:
        number = find_client(connection, client_name(ALDER)).id
        for role in Role:
            owner = number if role is Role.CLIENT else None
            made[role.value] = create(connection, NewToken(role, role, client_id=owner), NOW).secret
        for name, role in _LIMITED.items():
            made[name] = create(connection, NewToken(name, role, client_id=number), NOW).secret
        made["client of nobody"] = create(connection, NewToken("nobody", Role.CLIENT), NOW).secret
    return made


def calls(document: dict[str, Any], known: dict[str, str]) -> list[tuple[Call, dict[str, str]]]:
    """Return a call of each route with what the page says of it: reads first, deletions last."""
    order = ("GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE")
    asked = sorted(table().items(), key=lambda each: (order.index(each[0][0]), each[0][1]))
    return [(here(call_of(document, *route, known)), cells) for route, cells in asked]


def here(call: Call) -> Call:
    """Return a call that reads no device elsewhere."""
    return replace(call, body=call.body.replace(b'"192.168.1.100"', b'"127.0.0.1:9"'))


async def test_everybody_is_let_in_or_refused_as_the_page_says(
    app: FastAPI,
    document: dict[str, Any],
    known: dict[str, str],
    tokens: dict[str, str | None],
) -> None:
    for call, cells in calls(document, known):
        for role, cell in cells.items():
            answer = await answer_to(app, call, tokens[role])
            told = (call.method, call.path, role, answer.body[:300])
            if cells[NO_ACCOUNT] == "yes":
                assert not is_refused(answer.status, answer.body), told
            elif role == NO_ACCOUNT:
                assert answer.status == 401, told
            elif cell == "no":
                assert answer.status == 403, told
            else:
                assert answer.status not in {401, 403}, told
                assert answer.status < 500, told
            if call.method == "GET" and call.is_known and cell != "no":
                assert answer.status in {200, 307}, told


def is_refused(status: int, body: bytes) -> bool:
    """Tell whether an open route answered that an account is needed."""
    return status >= 500 or (status in {401, 403} and b"This needs a" in body)


async def test_who_has_a_client_may_no_more_than_a_client(
    app: FastAPI,
    document: dict[str, Any],
    known: dict[str, str],
    tokens: dict[str, str | None],
) -> None:
    for call, cells in calls(document, known):
        if cells[NO_ACCOUNT] == "yes":
            continue
        allowed = cells[Role.CLIENT] == "own"
        for role in _LIMITED:
            answer = await answer_to(app, call, tokens[role])
            assert (answer.status != 403) is allowed, (call, role)
        assert (await answer_to(app, call, tokens["client of nobody"])).status == 403, call


def test_a_route_that_clients_may_call_must_ask_whose_it_shows(system: System) -> None:
    app = create_app(system)

    def careless(system: TheSystem) -> None:
        """Show everything to everybody."""

    app.add_api_route("/api/v1/all", careless, dependencies=[needs(Permission.SEE_OWN)])
    with pytest.raises(RuntimeError, match="/api/v1/all is open to clients"):
        route_permissions(app)


def test_a_route_must_name_what_it_needs(system: System) -> None:
    app = create_app(system)

    def careless(system: TheSystem) -> None:
        """Show everything to everybody."""

    app.add_api_route("/api/v1/all", careless)
    with pytest.raises(RuntimeError, match="/api/v1/all names 0 permissions"):
        route_permissions(app)
