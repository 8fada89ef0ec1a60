"""Whatever is sent about clients, sites, assignments and tariffs, the answer is documented."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wattledger.services.system import System
from wattledger.web.api import billing_examples
from wattledger.web.api.examples import ENDPOINT_INPUT
from wattledger.web.app import create_app

anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(
        [
            "beginning",
            "0001-01-01",
            "9999-12-31",
            "1E999999",
            "0E-99999",
            "NaN",
            "\x00",
            "٣",
            "UTC;x",
        ]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=4,
)
ROUTES = {
    "post /clients": billing_examples.CLIENT_INPUT,
    "patch /clients/{client}": {"name": "X", "tariffId": None},
    "post /sites": billing_examples.SITE_INPUT,
    "patch /sites/{site}": billing_examples.SITE_CHANGE,
    "post /assignments": billing_examples.ASSIGNMENT_INPUT,
    "patch /assignments/{assignment}": {"to": "2026-03-31"},
    "post /tariffs": billing_examples.TARIFF_INPUT,
    "put /tariffs/{tariff}": billing_examples.TARIFF_INPUT,
}
NAMES = {"{client}": "X", "{site}": "1", "{assignment}": "1", "{tariff}": "Rack"}


@st.composite
def calls(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """Draw a route and its example with some of its parts replaced."""
    route = draw(st.sampled_from(sorted(ROUTES)))
    body: dict[str, Any] = json.loads(json.dumps(ROUTES[route]))
    part: dict[str, Any] = body
    if "prices" in body and draw(st.booleans()):
        part = body["prices"][0]
    for _ in range(draw(st.integers(1, 2))):
        known = st.sampled_from([*part, "to", "from", "meter", "sharePercent"])
        part[draw(known | st.text(max_size=5))] = draw(anything)
    return route, body


@pytest.fixture
def documented(system: System) -> Callable[[str], set[int]]:
    """Give the statuses that the document names for a route."""
    paths = create_app(system).openapi()["paths"]

    def statuses(route: str) -> set[int]:
        method, _, address = route.partition(" ")
        return {int(status) for status in paths[f"/api/v1{address}"][method]["responses"]}

    return statuses


@pytest.fixture
async def known(client: httpx.AsyncClient) -> None:
    """Create what the routes name."""
    assert (await client.post("/api/v1/endpoints", json=ENDPOINT_INPUT)).status_code == 201
    assert (await client.post("/api/v1/clients", json={"name": "X"})).status_code == 201
    tariff = json.loads(json.dumps(billing_examples.TARIFF_INPUT)) | {"name": "Rack"}
    assert (await client.post("/api/v1/tariffs", json=tariff)).status_code == 201


@pytest.mark.usefixtures("known")
@settings(max_examples=200)
@given(call=calls())
async def test_no_body_makes_the_server_fail(
    client: httpx.AsyncClient,
    documented: Callable[[str], set[int]],
    call: tuple[str, dict[str, Any]],
) -> None:
    route, body = call
    method, _, address = route.partition(" ")
    for place, name in NAMES.items():
        address = address.replace(place, name)
    response = await client.request(
        method,
        f"/api/v1{address}",
        content=json.dumps(body),
        headers={"Content-Type": "application/json"},
    )
    assert response.status_code in documented(route), response.text
    assert response.json()["success"] is (response.status_code < 300)


@pytest.mark.parametrize("number", ["0", "-1", "x", "9" * 30])
async def test_what_is_no_number_of_an_assignment_is_said(
    client: httpx.AsyncClient, number: str
) -> None:
    refused = await client.delete(f"/api/v1/assignments/{number}")
    assert refused.status_code == 422
    assert list(refused.json()["error"]["fields"]) == ["assignment"]
