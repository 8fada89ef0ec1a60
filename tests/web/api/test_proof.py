"""From a number of a sealed statement to what the device answered, call by call."""

import json
from collections.abc import Callable
from decimal import Decimal
from hashlib import sha256
from typing import Any

import httpx
from tests.services.billing import APRIL, KWH, MARCH, MAY, add_meter, after, book_all, close, edge

from wattledger.clock import SetClock
from wattledger.domain.instant import DAY, HOUR, MINUTE, format_instant
from wattledger.domain.outcome import Outcome
from wattledger.services.system import System
from wattledger.store.readings import NewReading

LAG = 7 * MINUTE


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


async def test_a_segment_names_the_reads_around_an_edge_that_nobody_read(
    system: System, client: httpx.AsyncClient, record_attempt: Callable[..., int]
) -> None:
    """And an adjustment those that changed: each leads to its attempt and its capture."""
    clock = system.clock
    assert isinstance(clock, SetClock)
    clock.at = after(APRIL)
    with system.database.begin() as connection:
        number = add_meter(connection, "Rack A3", "Client XYZ")
    readings: list[NewReading] = []
    for hour, at in enumerate(range(edge(MARCH) - DAY + LAG, edge(MAY) + DAY, HOUR)):
        attempt = record_attempt("Rack A3", format_instant(at), Outcome.OK, page(1000 + hour))
        readings.append(NewReading(at, (1000 + hour) * KWH, KWH, attempt_id=attempt))
    book_all(system.database, number, readings)
    close(system.database, MARCH, "Client XYZ", now=clock.at)

    statement = (await told(client, "/statements/Client XYZ/2026-03"))["statement"]
    [line] = statement["lines"]
    [epoch] = line["epochs"]
    assert line["openingBetween"]
    assert line["closingBetween"]
    for at, reads in ((edge(MARCH), epoch["firstReads"]), (edge(APRIL), epoch["lastReads"])):
        assert [each["at"] for each in reads] == [
            format_instant(at - HOUR + LAG),
            format_instant(at + LAG),
        ]
        for read in reads:
            await leads_to_its_capture(client, read)

    at = edge(APRIL) - LAG
    attempt = record_attempt("Rack A3", format_instant(at), Outcome.OK, page(1767))
    shown = max(each.total_milliwh for each in readings if each.at < at)
    book_all(system.database, number, [NewReading(at, shown + KWH, KWH, attempt_id=attempt)])
    close(system.database, APRIL, "Client XYZ", now=clock.at)
    statement = (await told(client, "/statements/Client XYZ/2026-04"))["statement"]
    [adjustment] = statement["adjustments"]
    assert (adjustment["month"], adjustment["meterId"]) == ("2026-03", number)
    changed = adjustment["changedReads"]
    assert (changed["count"], changed["first"]["at"]) == (1, format_instant(at))
    assert changed["first"] == changed["last"]
    await leads_to_its_capture(client, changed["first"])


async def leads_to_its_capture(client: httpx.AsyncClient, read: Any) -> None:  # noqa: ANN401 - JSON
    attempt = await told(client, f"/attempts/{read['attemptId']}")
    assert attempt["capture"]["sha256"] == read["evidenceSha256"]
    answered = await client.get(f"/api/v1/captures/{attempt['capture']['id']}")
    assert sha256(answered.content).hexdigest() == read["evidenceSha256"]


async def test_a_month_that_is_not_closed_names_its_reads_as_well(
    system: System, client: httpx.AsyncClient
) -> None:
    clock = system.clock
    assert isinstance(clock, SetClock)
    clock.at = after(MARCH)
    with system.database.begin() as connection:
        number = add_meter(connection, "Rack A3", "Client XYZ")
    hours = range(edge(MARCH) - DAY, edge(APRIL) + DAY, HOUR)
    book_all(
        system.database,
        number,
        [NewReading(at, (1000 + hour) * KWH, KWH) for hour, at in enumerate(hours)],
    )
    statement = (await told(client, "/statements/Client XYZ/2026-03"))["statement"]
    assert statement["readings"] is None
    [epoch] = statement["lines"][0]["epochs"]
    read = {"attemptId": None, "evidenceSha256": None}
    assert epoch["firstReads"] == [read | {"at": epoch["firstAt"]}]
    assert epoch["lastReads"] == [read | {"at": epoch["lastAt"]}]
