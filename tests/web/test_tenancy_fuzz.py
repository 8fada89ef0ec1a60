"""Whatever a client asks for, by whatever ids, names and cursors, nothing of others is in it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tests.web.leaks import Foreign
from tests.web.tenancy import ALDER, BIRCH, CEDAR, CLIENTS, PLACES, World, client_name
from tests.web.tenants import API, Callers

from wattledger.domain.permission import Permission
from wattledger.services.system import System
from wattledger.web.app import create_app
from wattledger.web.cursor import to_cursor
from wattledger.web.permissions import route_permissions

MOMENTS = (
    "2025-12-31",
    "2026-01-01",
    "2026-01-16",
    "2026-01-17T11:20:00+01:00",
    "2026-01-18",
    "2026-02-01",
    "2026-02-09T22:00:00Z",
    "2026-02-20",
    "2026-02-28",
    "2026-03-11",
    "2026-03-12T10:07:00+01:00",
    "2026-03-13",
    "2026-03-31",
    "nonsense",
)


@dataclass(frozen=True, slots=True)
class Operation:
    """A GET that is open to clients, and the schemas of its parameters by place and name."""

    path: str
    parameters: tuple[tuple[str, str, dict[str, Any], bool], ...]


@dataclass(frozen=True, slots=True)
class Request:
    """A GET as one client sends it."""

    client: str
    path: str
    params: dict[str, str] = field(default_factory=dict)


@pytest.fixture
def operations(system: System) -> list[Operation]:
    """Give every operation that a client may call, but for streams, which never end."""
    app = create_app(system)
    document = json.loads(json.dumps(app.openapi()))
    paths, schemas = document["paths"], document["components"]["schemas"]
    return [
        Operation(
            each.path,
            tuple(
                (
                    one["in"],
                    one["name"],
                    _resolved(one["schema"], schemas),
                    one.get("required", False),
                )
                for one in paths[each.path]["get"].get("parameters", ())
                if one["in"] in {"path", "query"}
            ),
        )
        for each in route_permissions(app)
        if each.permission is Permission.SEE_OWN and each.method == "GET"
        if "text/event-stream" not in json.dumps(paths[each.path]["get"]["responses"])
    ]


def _parameter(
    one: dict[str, Any], schemas: dict[str, Any]
) -> tuple[str, str, dict[str, Any], bool]:
    return one["in"], one["name"], _resolved(one["schema"], schemas), one.get("required", False)


def _resolved(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    return schema | schemas[name] if name else schema


@pytest.fixture
async def pools(api: Callers, world: World) -> dict[str, list[str]]:
    """Give what parameters are taken from, by their names: the ids and names of all clients."""
    endpoints = [*world.endpoints.values(), *world.endpoints]
    clients = [*world.clients.values(), *(client_name(each) for each in CLIENTS)]
    meters = [str(number) for number in [*world.meters.values(), 99]]
    return {
        "endpoint": endpoints,
        "endpointId": endpoints,
        "meter": meters,
        "meterId": meters,
        "client": clients,
        "clientId": clients,
        "clientName": clients,
        "search": ["Rack", "narwhal", "axolotl", "quokka", "Room"],
        "location": [f"Room of {place.endpoint}" for place in PLACES],
        "site": ["1", "Main site"],
        "from": [*MOMENTS],
        "to": [*MOMENTS],
        "year": ["2025", "2026"],
        "cursor": [each async for each in _cursors(api, world)],
        "limit": ["1", "3", "1000"],
        "minutes": ["15", "30", "60"],
    }


async def _cursors(api: Callers, world: World) -> Any:  # noqa: ANN401 - an iterator
    """Yield cursors of an administrator's pages and of each client's, and some that are made up."""
    for who in ("", *CLIENTS):
        for path, params in (
            ("/meters", {}),
            ("/statements", {}),
            ("/consumption/readings", {"endpointId": "Rack that moved"}),
            ("/consumption/readings", {"endpointId": "Rack of two"}),
            (f"/meters/{world.meters[PLACES[1]]}/readings", {}),
        ):
            page = (await api.get(who, path, limit=2, **params)).json()
            if page.get("nextCursor"):
                yield page["nextCursor"]
    for client_id in world.clients.values():
        yield to_cursor(("2026-02-01", client_id))
    yield to_cursor((0,))
    yield to_cursor((2**62, 1, 2**62))


def _value(name: str, schema: dict[str, Any], pool: dict[str, list[str]], pick: int) -> str:
    kinds = [schema, *schema.get("anyOf", ())]
    choices = [each for kind in kinds for each in kind.get("enum", ())]
    if name == "month":
        is_number = any(kind.get("type") == "integer" for kind in kinds)
        choices = ["1", "2", "3"] if is_number else ["2026-01", "2026-02", "2026-03"]
    elif any(kind.get("type") == "boolean" for kind in kinds):
        choices = ["true", "false"]
    choices = choices or pool.get(name) or ["1", "x"]
    return str(choices[pick % len(choices)])


def _request(
    operations: list[Operation], pool: dict[str, list[str]], picks: tuple[int, ...]
) -> Request:
    """Return the request that numbers stand for: what they pick, one after the other."""
    following = iter(picks)
    client = CLIENTS[next(following) % len(CLIENTS)]
    operation = operations[next(following) % len(operations)]
    path, params = operation.path.removeprefix(API), {}
    for (place, name, schema, is_required), pick in zip(
        operation.parameters, following, strict=False
    ):
        # An even number sends an optional parameter, an odd one leaves it out.
        value = _value(name, schema, pool, pick // 2)
        if place == "path":
            path = path.replace(f"{{{name}}}", value)
        elif is_required or pick % 2 == 0:
            params[name] = value
    return Request(client, path, params)


MOST_PARAMETERS = 12
AS_DRAWN = (Phase.reuse, Phase.generate)
"""A leak is told by the request that showed it; to look for a smaller one takes minutes."""

picks = st.tuples(*[st.integers(0, 2_000)] * (2 + MOST_PARAMETERS))


async def _check(api: Callers, world: World, request: Request) -> None:
    response = await api.get(request.client, request.path, **request.params)
    assert response.status_code in {200, 404, 422}, (request, response.text)
    assert Foreign.to(request.client, world).leaks(response) == [], request


@settings(max_examples=300, phases=AS_DRAWN)
@given(picked=picks)
async def test_no_request_of_a_client_tells_of_others(
    api: Callers,
    world: World,
    operations: list[Operation],
    pools: dict[str, list[str]],
    picked: tuple[int, ...],
) -> None:
    await _check(api, world, _request(operations, pools, picked))


@pytest.mark.soak
@settings(max_examples=20_000, phases=AS_DRAWN)
@given(picked=picks)
async def test_no_request_of_very_many_tells_of_others(
    api: Callers,
    world: World,
    operations: list[Operation],
    pools: dict[str, list[str]],
    picked: tuple[int, ...],
) -> None:
    await _check(api, world, _request(operations, pools, picked))


async def test_the_requests_reach_every_route_and_all_that_it_takes(
    api: Callers, operations: list[Operation], pools: dict[str, list[str]]
) -> None:
    """Each route answers some of them with what was asked for, and takes all its parameters."""
    random = Random(7)
    for operation in operations:
        assert len(operation.parameters) <= MOST_PARAMETERS
        statuses: set[int] = set()
        while 200 not in statuses:
            asked = tuple(random.randrange(2_000) for _ in range(2 + MOST_PARAMETERS))
            request = _request([operation], pools, asked)
            answered = await api.get(request.client, request.path, **request.params)
            statuses.add(answered.status_code)
            assert statuses <= {200, 404, 422}, request


def _plain(world: World, client: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield what a client asks for in every form, of itself and of the others' meters."""
    for month in (1, 2, 3):
        for form in ("json", "csv", "xlsx", "pdf", "zip"):
            yield f"/reports/2026/{month}", {"format": form}
        for kind in ("", "/bundle", "/changes"):
            yield f"/statements/{world.clients[client]}/2026-0{month}{kind}", {}
    for number in world.meters.values():
        span = {"from": "2026-01-01", "to": "2026-03-31"}
        yield f"/meters/{number}/readings", {"limit": "1000"}
        yield f"/meters/{number}/energy", span | {"by": "day"}
        yield f"/meters/{number}/demand", span
    for public_id in world.endpoints.values():
        yield "/consumption/readings", {"endpointId": public_id, "limit": "1000"}
        yield "/consumption/trend", {"endpointId": public_id}
    for by in ("endpoint", "client", "total"):
        span = {"from": "2026-03-01", "to": "2026-03-15", "by": by}
        yield "/consumption/history", span | {"step": "hour"}
        yield "/consumption/history", span | {"from": "2026-01-01", "step": "day"}


