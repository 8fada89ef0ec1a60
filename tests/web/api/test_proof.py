"""From a number of a sealed statement to what the device answered, call by call."""

import json
from collections.abc import Callable
from decimal import Decimal
from hashlib import sha256
from typing import Any

import httpx
from tests.services.billing import APRIL, KWH, MARCH, add_meter, after, book_all, close, edge

from wattledger.clock import SetClock
from wattledger.domain.instant import DAY, HOUR, format_instant
from wattledger.domain.outcome import Outcome
from wattledger.services.system import System
from wattledger.store.readings import NewReading


def page(kwh: int) -> str:
    return f"<p>Total energy <b>{kwh}</b> kWh</p>"


async def told(client: httpx.AsyncClient, path: str, **asked: str) -> Any:  # noqa: ANN401 - JSON
    response = await client.get(f"/api/v1{path}", params=asked)
    assert response.status_code == 200, response.text
    return json.loads(response.text, parse_float=Decimal)["data"]


async def test_a_figure_of_a_sealed_statement_leads_to_its_reads_and_captures(
    system: System, client: httpx.AsyncClient, record_attempt: Callable[..., int]
) -> None:
    clock = system.clock
    assert isinstance(clock, SetClock)
    clock.at = after(MARCH)
    with system.database.begin() as connection:
        number = add_meter(connection, "Rack A3", "Client XYZ")
    readings: list[NewReading] = []
    for hour, at in enumerate(range(edge(MARCH) - DAY, edge(APRIL) + DAY, HOUR)):
        attempt = None
        if at in {edge(MARCH), edge(APRIL)}:
            moment = format_instant(at)
            attempt = record_attempt("Rack A3", moment, Outcome.OK, page(1000 + hour))
        readings.append(NewReading(at, (1000 + hour) * KWH, KWH, attempt_id=attempt))
    book_all(system.database, number, readings)
    close(system.database, MARCH, "Client XYZ", now=clock.at)

    statement = (await told(client, "/statements/Client XYZ/2026-03"))["statement"]
    [line] = statement["lines"]
    assert line["printedKwh"] == "743.000"
    [epoch] = line["epochs"]
    for at, shown in ((epoch["firstAt"], epoch["firstKwh"]), (epoch["lastAt"], epoch["lastKwh"])):
        span = {"from": at, "to": format_instant(after(MARCH)), "limit": "1000"}
        reads = await told(client, f"/meters/{line['meterId']}/readings", **span)
        read = reads[-1]
        assert (read["timestamp"], str(read["totalKwh"])) == (at, shown)
        attempt = await told(client, f"/attempts/{read['attemptId']}")
        assert attempt["endpointName"] == "Rack A3"
        capture = attempt["capture"]
        answered = (await client.get(f"/api/v1/captures/{capture['id']}")).text
        assert answered == page(int(shown))
        assert sha256(answered.encode()).hexdigest() == capture["sha256"]
