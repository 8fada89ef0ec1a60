"""Every request has an id; every call of the API leaves one line, without its query."""

import httpx
import structlog

from wattledger.services.system import System
from wattledger.store.endpoints import NewEndpoint, insert_endpoint
from wattledger.store.sites import first_site


async def test_an_id_is_echoed_or_made(client: httpx.AsyncClient) -> None:
    given = await client.get("/healthz", headers={"X-Request-ID": "order-66"})
    assert given.headers["X-Request-ID"] == "order-66"
    made = await client.get("/healthz")
    assert len(made.headers["X-Request-ID"]) == 36
    for nonsense in ("", "a b", "x" * 65, "<script>"):
        answered = await client.get("/healthz", headers={"X-Request-ID": nonsense})
        assert len(answered.headers["X-Request-ID"]) == 36


async def test_a_call_of_the_api_leaves_a_line(client: httpx.AsyncClient) -> None:
    with structlog.testing.capture_logs() as lines:
        await client.get("/api/v1/endpoints/nothing")
        await client.get("/api/v1/endpoints?search=s3cret")
        await client.get("/healthz")
    line, other = [line for line in lines if line["event"] == "request"]
    assert line["method"] == "GET"
    assert line["path"] == "/api/v1/endpoints/nothing"
    assert line["route"] == "/api/v1/endpoints/{endpoint}"
    assert line["status"] == 404
    assert line["caller"] == "tests"
    assert line["ms"] > 0
    assert other["path"] == "/api/v1/endpoints"
    assert "s3cret" not in str(other)


async def test_a_refused_call_leaves_a_line_without_a_name(stranger: httpx.AsyncClient) -> None:
    with structlog.testing.capture_logs() as lines:
        await stranger.get("/api/v1/endpoints")
    [line] = lines
    assert (line["status"], line["caller"], line["route"]) == (401, None, "none")


async def test_a_defect_answers_500_with_the_id_of_its_line(
    system: System, client: httpx.AsyncClient
) -> None:
    with system.database.begin() as connection:
        new = NewEndpoint(name="Rack", site_id=first_site(connection, "UTC"))
        insert_endpoint(connection, new, 0)
        # What no code of ours writes: rows that cannot be read.
        connection.exec_driver_sql("UPDATE endpoint SET recipe = 'no JSON: s3cret'")
    with structlog.testing.capture_logs() as lines:
        answered = await client.get("/api/v1/endpoints", headers={"X-Request-ID": "one"})
    assert answered.status_code == 500
    assert answered.headers["X-Request-ID"] == "one"
    assert answered.headers["X-Content-Type-Options"] == "nosniff"
    assert "s3cret" not in answered.text
    assert [(line["status"], line["event"]) for line in lines] == [(500, "request")]
