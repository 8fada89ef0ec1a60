"""HTTP Basic and Digest: real challenges, real refusals."""

import re
from collections.abc import Callable

import httpx
import pytest

from wattledger.domain.instant import Instant
from wattledger.simulate.farm import FarmDevice

Find = Callable[[str], FarmDevice]
Visit = Callable[[FarmDevice], httpx.Client]
Shown = Callable[[httpx.Response, str], str | None]

TOTAL = ".total-consumption"


def test_basic_lets_in_the_right_password_only(
    device: Find, visit: Visit, shown: Shown, noon: Instant
) -> None:
    meter = device("http-basic")
    client, spec = visit(meter), meter.spec
    right = client.get("/rPDUout.htm", auth=(spec.username, spec.password))
    assert shown(right, TOTAL) == f"{meter.face(noon).kwh} kWh"
    for login in ((spec.username, "wrong"), ("someone", spec.password), ("", "")):
        refused = client.get("/rPDUout.htm", auth=login)
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"] == 'Basic realm="APC Management Card"'
        assert shown(refused, TOTAL) is None


@pytest.mark.parametrize("header", ["", "Basic", "Basic !!!", "Basic /w==", "Bearer YTpi"])
def test_basic_refuses_what_is_no_login(device: Find, visit: Visit, header: str) -> None:
    answer = visit(device("http-basic")).get("/", headers={"authorization": header})
    assert answer.status_code == 401


def test_digest_lets_in_the_right_password_only(
    device: Find, visit: Visit, shown: Shown, noon: Instant
) -> None:
    meter = device("http-digest")
    client, spec = visit(meter), meter.spec
    right = client.get("/meter?view=all", auth=httpx.DigestAuth(spec.username, spec.password))
    assert shown(right, TOTAL) == f"{meter.face(noon).kwh} kWh"
    for username, password in ((spec.username, "wrong"), ("someone", spec.password)):
        refused = client.get("/meter", auth=httpx.DigestAuth(username, password))
        assert refused.status_code == 401
        assert "stale" not in refused.headers["www-authenticate"]


def test_digest_takes_a_nonce_for_many_requests_that_count_up(device: Find, visit: Visit) -> None:
    meter = device("http-digest")
    client, auth = visit(meter), httpx.DigestAuth(meter.spec.username, meter.spec.password)
    answers = [client.get("/meter", auth=auth) for _ in range(30)]
    assert {answer.status_code for answer in answers} == {200}
    assert len({nonce_of(answer.request) for answer in answers}) == 2


def test_digest_refuses_an_answer_played_again_as_stale(device: Find, visit: Visit) -> None:
    meter = device("http-digest")
    client = visit(meter)
    auth = httpx.DigestAuth(meter.spec.username, meter.spec.password)
    header = client.get("/meter", auth=auth).request.headers["authorization"]
    again = client.get("/meter", headers={"authorization": header})
    assert again.status_code == 401
    assert "stale=true" in again.headers["www-authenticate"]


def test_digest_refuses_an_answer_for_another_page(device: Find, visit: Visit) -> None:
    meter = device("http-digest")
    client = visit(meter)
    auth = httpx.DigestAuth(meter.spec.username, meter.spec.password)
    header = client.get("/meter", auth=auth).request.headers["authorization"]
    elsewhere = client.get("/meter?view=all", headers={"authorization": header})
    assert elsewhere.status_code == 401


def test_digest_refuses_a_nonce_of_its_own_making_up(device: Find, visit: Visit) -> None:
    meter = device("http-digest")
    client = visit(meter)
    auth = httpx.DigestAuth(meter.spec.username, meter.spec.password)
    header = client.get("/meter", auth=auth).request.headers["authorization"]
    forged = re.sub('nonce="[0-9a-f]+"', 'nonce="00"', header, count=1)
    assert client.get("/meter", headers={"authorization": forged}).status_code == 401


@pytest.mark.parametrize(
    "header",
    [
        "Digest",
        "Digest x",
        'Digest username="a"',
        "Basic YTpi",
        'Digest nc="',
        "Digest =",
        "Digest a=,b",
    ],
)
def test_digest_refuses_what_is_no_answer(device: Find, visit: Visit, header: str) -> None:
    answer = visit(device("http-digest")).get("/", headers={"authorization": header})
    assert answer.status_code == 401


def nonce_of(request: httpx.Request) -> str:
    found = re.search('nonce="([^"]+)"', request.headers["authorization"])
    assert found is not None
    return found[1]
