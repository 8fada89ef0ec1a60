"""What somebody should look at now: each condition once, with what to do, the worst first."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.services.billing import FEBRUARY, close
from tests.web.api.conftest import BookReadings, RecordAttempt
from tests.web.api.jobs_at_work import all_ok, make_job, work_off

from wattledger.clock import SetClock
from wattledger.domain.alert import AlertKind
from wattledger.domain.instant import MINUTE
from wattledger.domain.outcome import Outcome
from wattledger.jobs import core as jobs
from wattledger.jobs.core import claim, late_chunks
from wattledger.services.system import System
from wattledger.store.clients import find_client
from wattledger.store.deleted_endpoints import delete_endpoint
from wattledger.store.endpoints import find_endpoint, find_or_create_meter
from wattledger.store.meters import set_register
from wattledger.web.api.alert_schemas import AlertPageOutput

AddEndpoint = Callable[..., str]
KILOWATT = 1_000_000


async def alerts(client: httpx.AsyncClient, **params: str | int) -> dict[str, Any]:
    response = await client.get("/api/v1/alerts", params=params)
    assert response.status_code == 200, response.text
    AlertPageOutput.model_validate_json(response.text)
    told: dict[str, Any] = response.json()
    return told


def at(time: str) -> str:
    return f"2026-03-15T{time}:00+01:00"


def set_breaker(system: System, name: str, kilowatts: int) -> None:
    with system.database.begin() as connection:
        meter = find_or_create_meter(connection, find_endpoint(connection, name).id, "total")
        set_register(connection, meter, {"p_max_mw": kilowatts * KILOWATT})


async def test_where_all_is_well_there_is_nothing(
    client: httpx.AsyncClient, add_endpoint: AddEndpoint, book_readings: BookReadings
) -> None:
    add_endpoint("Rack B1")
    book_readings("Rack B1", [(at("10:00"), 100), (at("11:30"), 101)], power_mw=KILOWATT)
    told = await alerts(client)
    assert (told["data"], told["nextCursor"]) == ([], None)
    assert told["counts"] == dict.fromkeys(AlertKind, 0)


async def test_a_device_that_fails_is_told_with_what_its_last_attempt_said(
    client: httpx.AsyncClient,
    system: System,
    add_endpoint: AddEndpoint,
    book_readings: BookReadings,
    record_attempt: RecordAttempt,
) -> None:
    endpoint = add_endpoint("Rack B1")
    book_readings("Rack B1", [(at("08:00"), 100), (at("09:00"), 101)])
    record_attempt("Rack B1", at("10:00"), Outcome.TLS)
    record_attempt("Rack B1", at("11:00"), Outcome.TIMEOUT)
    with system.database.connect() as connection:
        owner = find_client(connection, "Client XYZ").public_id
    told = await alerts(client)
    assert told["data"] == [
        {
            "id": f"failing:{endpoint}",
            "kind": "failing",
            "severity": "critical",
            "endpointId": endpoint,
            "endpointName": "Rack B1",
            "meter": None,
            "clientId": owner,
            "clientName": "Client XYZ",
            "since": "2026-03-15T10:00:00Z",
            "jobName": None,
            "runId": None,
            "month": None,
            "sentence": "It cannot be read: it did not answer in time.",
            "advice": "It ended with timeout.",
        }
    ]
    assert told["counts"]["failing"] == 1


@pytest.mark.parametrize(
    ("attempts", "read_at", "kind", "severity"),
    [
        ([Outcome.BUSY], "09:00", "busy", "warning"),
        ([Outcome.OK], "08:00", "stale", "critical"),
        ([], None, "never", "warning"),
    ],
)
async def test_a_status_is_an_alert(
    client: httpx.AsyncClient,
    system: System,
    add_endpoint: AddEndpoint,
    book_readings: BookReadings,
    record_attempt: RecordAttempt,
    attempts: list[Outcome],
    read_at: str | None,
    kind: str,
    severity: str,
) -> None:
    add_endpoint("Rack B1")
    set_breaker(system, "Rack B1", 10)
    if read_at is not None:
        book_readings("Rack B1", [(at("07:00"), 99), (at(read_at), 100)])
    for outcome in attempts:
        record_attempt("Rack B1", at("11:00"), outcome)
    [alert] = (await alerts(client))["data"]
    assert (alert["kind"], alert["severity"]) == (kind, severity)
    assert alert["sentence"]
    assert alert["advice"]
    assert alert["since"] is not None


@pytest.mark.parametrize(
    ("watts", "severity"), [(8_500, "warning"), (10_000, "critical"), (8_000, None)]
)
async def test_a_load_near_its_breaker_is_told_in_percent(
    client: httpx.AsyncClient,
    system: System,
    add_endpoint: AddEndpoint,
    book_readings: BookReadings,
    watts: int,
    severity: str | None,
) -> None:
    add_endpoint("Rack B1")
    set_breaker(system, "Rack B1", 10)
    book_readings("Rack B1", [(at("10:00"), 90), (at("11:00"), 98)], power_mw=watts * 1000)
    told = (await alerts(client))["data"]
    assert [alert["severity"] for alert in told] == ([] if severity is None else [severity])
    for alert in told:
        assert (alert["kind"], alert["since"]) == ("high", None)
        assert f"{watts / 100} %" in alert["sentence"]


async def test_held_readings_are_told_since_the_first_of_them(
    client: httpx.AsyncClient,
    system: System,
    add_endpoint: AddEndpoint,
    book_readings: BookReadings,
) -> None:
    endpoint = add_endpoint("Rack B1")
    set_breaker(system, "Rack B1", 10)
    book_readings("Rack B1", [(at("09:00"), 100), (at("10:00"), 101)])
    book_readings("Rack B1", [(at("11:00"), 900_000)])
    [alert] = (await alerts(client, kind="held"))["data"]
    assert alert["endpointId"] == endpoint
    assert (alert["meter"], alert["severity"]) == ("total", "critical")
    assert alert["since"] == "2026-03-15T10:00:00Z"
    assert alert["sentence"].startswith("1 reading is held")
    told = await alerts(client)
    # That the month holds it, too, is not said twice.
    assert told["counts"]["held"] + told["counts"]["billAtRisk"] == 1


async def test_what_is_out_of_use_is_no_condition(
    client: httpx.AsyncClient,
    system: System,
    add_endpoint: AddEndpoint,
    book_readings: BookReadings,
) -> None:
    add_endpoint("Rack B1")
    book_readings("Rack B1", [(at("09:00"), 100), (at("10:00"), 101), (at("11:00"), 90_000)])
    with system.database.begin() as connection:
        number = find_endpoint(connection, "Rack B1").id
        delete_endpoint(connection, number, system.clock.now())
    assert (await alerts(client))["counts"]["held"] == 0


@pytest.fixture
def february(add_endpoint: AddEndpoint, book_readings: BookReadings, system: System) -> None:
    """Let a meter fall silent in February, and another serve nobody."""
    add_endpoint("Rack B1", poll_minutes=1440)
    add_endpoint("Rack B2", "Client ABC", poll_minutes=1440)
    for name in ("Rack B1", "Rack B2"):
        set_breaker(system, name, 10)
    days = [(f"2026-02-{day:02}T00:00:00+01:00", day * 10) for day in range(1, 29)]
    book_readings("Rack B1", [("2026-01-31T00:00:00+01:00", 0), *days[:20]])
    march = [(f"2026-03-{day:02}T00:00:00+01:00", 280 + day * 10) for day in range(1, 16)]
    book_readings("Rack B2", [("2026-01-31T00:00:00+01:00", 0), *days, *march])


@pytest.mark.usefixtures("february")
async def test_what_blocks_the_close_of_the_last_month_is_critical(
    client: httpx.AsyncClient,
) -> None:
    told = (await alerts(client, kind="billAtRisk"))["data"]
    [risk] = [alert for alert in told if alert["endpointName"] == "Rack B1"]
    assert (risk["month"], risk["severity"]) == ("2026-02", "critical")
    assert "before the end of the month" in risk["sentence"]
    assert "close" in risk["advice"]
    findings = (await client.get("/api/v1/reports/2026/2/findings")).json()["data"]
    [finding] = [each for each in findings if each["endpoint"] == "Rack B1"]
    assert finding["endpointId"] == risk["endpointId"]


@pytest.mark.usefixtures("february")
async def test_a_closed_month_puts_no_bill_at_risk(
    client: httpx.AsyncClient, system: System
) -> None:
    assert (await alerts(client))["counts"]["billAtRisk"] == 1
    for name in ("Client XYZ", "Client ABC"):
        now = system.clock.now()
        close(system.database, FEBRUARY, name, now=now, accept_estimates=True, reason="Seen.")
    # What was known is told for a minute.
    assert (await alerts(client))["counts"]["billAtRisk"] == 1
    assert isinstance(system.clock, SetClock)
    system.clock.at += MINUTE
    assert (await alerts(client))["counts"]["billAtRisk"] == 0


async def test_an_estimate_in_the_running_month_is_told_before_it_blocks_the_close(
    client: httpx.AsyncClient, add_endpoint: AddEndpoint, book_readings: BookReadings
) -> None:
    add_endpoint("Rack B1")
    hours = [(f"2026-02-25T{hour:02}:00:00Z", 100 + hour) for hour in range(10)]
    after = [(f"2026-03-15T{hour:02}:00:00Z", 200 + hour) for hour in range(12)]
    book_readings("Rack B1", [*hours, *after])
    last, risk = (await alerts(client))["data"]
    assert (last["month"], last["severity"]) == ("2026-02", "critical")
    assert (risk["kind"], risk["severity"]) == ("billAtRisk", "warning")
    assert (risk["month"], risk["meter"], risk["since"]) == ("2026-03", "total", None)
    assert "estimate" in risk["sentence"]
    assert "before the month ends" in risk["advice"]
    ours = await alerts(client, clientId="Client XYZ", search="rack b1", kind="billAtRisk")
    assert [each["id"] for each in ours["data"]] == [last["id"], risk["id"]]


async def test_the_worst_and_oldest_come_first_in_pages(
    client: httpx.AsyncClient,
    system: System,
    add_endpoint: AddEndpoint,
    book_readings: BookReadings,
    record_attempt: RecordAttempt,
) -> None:
    for number, read_at in enumerate(("08:00", "09:00", "07:00")):
        add_endpoint(f"Failing {number}")
        book_readings(f"Failing {number}", [(at("06:00"), 1), (at(read_at), 2)])
        record_attempt(f"Failing {number}", at("11:00"), Outcome.TIMEOUT)
    add_endpoint("Fresh")
    add_endpoint("Full")
    set_breaker(system, "Full", 1)
    book_readings("Full", [(at("10:00"), 1), (at("11:00"), 2)], power_mw=900_000)
    names: list[str] = []
    cursor = None
    while True:
        page = await alerts(client, limit=2, **({"cursor": cursor} if cursor else {}))
        names += [alert["endpointName"] for alert in page["data"]]
        assert page["counts"] == dict.fromkeys(AlertKind, 0) | {"failing": 3, "never": 1, "high": 1}
        cursor = page["nextCursor"]
        if cursor is None:
            break
    assert names == ["Failing 2", "Failing 0", "Failing 1", "Fresh", "Full"]


async def test_filters_leave_out_and_counts_are_of_what_passes_but_for_the_kind(
    client: httpx.AsyncClient, system: System, add_endpoint: AddEndpoint
) -> None:
    add_endpoint("Rack B1")
    add_endpoint("Rack C1", "Client ABC")
    with system.database.connect() as connection:
        other = find_client(connection, "Client ABC").public_id
    by_client = [{"clientId": each} for each in (other, "Client ABC", " client abc")]
    for wanted in (*by_client, {"search": "rack c"}):
        told = await alerts(client, **wanted)
        assert [alert["endpointName"] for alert in told["data"]] == ["Rack C1"]
        assert told["counts"]["never"] == 1
    told = await alerts(client, kind="busy")
    assert (told["data"], told["counts"]["never"]) == ([], 2)
    assert (await alerts(client, search="nothing like it"))["data"] == []
    for wrong in ({"kind": "bad"}, {"cursor": "bad"}, {"limit": "0"}):
        assert (await client.get("/api/v1/alerts", params=wrong)).status_code == 422


def fail(system: System) -> None:
    """Let what can be worked on now be given up."""
    now = system.clock.now()
    for chunk_id in late_chunks(system.database, now):
        chunk = claim(system.database, chunk_id, now, 60)
        assert chunk is not None
        jobs.fail(system.database, chunk, 0, "failed (OSError)", now)


async def test_a_job_whose_newest_run_failed_is_told_until_a_later_run_ends_well(
    client: httpx.AsyncClient, system: System, add_endpoint: AddEndpoint, tmp_path: Path
) -> None:
    assert isinstance(system.clock, SetClock)
    add_endpoint("Rack B1")
    job = await make_job(client, system)
    run = (await client.post(f"/api/v1/jobs/{job['id']}/run")).json()["data"]
    assert (await alerts(client))["counts"]["jobFailed"] == 0
    fail(system)
    [alert] = (await alerts(client, kind="jobFailed"))["data"]
    assert (alert["id"], alert["severity"]) == (f"jobFailed:{job['id']}", "critical")
    assert (alert["jobName"], alert["runId"]) == (job["name"], run["id"])
    assert alert["since"] == "2026-03-15T11:00:00Z"
    assert alert["sentence"] == (
        f"Its run {run['id']} failed. A chunk was given up: it failed (OSError)."
    )
    assert "run the job again" in alert["advice"]
    assert [each["id"] for each in (await alerts(client, search="hourly"))["data"]] == [alert["id"]]
    assert (await alerts(client, clientId="Client XYZ"))["counts"]["jobFailed"] == 0

    # What is under way, cancelled or skipped changes nothing; another failure is the same trouble.
    system.clock.at += MINUTE
    second = (await client.post(f"/api/v1/jobs/{job['id']}/run")).json()["data"]
    assert (await alerts(client))["counts"]["jobFailed"] == 1
    assert (await client.post(f"/api/v1/runs/{second['id']}/cancel")).status_code == 200
    assert (await alerts(client, kind="jobFailed"))["data"] == [alert]
    system.clock.at += MINUTE
    third = (await client.post(f"/api/v1/jobs/{job['id']}/run")).json()["data"]
    fail(system)
    [again] = (await alerts(client, kind="jobFailed"))["data"]
    assert (again["id"], again["since"]) == (alert["id"], alert["since"])
    assert again["runId"] == third["id"]

    system.clock.at += MINUTE
    assert (await client.post(f"/api/v1/runs/{third['id']}/retry")).status_code == 202
    work_off(system, tmp_path, all_ok)
    assert (await alerts(client))["counts"]["jobFailed"] == 0


@pytest.mark.parametrize("out_of_use", ["paused", "deleted"])
async def test_a_job_out_of_use_is_no_condition(
    client: httpx.AsyncClient, system: System, add_endpoint: AddEndpoint, out_of_use: str
) -> None:
    add_endpoint("Rack B1")
    job = await make_job(client, system)
    await client.post(f"/api/v1/jobs/{job['id']}/run")
    fail(system)
    assert (await alerts(client))["counts"]["jobFailed"] == 1
    address = f"/api/v1/jobs/{job['id']}"
    if out_of_use == "paused":
        assert (await client.patch(address, json={"enabled": False})).status_code == 200
    else:
        assert (await client.delete(address)).status_code == 200
    assert (await alerts(client))["counts"]["jobFailed"] == 0
