"""What is asked again within a moment is worked out once, and nobody sees what is not theirs."""

import asyncio
import re
import subprocess
import sys

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import event
from tests.web.people import calling, token_of
from tests.web.set_clock import set_clock
from tests.web.worked_out import WorkedOut

from wattledger.domain.instant import MINUTE
from wattledger.services.issue_token import revoke_token, tokens
from wattledger.services.system import System
from wattledger.store.clients import find_or_create_client
from wattledger.store.commit_version import CommitVersion
from wattledger.store.tokens import NewToken
from wattledger.web import repeated_routes
from wattledger.web.kept_answers import (
    MOST_KEPT,
    KeptAnswer,
    KeptAnswers,
    Moment,
)
from wattledger.web.repeated_routes import RepeatedRoutes

CLIENTS_PAGE = "/api/v1/clients"
ENDPOINTS_PAGE = "/api/v1/endpoints"
LIVE = "/api/v1/consumption/live"
METERS_PAGE = "/api/v1/meters"


async def others_run() -> None:
    """Let what is asked get as far as it can."""
    for _ in range(50):
        await asyncio.sleep(0)


async def test_what_is_asked_again_is_worked_out_once(
    caller: httpx.AsyncClient, worked_out: WorkedOut
) -> None:
    first, second = await caller.get(CLIENTS_PAGE), await caller.get(CLIENTS_PAGE)
    assert worked_out.paths == {CLIENTS_PAGE: 1}
    assert (second.status_code, second.content) == (200, first.content)
    ids = [each.headers.pop("X-Request-ID") for each in (first, second)]
    assert ids[0] != ids[1], "each request has its own id all the same"
    assert first.headers == second.headers
    assert second.headers["Cache-Control"] == "no-store"


async def test_what_was_given_again_is_counted_by_its_route(
    system: System, caller: httpx.AsyncClient
) -> None:
    for _ in range(3):
        await caller.get(CLIENTS_PAGE)
    metrics = (await caller.get("/metrics")).text
    route = 'method="GET",route="/api/v1/clients",status="200"'
    assert f"wattledger_http_requests_total{{{route}}} 3.0" in metrics
    assert system.metrics is not None


async def test_to_ask_again_opens_no_transaction(system: System, caller: httpx.AsyncClient) -> None:
    await caller.get(CLIENTS_PAGE)
    begun: list[object] = []
    event.listen(system.database.engine, "begin", begun.append)
    for _ in range(10):
        assert (await caller.get(CLIENTS_PAGE)).status_code == 200
    assert begun == []


async def test_few_pages_of_a_route_are_worked_out_at_once_and_hold_up_no_other(
    caller: httpx.AsyncClient, worked_out: WorkedOut
) -> None:
    worked_out.gate.clear()
    pages = [
        asyncio.create_task(caller.get(CLIENTS_PAGE, params={"limit": limit}))
        for limit in range(1, 8)
    ]
    await worked_out.reached(2)
    other = asyncio.create_task(caller.get("/api/v1/tariffs"))
    await worked_out.reached(3)
    assert worked_out.paths == {CLIENTS_PAGE: 2, "/api/v1/tariffs": 1}
    pages.pop().cancel()  # of one that waits: it must not keep a place
    worked_out.gate.set()
    answers = await asyncio.gather(other, *pages)
    assert [each.status_code for each in answers] == [200] * 7
    assert worked_out.paths == {CLIENTS_PAGE: 6, "/api/v1/tariffs": 1}


async def test_who_waits_for_a_place_waits_for_all_who_ask_the_same(
    caller: httpx.AsyncClient, system: System, worked_out: WorkedOut
) -> None:
    worked_out.gate.clear()
    slow = [
        asyncio.create_task(caller.get(CLIENTS_PAGE, params={"limit": limit})) for limit in (1, 2)
    ]
    await worked_out.reached(2)
    waiting = []
    for number in range(5):
        waiting.append(asyncio.create_task(caller.get(CLIENTS_PAGE)))
        await others_run()
        set_clock(system).at += MINUTE
        with system.database.begin() as connection:
            find_or_create_client(connection, f"Client {number}")
    await asyncio.sleep(2)  # who calls is looked up in threads, which tell nobody
    worked_out.gate.set()
    answers = await asyncio.gather(*waiting, *slow)
    assert worked_out.paths == {CLIENTS_PAGE: 3}
    assert len(answers[0].json()["data"]) == 5, "it is worked out after all of them asked"
    assert {each.content for each in answers[:5]} == {answers[0].content}


