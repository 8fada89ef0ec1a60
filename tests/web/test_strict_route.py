"""A parameter that a route does not take is refused: a misspelt filter must not show everything."""

import re
import time

import httpx
import pytest

from wattledger.services.system import System
from wattledger.web.app import create_app
from wattledger.web.open_routes import OPEN_ROUTES


async def test_every_route_refuses_a_parameter_it_does_not_take(
    client: httpx.AsyncClient, system: System
) -> None:
    paths = create_app(system).openapi()["paths"]
    routes = [
        (method.upper(), path)
        for path, methods in paths.items()
        for method in methods
        if path.startswith("/api/")
    ]
    assert set(OPEN_ROUTES) < set(routes)
    for method, path in routes:
        address = re.sub(r"\{\w+\}", "1", path)
        answer = await client.request(method, address, params={"clinet": "x"})
        assert answer.status_code == 422, f"{method} {path}: {answer.text}"
        assert set(answer.json()["error"]["fields"]) == {"clinet"}, f"{method} {path}"


async def test_of_thousands_of_parameters_the_first_are_told(client: httpx.AsyncClient) -> None:
    """To compare each with what is taken would keep all others waiting, and no token is needed."""
    query = "&".join(f"clinet{number}" for number in range(4_000))
    begun = time.perf_counter()
    answer = await client.post(f"/api/v1/session?{query}")
    assert time.perf_counter() - begun < 1
    assert set(answer.json()["error"]["fields"]) == {"clinet0", "clinet1", "clinet2"}


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("clinet=A", "clinet: is not a parameter of this address; do you mean client?"),
        ("limit=5&x=1&client=A", "x: is not a parameter of this address; it takes client, cursor"),
    ],
)
async def test_the_answer_says_what_the_address_takes(
    client: httpx.AsyncClient, query: str, told: str
) -> None:
    answer = await client.get(f"/api/v1/endpoints?{query}")
    assert answer.status_code == 422
    assert answer.json()["error"]["message"].startswith(told)
