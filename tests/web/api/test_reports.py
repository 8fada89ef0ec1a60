"""Months through the API: reports in all formats, findings, the close."""

import io
import json
import zipfile
from decimal import Decimal
from typing import Any

import httpx
import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook
from sqlalchemy import update
from tests.services.billing import (
    APRIL,
    FEBRUARY,
    MARCH,
    add_meter,
    after,
    book_all,
    close,
    edge,
    give_tariff,
    price,
    steady,
)

from wattledger.clock import SetClock
from wattledger.domain.instant import DAY, MINUTE
from wattledger.services.close_month import CloseOutcome
from wattledger.services.system import System
from wattledger.store.billing_tables import month_close
from wattledger.web.api.report_schemas import ClientCloseOutput, FindingOutput, ReportOutput
from wattledger.web.schema import Answer

MONTH = "/api/v1/reports/2026/3"


@pytest.fixture
def billed(system: System) -> System:
    """Give two clients with a meter each, one of which died, after the end of March."""
    with system.database.begin() as connection:
        good = add_meter(connection, "Rack A1", 'Änne & "Söhne"')
        dead = add_meter(connection, "Rack B1", "Beta")
    book_all(system.database, good, steady(edge(FEBRUARY), edge(APRIL) + DAY))
    book_all(system.database, dead, steady(edge(FEBRUARY), edge(MARCH) + 9 * DAY))
    give_tariff(system.database, "Beta", price(vatPercent="19"))
    clock = system.clock
    assert isinstance(clock, SetClock)
    clock.at = after(MARCH)
    return system


async def data_of(response: httpx.Response) -> Any:  # noqa: ANN401 - JSON
    assert response.status_code == 200, response.text
    return json.loads(response.text, parse_float=Decimal)["data"]


async def test_a_month_is_reported_with_exact_numbers_and_what_they_rest_on(
    billed: System, client: httpx.AsyncClient
) -> None:
    del billed
    response = await client.get(MONTH)
    Answer[ReportOutput].model_validate_json(response.text)
    told = await data_of(response)
    assert (told["month"], told["state"], told["timeZone"]) == (
        "2026-03",
        "provisional",
        "Europe/Berlin",
    )
    first, second = told["lines"]
    assert (first["client"], second["client"]) == ("Beta", 'Änne & "Söhne"')
    assert second["kwh"] == 1486
    assert second["previousKwh"] == 1344
    assert second["epochs"][0]["firstAt"] == second["from"]
    assert first["flags"] == ["projected"]
    assert told["totalKwh"] == first["kwh"].quantize(Decimal("0.001")) + 1486
    # The readings of a line are those of its meter, from and to.
    place = f"/api/v1/meters/{second['meterId']}/readings"
    span = {"from": second["from"], "to": second["to"], "limit": "1000"}
    readings = await data_of(await client.get(place, params=span))
    assert len(readings) == 124
    alone = await data_of(await client.get(MONTH, params={"clientId": "beta"}))
    assert [line["client"] for line in alone["lines"]] == ["Beta"]


async def test_a_month_without_demand_lacks_peaks_and_charges_of_what_is_open_and_nothing_else(
    billed: System, client: httpx.AsyncClient
) -> None:
    with billed.database.begin() as connection:
        often = add_meter(connection, "Rack A2", 'Änne & "Söhne"')
        open_too = add_meter(connection, "Rack B2", "Beta")
    for meter in (often, open_too):
        reads = steady(edge(FEBRUARY), edge(APRIL), kwh=2, every=15 * MINUTE)
        book_all(billed.database, meter, reads)
    close(billed.database, MARCH, 'Änne & "Söhne"')
    whole = await data_of(await client.get(MONTH))
    energy = await data_of(await client.get(MONTH, params={"demand": "false"}))
    assert energy["lines"][2:] == whole["lines"][2:]
    assert energy["lines"][3]["peakKw"] == 8
    assert energy["lines"][:2] == [
        line | {"peakKw": None, "peakAt": None, "p95Kw": None} for line in whole["lines"][:2]
    ]
    assert whole["lines"][1]["peakKw"] == 8
    assert [each["net"] is None for each in energy["clients"]] == [True, True]
    assert [each["net"] is None for each in whole["clients"]] == [False, True]
    csv = await client.get(MONTH, params={"demand": "false", "format": "csv"})
    assert csv.content == (await client.get(MONTH, params={"format": "csv"})).content


async def test_with_a_month_before_that_is_known_in_part_nothing_is_compared(
    system: System, client: httpx.AsyncClient
) -> None:
    with system.database.begin() as connection:
        meter = add_meter(connection, "Rack A1", "Beta")
    book_all(system.database, meter, steady(edge(FEBRUARY) - 9 * DAY, edge(APRIL)))
    for address, is_in_part in (("/api/v1/reports/2026/2", True), (MONTH, False)):
        told = await data_of(await client.get(address))
        for each in (told, *told["clients"]):
            assert each["previousInPart"] is is_in_part
            assert (each["changePercent"] is None) is is_in_part
        assert (told["lines"][0]["changePercent"] is None) is is_in_part