async def test_those_who_find_their_answer_alone_keep_to_the_places(
    caller: httpx.AsyncClient, worked_out: WorkedOut
) -> None:
    worked_out.gate.clear()
    worked_out.defects = 1
    asking = [asyncio.create_task(caller.get(CLIENTS_PAGE)) for _ in range(6)]
    await worked_out.reached(1)
    await others_run()
    worked_out.gate.set()
    worked_out.gate.clear()
    await worked_out.reached(3)
    await others_run()
    assert worked_out.paths == {CLIENTS_PAGE: 3}
    worked_out.gate.set()
    answers = await asyncio.gather(*asking)
    assert sorted(each.status_code for each in answers) == [200, 200, 200, 200, 200, 500]


async def test_who_waits_to_write_keeps_no_place(system: System, app: FastAPI) -> None:
    """The first look of an hour is recorded, and may have to wait for another write."""
    tokens_ = [token_of(system, NewToken(name)) for name in ("new here", "known")]
    async with calling(app, tokens_[0]) as new, calling(app, tokens_[1]) as known:
        await new.get("/api/v1/sites")
        await known.get(ENDPOINTS_PAGE)
        with system.database.begin():
            looks = [
                asyncio.create_task(new.get(ENDPOINTS_PAGE, params={"limit": limit}))
                for limit in (1, 2)
            ]
            await asyncio.sleep(0.5)
            async with asyncio.timeout(20):
                answer = await known.get(ENDPOINTS_PAGE, params={"limit": 3})
            assert [each.done() for each in looks] == [False, False]
        assert answer.status_code == 200
        assert [(await each).status_code for each in looks] == [200, 200]


async def test_what_is_asked_at_once_is_worked_out_once(
    caller: httpx.AsyncClient, worked_out: WorkedOut
) -> None:
    worked_out.gate.clear()
    asking = [asyncio.create_task(caller.get(CLIENTS_PAGE)) for _ in range(20)]
    await worked_out.reached(1)
    await others_run()
    worked_out.gate.set()
    answers = await asyncio.gather(*asking)
    assert worked_out.paths == {CLIENTS_PAGE: 1}
    assert {(each.status_code, each.content) for each in answers} == {(200, answers[0].content)}


async def test_who_waited_for_what_failed_finds_an_answer_alone(
    caller: httpx.AsyncClient, worked_out: WorkedOut
) -> None:
    worked_out.gate.clear()
    worked_out.defects = 1
    asking = [asyncio.create_task(caller.get(CLIENTS_PAGE)) for _ in range(5)]
    await worked_out.reached(1)
    await others_run()
    worked_out.gate.set()
    answers = await asyncio.gather(*asking)
    assert sorted(each.status_code for each in answers) == [200, 200, 200, 200, 500]


async def test_who_leaves_takes_nobody_along(
    caller: httpx.AsyncClient, worked_out: WorkedOut
) -> None:
    worked_out.gate.clear()
    leaving = asyncio.create_task(caller.get(CLIENTS_PAGE))
    await worked_out.reached(1)
    staying = asyncio.create_task(caller.get(CLIENTS_PAGE))
    await others_run()
    leaving.cancel()
    worked_out.gate.set()
    assert (await staying).status_code == 200


async def test_a_write_shows_in_the_next_answer(caller: httpx.AsyncClient) -> None:
    names: list[str] = []
    for name in ("Alpha", "Beta", "Gamma"):
        made = await caller.post(CLIENTS_PAGE, json={"name": name})
        assert made.status_code == 201
        names.append(name)
        for _ in range(2):
            shown = (await caller.get(CLIENTS_PAGE)).json()["data"]
            assert [each["name"] for each in shown] == names


async def test_a_write_of_another_process_shows_in_the_next_answer(
    system: System, caller: httpx.AsyncClient
) -> None:
    assert (await caller.get(CLIENTS_PAGE)).json()["data"] == []
    code = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]);"
        "c.execute(\"INSERT INTO client (public_id, name) VALUES ('a', 'Alpha')\"); c.commit()"
    )
    await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", code, str(system.database.path)], check=True
    )
    [shown] = (await caller.get(CLIENTS_PAGE)).json()["data"]
    assert shown["name"] == "Alpha"


