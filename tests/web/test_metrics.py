"""What Prometheus scrapes: valid, complete, and only for whom it is meant."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx
from prometheus_client.parser import text_string_to_metric_families
from tests.web.api.conftest import MILLIWH

from wattledger.domain.instant import HOUR, SECOND, parse_instant
from wattledger.domain.outcome import Outcome
from wattledger.domain.permission import Permission, Role
from wattledger.services.scheduler_beat import beat
from wattledger.services.system import System
from wattledger.store.clients import find_or_create_client
from wattledger.store.endpoints import NewEndpoint, find_or_create_meter, insert_endpoint
from wattledger.store.jobs import due_jobs, ensure_job
from wattledger.store.ledger import book
from wattledger.store.readings import NewReading
from wattledger.store.runs import Cause, NewRun, open_run
from wattledger.store.sites import first_site
from wattledger.store.tokens import NewToken, create
from wattledger.web.app import create_app

NOW = parse_instant("2026-03-15T12:00:00+01:00")


async def samples(caller: httpx.AsyncClient) -> dict[tuple[str, str], float]:
    """Return what is scraped, by name and labels as ``name=value`` in order."""
    response = await caller.get("/metrics")
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    found: dict[tuple[str, str], float] = {}
    for family in text_string_to_metric_families(response.text):
        assert family.documentation, family.name
        for sample in family.samples:
            labels = ",".join(f"{name}={text}" for name, text in sorted(sample.labels.items()))
            assert (sample.name, labels) not in found, "a series stands twice"
            found[sample.name, labels] = sample.value
    return found


@asynccontextmanager
async def served(system: System, **settings: bool) -> AsyncIterator[httpx.AsyncClient]:
    """Give a caller without a token to a system with other settings."""
    changed = replace(system, settings=system.settings.model_copy(update=settings))
    transport = httpx.ASGITransport(create_app(changed))
    async with httpx.AsyncClient(transport=transport, base_url="http://wattledger") as caller:
        yield caller


async def test_who_may_see_all_may_scrape(system: System, client: httpx.AsyncClient) -> None:
    assert (await client.get("/metrics")).status_code == 200
    for role, scopes, status in (
        (Role.VIEWER, None, 200),
        (Role.CLIENT, None, 403),
        (Role.ADMIN, [Permission.RUN], 403),
    ):
        with system.database.begin() as connection:
            secret = create(connection, NewToken("prometheus", role, scopes), NOW)
        answered = await client.get("/metrics", headers={"Authorization": f"Bearer {secret}"})
        assert answered.status_code == status, role


async def test_strangers_may_where_the_setting_says_so(
    system: System, stranger: httpx.AsyncClient
) -> None:
    refused = await stranger.get("/metrics")
    assert refused.status_code == 401
    assert "WATTLEDGER_METRICS_OPEN" in refused.json()["error"]["message"]
    async with served(system, metrics_open=True) as caller:
        assert (await caller.get("/metrics")).status_code == 200


async def test_attempts_polls_and_readings_are_counted(
    system: System, client: httpx.AsyncClient
) -> None:
    system.metrics.attempted(Outcome.OK, "http", 120)
    system.metrics.attempted(Outcome.TIMEOUT, "browser", 45_000)
    system.metrics.polled(3 * SECOND)
    system.metrics.booked("held")
    found = await samples(client)
    assert found["wattledger_attempts_total", "outcome=ok,transport=http"] == 1
    assert found["wattledger_attempts_total", "outcome=timeout,transport=browser"] == 1
    assert found["wattledger_attempt_duration_seconds_sum", "transport=http"] == 0.12
    assert found["wattledger_poll_lateness_seconds_bucket", "le=5.0"] == 1
    assert found["wattledger_poll_lateness_seconds_bucket", "le=2.0"] == 0
    assert found["wattledger_readings_total", "status=held"] == 1
    assert found["process_resident_memory_bytes", ""] > 1_000_000
    assert any(name == "wattledger_build_info" for name, _ in found)


async def test_requests_are_counted_by_the_template_of_their_route(
    client: httpx.AsyncClient,
) -> None:
    for name in ("one", "two"):
        await client.get(f"/api/v1/endpoints/{name}")
    await client.request("BREW", "/coffee")
    found = await samples(client)
    route = "method=GET,route=/api/v1/endpoints/{endpoint}"
    assert found["wattledger_http_requests_total", f"{route},status=404"] == 2
    assert found["wattledger_http_request_duration_seconds_count", route] == 2
    assert found["wattledger_http_requests_total", "method=OTHER,route=none,status=404"] == 1


async def test_queues_and_runs_are_those_of_the_database(
    system: System, client: httpx.AsyncClient
) -> None:
    beat(system)
    found = await samples(client)
    assert found["wattledger_chunks", "state=waiting"] == 0
    assert ("wattledger_chunk_oldest_waiting_seconds", "") not in found
    open_a_run(system)
    found = await samples(client)
    assert found["wattledger_runs_open", ""] == 1
    assert found["wattledger_chunks", "state=waiting"] == 2
    assert found["wattledger_chunk_oldest_waiting_seconds", ""] == 40
    assert found["wattledger_scheduler_last_tick_timestamp_seconds", ""] == NOW / SECOND
    with system.database.begin() as connection:
        connection.exec_driver_sql("UPDATE run_chunk SET state = 'done'")
        connection.exec_driver_sql("UPDATE job_run SET state = 'finished', finished_at = 1")
    for _ in range(2):
        found = await samples(client)
        assert found["wattledger_runs_open", ""] == 0
        assert found["wattledger_runs_total", "state=finished"] == 1


def open_a_run(system: System) -> None:
    began = NOW - 40 * SECOND
    with system.database.begin() as connection:
        ensure_job(
            connection,
            name="Poll",
            module="consumption-monitor",
            handler="collect-consumption",
            every_seconds=60,
            config={},
            now=began,
        )
        [due] = due_jobs(connection, NOW)
        open_run(connection, NewRun(due.id, began, Cause.POLL), [[1, 2], [3]], began)


async def test_the_energy_of_meters_is_told_only_where_it_is_asked_for(
    system: System, client: httpx.AsyncClient
) -> None:
    name = 'Rack "A3"\n\\ Client'
    with system.database.begin() as connection:
        new = NewEndpoint(
            name=name,
            site_id=first_site(connection, "Europe/Berlin"),
            client_id=find_or_create_client(connection, "Client XYZ"),
            location="Hall 1",
        )
        number = insert_endpoint(connection, new, 0)
        meter = find_or_create_meter(connection, number, "total")
        # Over the end of February: it is the sum of the months.
        totals = [5000, 5001, 5002, 5003]
        readings = [
            NewReading(NOW - (15 * 24 - 5 * n) * HOUR, total * MILLIWH, 1_000)
            for n, total in enumerate(totals)
        ]
        book(connection, {meter: readings})
    series = f"client=Client XYZ,endpoint={name},location=Hall 1,meter=total"
    assert ("wattledger_meter_energy_kwh_total", series) not in await samples(client)
    async with served(system, metrics_open=True, metrics_meters=True) as caller:
        assert (await samples(caller))["wattledger_meter_energy_kwh_total", series] == 3
