"""Whatever is sent, the server answers in its shape and with a status it documents."""

import json
import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wattledger.services.system import System
from wattledger.web.api.examples import ENDPOINT_INPUT
from wattledger.web.app import create_app

ROUTE = "/api/v1/endpoints"

anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["{password}", "http://[", "10.0.0.5:99999", "((", "xpath:", "\x00", "٣"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
addresses = st.sampled_from(
    [
        ROUTE,
        "/api/v1/consumption/live",
        "/api/v1/consumption/readings",
        "/api/v1/consumption/monthly/Rack",
        "/api/v1/consumption/summary",
        "/api/v1/meters",
        "/api/v1/meters/1/readings",
        "/api/v1/meters/1/events",
        "/api/v1/attempts/1",
        "/api/v1/captures/1",
        "/api/v1/clients",
        "/api/v1/sites",
        "/api/v1/assignments",
        "/api/v1/tariffs",
        "/api/v1/reports/2026/3",
        "/api/v1/reports/2026/3/findings",
        "/api/v1/statements",
        "/api/v1/statements/Client/2026-03",
    ]
)
names = st.sampled_from(
    [
        "endpointId",
        "from",
        "to",
        "success",
        "cursor",
        "limit",
        "year",
        "month",
        "period",
        "status",
        "enabled",
        "search",
        "meterId",
        "clientId",
    ]
)
values = st.text(max_size=30) | st.sampled_from(
    ["Rack", "2026-03-01", "-1", "9" * 30, "WzEsMSwxXQ", "0000-00-00", "2026-03-01T00:00:00Z", "3"]
)


@st.composite
def bodies(draw: st.DrawFn) -> dict[str, Any]:
    """Draw the example with some of its parts replaced, at any depth."""
    body: dict[str, Any] = json.loads(json.dumps(ENDPOINT_INPUT))
    for _ in range(draw(st.integers(1, 3))):
        part = body
        if draw(st.booleans()):
            key = draw(st.sampled_from(["scrapingConfig", "authConfig"]))
            part = body.setdefault(key, {})
        if isinstance(part, dict):
            known = st.sampled_from([*part, "loginUrl", "password", "steps", "fields", "unit"])
            part[draw(known | st.text(max_size=5))] = draw(anything)
    return body


@pytest.fixture
def documented(system: System) -> Callable[[str, str], set[int]]:
    """Give the statuses that the document names for a method and an address."""
    paths = create_app(system).openapi()["paths"]

    def statuses(method: str, address: str) -> set[int]:
        document = re.sub(r"/(meter|attempt|capture)s/\d+", r"/\1s/{\1}", address)
        document = document.replace("/reports/2026/3", "/reports/{year}/{month}")
        document = document.replace("/Client/2026-03", "/{client}/{month}")
        operation = paths[document.replace("/Rack", "/{endpoint}")][method]
        return {int(status) for status in operation["responses"]}

    return statuses


@pytest.fixture
async def rack(client: httpx.AsyncClient) -> None:
    """Create an endpoint for the routes to find."""
    sent = json.loads(json.dumps(ENDPOINT_INPUT)) | {"name": "Rack"}
    assert (await client.post(ROUTE, json=sent)).status_code == 201


@settings(max_examples=150)
@given(body=bodies())
async def test_no_body_makes_the_server_fail(
    client: httpx.AsyncClient,
    documented: Callable[[str, str], set[int]],
    body: dict[str, Any],
) -> None:
    response = await client.post(
        ROUTE, content=json.dumps(body), headers={"Content-Type": "application/json"}
    )
    assert response.status_code in documented("post", ROUTE), response.text
    assert response.json()["success"] is (response.status_code == 201)


@pytest.mark.usefixtures("rack")
@settings(max_examples=150)
@given(address=addresses, parameters=st.dictionaries(names, values, max_size=4))
async def test_no_parameter_makes_the_server_fail(
    client: httpx.AsyncClient,
    documented: Callable[[str, str], set[int]],
    address: str,
    parameters: dict[str, str],
) -> None:
    response = await client.get(address, params=parameters)
    assert response.status_code in documented("get", address), response.text
    assert response.json()["success"] is (response.status_code == 200)


EVENTS = "/api/v1/meters/1/events"
declarations = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.sampled_from(["swap", "check", "accept", "reject", "settings", "end"]),
        "at": st.sampled_from(["2026-03-01T00:00:00Z", "2026-03-01", "2000-01-01"]) | anything,
        "why": st.just("seen") | anything,
        "totalKwh": st.sampled_from([0, 12.5, "1e400", "1e-400", 1e300, -0.0]) | anything,
        "finalKwh": st.integers(0, 10**14) | anything,
        "initialKwh": st.decimals(0, 10**6, allow_nan=False).map(str) | anything,
        "settings": st.dictionaries(
            st.sampled_from(["multiplier", "resolutionKwh", "pMaxKw", "modulusKwh"]),
            st.integers(0, 10**14) | st.sampled_from([None, "0.000000001", 1e-9, 1e13]) | anything,
        )
        | anything,
    },
)


@pytest.mark.usefixtures("rack")
@settings(max_examples=150)
@given(body=declarations)
async def test_no_declaration_makes_the_server_fail(
    client: httpx.AsyncClient,
    documented: Callable[[str, str], set[int]],
    body: dict[str, Any],
) -> None:
    response = await client.post(
        EVENTS,
        params={"dryRun": "true"},
        content=json.dumps(body),
        headers={"Content-Type": "application/json"},
    )
    assert response.status_code in documented("post", EVENTS), response.text
    assert response.json()["success"] is (response.status_code == 200)


@pytest.mark.usefixtures("rack")
@settings(max_examples=150)
@given(
    body=st.dictionaries(
        st.sampled_from(["multiplier", "resolutionKwh", "pMaxKw", "parentId", "feed", "rack"]),
        st.integers(-1, 10**14)
        | st.sampled_from([1e-9, "0.1", "A", None, 2**63, 2**70])
        | anything,
    )
)
async def test_no_change_of_a_meter_makes_the_server_fail(
    client: httpx.AsyncClient,
    documented: Callable[[str, str], set[int]],
    body: dict[str, Any],
) -> None:
    response = await client.patch(
        "/api/v1/meters/1",
        content=json.dumps(body),
        headers={"Content-Type": "application/json"},
    )
    assert response.status_code in documented("patch", "/api/v1/meters/1"), response.text
    assert response.json()["success"] is (response.status_code == 200)
