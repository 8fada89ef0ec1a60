"""No two callers who see something else are ever given the same answer, whatever is kept."""

import asyncio
import re

import httpx
from fastapi import FastAPI
from tests.web.tenancy import ALDER, CLIENTS, NOW, PLACES, World, client_name

from wattledger.domain.permission import Permission, Role
from wattledger.services.system import System
from wattledger.store.clients import find_client
from wattledger.store.tokens import NewToken, create
from wattledger.web.app import create_app
from wattledger.web.repeated_routes import REPEATED_ROUTES

LIVE = "/api/v1/consumption/live"


async def test_no_two_callers_of_another_view_share_an_answer(system: System, world: World) -> None:
    """Every kept route, asked by all at once and again, tells each what it tells it alone."""
    app, alone = create_app(system), create_app(system)
    is_repeated = [repr(each).startswith("Middleware(Repeated,") for each in alone.user_middleware]
    del alone.user_middleware[is_repeated.index(True)]
    secrets = _tokens_of_all(system)
    paths = [_asked(path, world) for path in REPEATED_ROUTES]
    expected = {
        (who, path): await _answer(alone, token, path)
        for who, token in secrets.items()
        for path in paths
    }
    told: dict[tuple[str, str], set[tuple[int, str]]] = {each: set() for each in expected}
    for path in paths * 2:
        asked = [_answer(app, token, path) for token in secrets.values()]
        for who, answer in zip(secrets, await asyncio.gather(*asked), strict=True):
            told[who, path].add(answer)
    assert [each for each, (status, _) in expected.items() if status not in {200, 403, 404}] == []
    assert told == {each: {answer} for each, answer in expected.items()}
    of_live = {expected[who, f"{LIVE}?"][1] for who in ("", *CLIENTS)}
    assert len(of_live) == len(CLIENTS) + 1, "what they see does differ"


def _tokens_of_all(system: System) -> dict[str, str]:
    orders = {role.value: NewToken(role.value, role) for role in Role if role is not Role.CLIENT}
    orders["scoped"] = NewToken("scoped", scopes=[Permission.SEE_OWN])
    orders[""] = NewToken("another admin")
    with system.database.connect() as connection:
        for name in CLIENTS:
            row = find_client(connection, client_name(name))
            orders[name] = NewToken(f"token of {name}", Role.CLIENT, client_id=row.id)
        row = find_client(connection, client_name(ALDER))
        orders["limited admin"] = NewToken("limited admin", client_id=row.id)
    with system.database.begin() as connection:
        return {who: create(connection, new, NOW).secret for who, new in orders.items()}


def _asked(path: str, world: World) -> str:
    """Return the address of something that is there, and of one client's."""
    endpoint, meter = world.endpoints[PLACES[0].endpoint], str(world.meters[PLACES[0]])
    known = {"endpoint": endpoint, "meter": meter, "client": world.clients[ALDER]}
    filled = re.sub(r"{(\w+)}", lambda name: known.get(name[1], "1"), path)
    queries = {
        "consumption/history": "from=2026-02-01&to=2026-03-14&total=true",
        "consumption/monthly/{endpoint}": "year=2026&month=2",
        "consumption/readings": f"endpointId={endpoint}",
        "consumption/trend": f"endpointId={endpoint}",
        "meters/{meter}/demand": "from=2026-03-10&to=2026-03-12",
        "meters/{meter}/energy": "from=2026-02-01&to=2026-02-28",
    }
    return f"{filled}?{queries.get(path.removeprefix('/api/v1/'), '')}"


async def _answer(app: FastAPI, token: str, path: str) -> tuple[int, str]:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://wattledger") as caller:
        answer = await caller.get(path, headers=headers)
    # The snapshots of two applications have names of their own.
    return answer.status_code, answer.text.partition(',"snapshot":')[0]