async def test_what_is_written_while_an_answer_is_worked_out_shows_in_the_next(
    system: System, caller: httpx.AsyncClient, worked_out: WorkedOut
) -> None:
    worked_out.gate.clear()
    asked = asyncio.create_task(caller.get(CLIENTS_PAGE))
    await worked_out.reached(1)
    with system.database.begin() as connection:
        find_or_create_client(connection, "Alpha")
    asked_after = asyncio.create_task(caller.get(CLIENTS_PAGE))
    await worked_out.reached(2)
    worked_out.gate.set()
    await asked
    for answer in (await asked_after, await caller.get(CLIENTS_PAGE)):
        assert [each["name"] for each in answer.json()["data"]] == ["Alpha"]


async def test_who_sees_the_same_shares_an_answer(
    system: System, app: FastAPI, worked_out: WorkedOut
) -> None:
    pair = [token_of(system, NewToken(name)) for name in ("one", "two")]
    counts = []
    for path in ("/api/v1/sites", "/api/v1/sites", CLIENTS_PAGE):  # the first two note the use
        for token in pair:
            async with calling(app, token) as caller:
                assert (await caller.get(path)).status_code == 200
        counts.append(worked_out.paths[CLIENTS_PAGE])
    assert counts == [0, 0, 1]


async def test_other_headers_of_the_key_have_answers_of_their_own(
    caller: httpx.AsyncClient, worked_out: WorkedOut
) -> None:
    plain = {"Accept-Encoding": "identity"}
    first = await caller.get(LIVE, headers=plain)
    packed = await caller.get(LIVE, headers={"Accept-Encoding": "gzip"})
    assert (first.headers.get("Content-Encoding"), packed.headers["Content-Encoding"]) == (
        None,
        "gzip",
    )
    assert first.json()["data"] == packed.json()["data"]
    seen = plain | {"If-None-Match": first.headers["ETag"]}
    assert [(await caller.get(LIVE, headers=seen)).status_code for _ in range(3)] == [304] * 3
    assert worked_out.paths[LIVE] == 3
    assert (await caller.get(LIVE, headers=plain)).status_code == 200


async def test_where_the_version_is_not_known_each_answer_is_its_own(
    system: System, caller: httpx.AsyncClient, worked_out: WorkedOut
) -> None:
    system.database.version.close()
    system.database.version = CommitVersion(system.database.path.with_name("nothing.db"))
    for times in range(1, 4):
        assert (await caller.get(CLIENTS_PAGE)).status_code == 200
        assert worked_out.paths[CLIENTS_PAGE] == times
    revoke_token(system.database, tokens(system.database)[0].id, system.clock.now())
    assert (await caller.get(CLIENTS_PAGE)).status_code == 401


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/session",
        "/api/v1/tokens",
        "/api/v1/audit",
        "/api/v1/endpoints/export",
        "/api/v1/meters/nothing",
        "/api/v1/clients/nobody",
    ],
)
async def test_other_answers_are_worked_out_each_time(
    caller: httpx.AsyncClient, worked_out: WorkedOut, path: str
) -> None:
    statuses = {(await caller.get(path)).status_code for _ in range(3)}
    assert len(statuses) == 1
    assert worked_out.paths[path] == 3


@pytest.mark.parametrize(
    "path", ["/api/v1/endpoints/{endpoint}", "/api/v1/consumption/live/stream", "/api/v1/nothing"]
)
def test_a_route_that_depends_on_more_cannot_be_listed(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """One records who looked, one takes a header of its own, one is not there."""
    monkeypatch.setattr(repeated_routes, "REPEATED_ROUTES", (path,))
    with pytest.raises(RuntimeError, match=re.escape(path)):
        RepeatedRoutes(app)


def test_what_is_kept_has_a_bound() -> None:
    kept, version = KeptAnswers(), (1, 1)
    for number in range(20):
        begun = Moment(number, version)
        kept.keep(number, KeptAnswer(begun, None, 200, (), bytes(MOST_KEPT // 10)))
    asked = Moment(20, version)
    found = [number for number in range(20) if kept.find(number, asked) is not None]
    assert found == list(range(11, 20)), "the oldest went"
    kept.keep("written", KeptAnswer(Moment(20, (1, 2)), None, 200, (), b""))
    assert all(kept.find(number, asked) is None for number in range(20)), "nor what is outdated"
