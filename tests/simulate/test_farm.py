"""The farm: starts fast, keeps its time, refuses what cannot be, closes at once."""

import multiprocessing
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

import httpx
import pytest

from wattledger.clock import SystemClock
from wattledger.domain.instant import DAY, Instant
from wattledger.simulate.farm import Farm, FarmDevice
from wattledger.simulate.lineup import plain_farm, standard_farm
from wattledger.simulate.link import FarmError

Visit = Callable[[FarmDevice], httpx.Client]
Shown = Callable[[httpx.Response, str], str | None]

TOTAL = ".total-consumption"


def test_a_farm_whose_time_is_stopped_shows_exactly_the_register_of_that_instant(
    noon: Instant, visit: Visit, shown: Shown
) -> None:
    with Farm.start(plain_farm(20), frozen_at=noon) as farm:
        for device in farm.devices:
            assert shown(visit(device).get("/"), TOTAL) == f"{device.face(noon).kwh} kWh"


def test_the_time_of_a_farm_can_be_moved_and_let_go(
    noon: Instant, visit: Visit, shown: Shown
) -> None:
    with Farm.start(plain_farm(1), frozen_at=noon) as farm:
        device = farm.devices[0]
        client = visit(device)
        farm.freeze(noon + DAY)
        assert shown(client.get("/"), TOTAL) == f"{device.face(noon + DAY).kwh} kWh"
        farm.freeze(None)
        before = device.register(SystemClock().now())
        text = shown(client.get("/"), TOTAL)
        after = device.register(SystemClock().now())
        assert text is not None
        assert before <= int(text.removesuffix(" kWh").replace(".", "")) * 100_000 <= after


def test_every_meter_has_an_address_of_its_own(farm: Farm) -> None:
    assert len({device.address for device in farm.devices}) == len(farm.devices)


def test_ports_can_be_chosen(visit: Visit) -> None:
    for _ in range(5):
        with Farm.start(plain_farm(3)) as probe:
            first = probe.devices[0].port
        # Somebody else on this machine may be given the port meanwhile.
        with suppress(FarmError), Farm.start(plain_farm(1), first_port=first) as farm:
            assert farm.devices[0].port == first
            assert visit(farm.devices[0]).get("/").status_code == 200
            return
    pytest.fail("no port could be chosen")


def test_a_taken_port_is_named() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(FarmError, match=f"127.0.0.1:{port}.*Choose other ports"):
            Farm.start(plain_farm(1), first_port=port)


def test_ports_beyond_the_last_are_refused() -> None:
    with pytest.raises(FarmError, match="choose another first port"):
        Farm.start(plain_farm(10), first_port=65_530)


def test_an_unknown_kind_is_refused_with_the_known_ones() -> None:
    spec = replace(plain_farm(1)[0], kind="sundial")
    with pytest.raises(FarmError, match=r"sundial.*Known: plain-table"):
        Farm.start([spec])


def test_a_farm_may_be_closed_twice(noon: Instant) -> None:
    farm = Farm.start(plain_farm(1), frozen_at=noon)
    farm.close()
    farm.close()
    with pytest.raises(httpx.ConnectError):
        httpx.get(farm.devices[0].address, trust_env=False)


def test_a_farm_may_have_faulty_meters_only_or_none_at_all() -> None:
    hanging = [spec for spec in standard_farm() if spec.kind == "hangs"]
    for specs in (hanging, []):
        with Farm.start(specs) as farm:
            assert [device.spec for device in farm.devices] == specs


def test_a_farm_whose_process_died_says_so(noon: Instant) -> None:
    before = set(multiprocessing.active_children())
    with Farm.start(plain_farm(1)) as farm:
        (process,) = set(multiprocessing.active_children()) - before
        process.kill()
        process.join()
        with pytest.raises(FarmError, match=r"ended \(exit code -9\)"):
            farm.freeze(noon)


def test_closing_is_quick_and_silent_while_callers_hang(capfd: pytest.CaptureFixture[str]) -> None:
    slow = ("hangs", "slow-drip", "late-xhr")
    specs = [replace(s, delay_seconds=600) for s in standard_farm() if s.kind in slow]
    farm = Farm.start(specs)
    callers = []
    for device in farm.devices:
        path = "/cgi/figures" if device.spec.kind == "late-xhr" else "/"
        caller = socket.create_connection(("127.0.0.1", device.port))
        caller.sendall(f"GET {path} HTTP/1.1\r\nHost: meter\r\n\r\n".encode())
        callers.append(caller)
    time.sleep(0.3)
    started = time.monotonic()
    farm.close()
    assert time.monotonic() - started < 4
    for caller in callers:
        caller.settimeout(2)
        while caller.recv(65_536):
            pass
        caller.close()
    assert capfd.readouterr() == ("", "")


def test_five_thousand_meters_listen_within_seconds() -> None:
    started = time.monotonic()
    with Farm.start(plain_farm(5_000)) as farm:
        seconds = time.monotonic() - started
        print(f"5,000 meters listen after {seconds:.2f} s")  # noqa: T201 - the figure is wanted
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(_first_line, farm.devices))
    assert seconds < 15
    assert answers == [b"HTTP/1.1 200 OK"] * 5_000


def _first_line(device: FarmDevice) -> bytes:
    with socket.create_connection(("127.0.0.1", device.port), timeout=10) as caller:
        caller.sendall(b"GET / HTTP/1.1\r\nHost: meter\r\nConnection: close\r\n\r\n")
        return caller.recv(65_536).split(b"\r\n", 1)[0]
