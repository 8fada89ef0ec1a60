"""Faulty meters fail as they promise, each in its own way."""

import socket
import time
from collections.abc import Callable

import httpx
import pytest

from wattledger.domain.outcome import Outcome
from wattledger.simulate.farm import FarmDevice

Find = Callable[[str], FarmDevice]
Visit = Callable[[FarmDevice], httpx.Client]
Shown = Callable[[httpx.Response, str], str | None]

TOTAL = ".total-consumption"
REQUEST = b"GET / HTTP/1.1\r\nHost: meter\r\n\r\n"


def listen(device: FarmDevice, seconds: int) -> bytes:
    """Return all a meter sends until it closes or the time is up."""
    received = b""
    deadline = time.monotonic() + seconds
    with socket.create_connection(("127.0.0.1", device.port)) as caller:
        caller.sendall(REQUEST)
        while (left := deadline - time.monotonic()) > 0:
            caller.settimeout(left)
            try:
                some = caller.recv(65_536)
            except TimeoutError:
                break
            if not some:
                return received + b"(closed)"
            received += some
    return received


def test_the_hanging_one_takes_the_request_and_says_nothing(device: Find) -> None:
    assert listen(device("hangs"), 1) == b""


def test_the_dripping_one_sends_bytes_now_and_then_without_an_end(device: Find) -> None:
    received = listen(device("slow-drip"), 2)
    assert received.startswith(b"HTTP/1.1 200 OK\r\n")
    assert received.endswith(b"...")
    assert 4 < received.count(b".") < 14


def test_the_broken_one_answers_500_on_every_page(device: Find, visit: Visit) -> None:
    client = visit(device("http-500"))
    assert [client.get(path).status_code for path in ("/", "/any/page")] == [500, 500]


def test_the_error_page_comes_with_status_200(device: Find, visit: Visit, shown: Shown) -> None:
    page = visit(device("error-page")).get("/")
    assert page.status_code == 200
    assert "Internal error, please reload" in page.text
    assert shown(page, TOTAL) is None


def test_garbage_is_not_http(device: Find, visit: Visit) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        visit(device("garbage")).get("/")
    assert listen(device("garbage"), 2).endswith(b"(closed)")


def test_the_truncated_page_ends_inside_the_number(device: Find, visit: Visit) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        visit(device("truncated")).get("/")
    received = listen(device("truncated"), 2).removesuffix(b"(closed)")
    assert received.rpartition(b'total-consumption">')[2].isdigit()


def test_the_one_without_a_value_shows_dashes(device: Find, visit: Visit, shown: Shown) -> None:
    assert shown(visit(device("no-value")).get("/"), TOTAL) == "---"


def test_a_caller_that_leaves_early_harms_nobody(device: Find) -> None:
    for kind in ("hangs", "slow-drip", "garbage", "truncated"):
        for sent in (b"", b"GET", REQUEST, b"x" * 200_000):
            with socket.create_connection(("127.0.0.1", device(kind).port)) as caller:
                caller.sendall(sent)
    assert listen(device("truncated"), 2).startswith(b"HTTP/1.1 200 OK")


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        ("hangs", Outcome.TIMEOUT),
        ("slow-drip", Outcome.TIMEOUT),
        ("http-500", Outcome.HTTP_STATUS),
        ("garbage", Outcome.UNREACHABLE),
        ("error-page", Outcome.SELECTOR_MISSING),
        ("truncated", Outcome.TRUNCATED),
        ("no-value", Outcome.ABSENT),
    ],
)
def test_each_fault_has_the_outcome_its_reader_must_name(
    device: Find, kind: str, outcome: Outcome
) -> None:
    assert device(kind).expected.outcome is outcome