@pytest.mark.parametrize("form", ["csv", "xlsx", "pdf", "zip"])
async def test_a_month_is_downloaded_under_a_safe_name(
    billed: System, client: httpx.AsyncClient, form: str
) -> None:
    del billed
    query = {"format": form, "clientId": 'Änne & "Söhne"'}
    response = await client.get(MONTH, params=query)
    assert response.status_code == 200, response.text
    disposition = response.headers["content-disposition"]
    assert disposition.startswith(f'attachment; filename="2026-03 _nne & S_hne.{form}"')
    assert f"2026-03%20%C3%84nne%20%26%20S%C3%B6hne.{form}" in disposition
    assert response.headers["x-content-type-options"] == "nosniff"
    content = io.BytesIO(response.content)
    if form == "csv":
        assert response.text.startswith("month,endpoint")
    elif form == "xlsx":
        assert CalamineWorkbook.from_filelike(content).sheet_names == ['Änne & "Söhne"']
    elif form == "pdf":
        assert "1,486" in PdfReader(content).pages[0].extract_text()
    else:
        assert "2026-03.xlsx" in zipfile.ZipFile(content).namelist()


async def test_all_clients_are_downloaded_and_a_pdf_is_of_one(
    billed: System, client: httpx.AsyncClient
) -> None:
    del billed
    response = await client.get(MONTH, params={"format": "xlsx"})
    assert response.headers["content-disposition"].startswith('attachment; filename="2026-03.xlsx"')
    book = CalamineWorkbook.from_filelike(io.BytesIO(response.content))
    assert book.sheet_names[:2] == ["Summary", "Beta"]
    refused = await client.get(MONTH, params={"format": "pdf"})
    assert refused.status_code == 422
    assert list(refused.json()["error"]["fields"]) == ["clientId"]
    nothing = {"format": "pdf", "clientId": "Beta"}
    assert (await client.get("/api/v1/reports/2020/1", params=nothing)).status_code in {200, 404}


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/api/v1/reports/2026/13", 422),
        ("/api/v1/reports/1999/1", 422),
        (f"{MONTH}?format=docx", 422),
        (f"{MONTH}?clientId=Nobody", 404),
        (f"{MONTH}/findings?clientId=Nobody", 404),
    ],
)
async def test_what_cannot_be_reported_is_refused(
    client: httpx.AsyncClient, address: str, status: int
) -> None:
    response = await client.get(address)
    assert response.status_code == status
    assert response.json()["success"] is False


async def test_findings_say_what_is_at_risk(billed: System, client: httpx.AsyncClient) -> None:
    response = await client.get(f"{MONTH}/findings")
    Answer[list[FindingOutput]].model_validate_json(response.text)
    [finding] = await data_of(response)
    assert (finding["kind"], finding["client"], finding["blocks"]) == ("silent", "Beta", True)
    close(billed.database, MARCH, "Beta", accept_estimates=True, reason="dead")
    assert await data_of(await client.get(f"{MONTH}/findings")) == []


async def test_while_a_month_runs_no_read_behind_it_is_missed(
    billed: System, client: httpx.AsyncClient
) -> None:
    clock = billed.clock
    assert isinstance(clock, SetClock)
    clock.at = edge(APRIL) - DAY
    assert await data_of(await client.get(f"{MONTH}/findings")) == []


async def test_a_month_is_closed_client_by_client(
    billed: System, client: httpx.AsyncClient
) -> None:
    del billed
    response = await client.post(f"{MONTH}/close", json={})
    Answer[list[ClientCloseOutput]].model_validate_json(response.text)
    beta, other = await data_of(response)
    assert (beta["client"], beta["outcome"], beta["number"]) == ("Beta", "blocked", None)
    assert [each["kind"] for each in beta["findings"]] == ["silent"]
    assert (other["outcome"], other["number"]) == ("closed", "2026-03/1")
    again = await data_of(await client.post(f"{MONTH}/close", json={}))
    assert [each["outcome"] for each in again] == ["blocked", "already"]
    unsaid = {"clientId": "Beta", "acceptEstimates": True, "reason": " "}
    refused = await client.post(f"{MONTH}/close", json=unsaid)
    assert refused.status_code == 422
    assert list(refused.json()["error"]["fields"]) == ["reason"]
    said = unsaid | {"reason": "burnt"}
    [closed] = await data_of(await client.post(f"{MONTH}/close", json=said))
    assert (closed["client"], closed["outcome"]) == ("Beta", "closed")
    assert (await data_of(await client.get(MONTH)))["state"] == "closed"


async def test_a_month_that_cannot_be_closed_is_refused(
    billed: System, client: httpx.AsyncClient
) -> None:
    early = await client.post("/api/v1/reports/2026/4/close", json={})
    assert early.status_code == 422
    assert "2026-04 is not over yet" in early.json()["error"]["message"]
    unknown = await client.post(f"{MONTH}/close", json={"clientId": "Nobody"})
    assert unknown.status_code == 404
    name = 'Änne & "Söhne"'
    assert isinstance(billed.clock, SetClock)
    await client.post(f"{MONTH}/close", json={"clientId": name})
    behind = await client.post("/api/v1/reports/2026/2/close", json={"clientId": name})
    assert behind.status_code == 409
    assert "2026-03 is closed already" in behind.json()["error"]["message"]
    wrong = await client.post(f"{MONTH}/close", json={"client": "Beta"})
    assert wrong.status_code == 422


async def test_a_closed_month_that_was_changed_in_the_database_is_not_reported(
    billed: System, client: httpx.AsyncClient
) -> None:
    closed = close(billed.database, MARCH, accept_estimates=True, reason="as it is")
    assert {each.outcome for each in closed.values()} == {CloseOutcome.CLOSED}
    assert (await data_of(await client.get(MONTH)))["state"] == "closed"
    with billed.database.begin() as connection:
        connection.execute(update(month_close).values(closed_by="Nobody"))
    for path in (MONTH, "/api/v1/statements/Beta/2026-03"):
        refused = await client.get(path)
        assert (refused.status_code, refused.json()["error"]["code"]) == (500, "internal")
        assert "is not kept as it was sealed" in refused.json()["error"]["message"]
