"""A recipe is tried on a page that is kept: what would be read of it, without asking the device."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select
from tests.web.api.conftest import RecordAttempt

from wattledger.domain.outcome import Outcome
from wattledger.services.system import System
from wattledger.store.tables import attempt, capture
from wattledger.web.api.trial_schemas import Trial
from wattledger.web.schema import Answer

PAGE = "<table><tr><td>Total energy</td><td id=new>12543.5 kWh</td></tr></table>"
FRAMES = (
    "<frameset><frame src=/a><frame src=/b></frameset>"
    "\n<!-- http://10.0.0.5/a -->\n<b id=kwh>7 kWh</b>"
    "\n<!-- http://10.0.0.5/b -->\n<b id=kwh>8 kWh</b>"
)
JSON = '{"energy": 12.5}'


@pytest.fixture
def kept(
    system: System, add_endpoint: Callable[..., str], record_attempt: RecordAttempt
) -> Callable[[str], int]:
    """Keep a page; returns the number of its capture."""
    add_endpoint("Rack B1")

    def keep(page: str) -> int:
        record_attempt("Rack B1", "2026-03-02T10:00:00Z", Outcome.SELECTOR_MISSING, page)
        with system.database.connect() as connection:
            return int(connection.scalar(select(func.max(capture.c.id))) or 0)

    return keep


async def tried(client: httpx.AsyncClient, number: int, **config: object) -> dict[str, Any]:
    sent = {"scrapingConfig": config}
    response = await client.post(f"/api/v1/captures/{number}/try", json=sent)
    assert response.status_code == 200, response.text
    Answer[Trial].model_validate_json(response.text)
    told: dict[str, Any] = response.json()["data"]
    return told


@pytest.mark.parametrize(
    ("page", "selector", "value"),
    [
        (PAGE, "#new", 12543.5),
        (PAGE, "text:Total energy", 12543.5),
        (FRAMES, "#kwh", 7),
        (JSON, "json:$.energy", 12.5),
    ],
)
async def test_a_recipe_reads_what_is_kept(
    client: httpx.AsyncClient,
    system: System,
    kept: Callable[[str], int],
    page: str,
    selector: str,
    value: float,
) -> None:
    trial = await tried(client, kept(page), valueSelector=selector)
    assert (trial["success"], trial["value"], trial["transport"]) == (True, value, "http")
    assert (trial["steps"], trial["status"], trial["screenshot"]) == ([], 200, None)
    with system.database.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(attempt)) == 1


async def test_what_it_does_not_find_is_said_with_the_page(
    client: httpx.AsyncClient, kept: Callable[[str], int]
) -> None:
    trial = await tried(client, kept(PAGE), valueSelector="#old")
    assert (trial["success"], trial["outcome"], trial["value"]) == (False, "selector_missing", None)
    assert "#old" in trial["message"]
    assert trial["rawData"] == PAGE


async def test_a_page_full_of_what_looks_like_frames_is_read_in_time(
    client: httpx.AsyncClient, kept: Callable[[str], int]
) -> None:
    comments = "".join(f"\n<!-- http://{n}.example/ -->\n" for n in range(40_000))
    trial = await tried(client, kept(f"<b id=kwh>7 kWh</b>{comments}"), valueSelector="#kwh")
    assert trial["value"] == 7


async def test_a_comment_that_names_another_host_is_a_part_of_the_page(
    client: httpx.AsyncClient, kept: Callable[[str], int]
) -> None:
    page = "<i id=kwh>7 kWh</i>\n<!-- http://example.org/ -->\n<i id=kwh>8 kWh</i>"
    trial = await tried(client, kept(page), valueSelector="#kwh")
    assert trial["outcome"] == "ambiguous_number"


async def test_only_what_is_kept_can_be_tried(
    client: httpx.AsyncClient, kept: Callable[[str], int]
) -> None:
    sent = {"scrapingConfig": {"valueSelector": "b"}}
    assert (await client.post("/api/v1/captures/7/try", json=sent)).status_code == 404
    route = f"/api/v1/captures/{kept(PAGE)}/try"
    assert (await client.post(route, json={"scrapingConfig": {}})).status_code == 422
    assert (await client.post(route, json={})).status_code == 422
