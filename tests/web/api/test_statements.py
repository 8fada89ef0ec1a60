"""Statements through the API: sealed bytes, bundles, and what a closed month would change by."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.services.billing import (
    APRIL,
    FEBRUARY,
    JANUARY,
    KWH,
    MARCH,
    STEP,
    add_meter,
    after,
    book_all,
    close,
    edge,
    give_tariff,
    kept,
    price,
    steady,
)

from wattledger.clock import SetClock
from wattledger.domain.instant import DAY, HOUR, parse_instant
from wattledger.domain.seal import seal_of
from wattledger.reports.bundle_check import verify_bundle
from wattledger.services.system import System
from wattledger.store.readings import NewReading
from wattledger.web.api.statement_schemas import ChangesOutput, ListedStatement, StatementOutput
from wattledger.web.schema import Answer, Page

STATEMENTS = "/api/v1/statements"


@pytest.fixture
def meters(system: System) -> dict[str, int]:
    """Give two clients with a meter each, closed from January to March but for the last one's."""
    clock = system.clock
    assert isinstance(clock, SetClock)
    clock.at = after(MARCH)
    with system.database.begin() as connection:
        found = {name: add_meter(connection, f"Rack {name}", name) for name in ("Alpha", "Beta")}
    for meter_id in found.values():
        book_all(system.database, meter_id, steady(edge(JANUARY), edge(APRIL) + DAY))
    give_tariff(system.database, "Alpha", price(vatPercent="19"))
    for month in (JANUARY, FEBRUARY):
        close(system.database, month, now=clock.at)
    close(system.database, MARCH, "Alpha", now=clock.at)
    return found


async def data_of(response: httpx.Response) -> Any:  # noqa: ANN401 - JSON
    assert response.status_code == 200, response.text
    return json.loads(response.text, parse_float=Decimal)["data"]


async def test_a_sealed_statement_is_sent_in_the_bytes_that_are_sealed(
    system: System, meters: dict[str, int], client: httpx.AsyncClient
) -> None:
    del meters
    response = await client.get(f"{STATEMENTS}/Alpha/2026-03")
    told = Answer[StatementOutput].model_validate_json(response.text).data
    assert told.seal is not None
    closed = kept(system.database, "Alpha", MARCH)
    assert closed.document in response.content
    seal = told.seal
    assert seal.sha256 == seal_of(
        seal.previous_sha256,
        seal.sequence,
        parse_instant(seal.closed_at),
        seal.closed_by,
        closed.document,
    )
    line = told.statement["lines"][0]
    assert {"endpointId", "meterId", "epochs", "from", "to"} <= line.keys()


async def test_an_open_statement_is_as_it_is_now(
    meters: dict[str, int], client: httpx.AsyncClient
) -> None:
    del meters
    told = await data_of(await client.get(f"{STATEMENTS}/Beta/2026-03"))
    assert told["seal"] is None
    assert told["statement"]["state"] == "provisional"
    assert (await client.get(f"{STATEMENTS}/Nobody/2026-03")).status_code == 404
    assert (await client.get(f"{STATEMENTS}/Beta/2026-3")).status_code == 422


async def test_closed_statements_are_listed_newest_first_in_pages(
    meters: dict[str, int], client: httpx.AsyncClient
) -> None:
    del meters
    seen: list[tuple[str, str]] = []
    cursor: dict[str, str] = {}
    while True:
        response = await client.get(STATEMENTS, params={"limit": "2"} | cursor)
        part = Page[ListedStatement].model_validate_json(response.text)
        seen += [(each.month, each.client) for each in part.data]
        if part.next_cursor is None:
            break
        cursor = {"cursor": part.next_cursor}
    assert seen[0] == ("2026-03", "Alpha")
    assert sorted(seen[1:3]) == [("2026-02", "Alpha"), ("2026-02", "Beta")]
    assert len(seen) == len(set(seen)) == 5
    of_one = await data_of(await client.get(STATEMENTS, params={"clientId": "Alpha"}))
    assert [(each["number"], each["sequence"]) for each in of_one] == [
        ("2026-03/3", 3),
        ("2026-02/2", 2),
        ("2026-01/1", 1),
    ]
    assert of_one[0]["previousSha256"] == of_one[1]["sha256"]
    assert (of_one[0]["kwh"], of_one[0]["net"], of_one[0]["vat"]) == (
        1486,
        Decimal("371.50"),
        Decimal("70.59"),
    )
    of_month = await data_of(await client.get(STATEMENTS, params={"month": "2026-02"}))
    assert {each["client"] for each in of_month} == {"Alpha", "Beta"}
    unpriced = next(each for each in of_month if each["client"] == "Beta")
    assert (unpriced["currency"], unpriced["net"], unpriced["gross"]) == (None, None, None)


@pytest.mark.parametrize(
    ("query", "status"),
    [("month=March", 422), ("month=2026-13", 422), ("cursor=x", 422), ("clientId=Nobody", 404)],
)
async def test_what_cannot_be_listed_is_refused(
    client: httpx.AsyncClient, query: str, status: int
) -> None:
    response = await client.get(f"{STATEMENTS}?{query}")
    assert response.status_code == status
    assert response.json()["success"] is False


async def test_a_bundle_proves_the_statement_away_from_here(
    meters: dict[str, int], client: httpx.AsyncClient, tmp_path: Path
) -> None:
    del meters
    response = await client.get(f"{STATEMENTS}/Alpha/2026-03/bundle")
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/zip"
    assert 'filename="2026-03 Alpha bundle.zip"' in response.headers["content-disposition"]
    path = tmp_path / "alpha.zip"
    path.write_bytes(response.content)
    check = verify_bundle(path)
    assert check.findings == ()
    assert check.readings == 126
    missing = await client.get(f"{STATEMENTS}/Beta/2026-03/bundle")
    assert missing.status_code == 404
    assert "is not closed" in missing.json()["error"]["message"]


async def test_a_correction_shows_what_a_closed_month_would_change_by(
    system: System, meters: dict[str, int], client: httpx.AsyncClient
) -> None:
    before = await data_of(await client.get(f"{STATEMENTS}/Alpha/2026-03/changes"))
    assert before["amount"] is None
    assert before["meters"][0]["wouldChangeByKwh"] == 0
    readings = steady(edge(JANUARY), edge(APRIL) + DAY)
    last = next(each for each in reversed(readings) if each.at < edge(APRIL))
    late = NewReading(edge(APRIL) - HOUR, last.total_milliwh + 12 * KWH, STEP)
    book_all(system.database, meters["Alpha"], [late])
    response = await client.get(f"{STATEMENTS}/Alpha/2026-03/changes")
    Answer[ChangesOutput].model_validate_json(response.text)
    told = await data_of(response)
    [meter] = told["meters"]
    assert meter["wouldChangeByKwh"] == meter["truthKwh"] - meter["billedKwh"] > 0
    assert meter["adjustedKwh"] == 0
    quarter = Decimal("0.25")
    assert told["amount"] == (meter["wouldChangeByKwh"] * quarter).quantize(Decimal("0.01"))
    assert told["currency"] == "EUR"
    missing = await client.get(f"{STATEMENTS}/Beta/2026-03/changes")
    assert missing.status_code == 404