@pytest.mark.parametrize("client", [ALDER, BIRCH, CEDAR])
async def test_nothing_of_others_is_in_any_form_of_ones_own(
    api: Callers, world: World, client: str
) -> None:
    foreign = Foreign.to(client, world)
    for path, params in _plain(world, client):
        response = await api.get(client, path, **params)
        assert foreign.leaks(response) == [], (path, params)


async def test_the_search_finds_what_is_not_hidden(api: Callers, world: World) -> None:
    """An administrator sees all of it: so the search would find it in a client's answers."""
    foreign = Foreign.to(ALDER, world)
    narwhal = world.meters[PLACES[5]]
    for path, params in (
        ("/meters", {}),
        (f"/meters/{narwhal}/readings", {}),
        ("/consumption/readings", {"endpointId": "Rack narwhal A"}),
        ("/consumption/summary", {}),
        ("/consumption/history", {"from_": "2026-03-14"}),
        ("/reports/2026/1", {"format": "csv"}),
        ("/reports/2026/1", {"format": "xlsx"}),
        ("/reports/2026/2", {"format": "zip"}),
        ("/reports/2026/2", {"format": "pdf", "clientId": world.clients[BIRCH]}),
        (f"/statements/{world.clients[CEDAR]}/2026-01/bundle", {}),
    ):
        assert foreign.leaks(await api.get("", path, **params)), path


def test_no_word_of_a_client_is_another_word() -> None:
    assert not re.search("quokka|narwhal|axolotl", "Rack that moved, Rack of two, there and back")
