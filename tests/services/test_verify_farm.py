"""The farm knows what is true of its meters: each read is held against it, register and power."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from wattledger.bootstrap.database import prepare_database
from wattledger.bootstrap.system import open_system
from wattledger.collect.attempt import Attempt
from wattledger.config import load_settings
from wattledger.domain.instant import DAY, SECOND, Instant, parse_instant
from wattledger.domain.outcome import Outcome
from wattledger.domain.reading import Sample
from wattledger.domain.recipe import Engine
from wattledger.domain.scaled import MILLI, to_text
from wattledger.services.collect_now import collect_now
from wattledger.services.progress import unwatched
from wattledger.services.stage_farm import stage_farm
from wattledger.services.system import System
from wattledger.services.verify_farm import Verified, verify_farm
from wattledger.simulate.farm import Farm, FarmDevice
from wattledger.simulate.kinds import KINDS
from wattledger.simulate.lineup import standard_farm
from wattledger.simulate.load import QUARTER

NOON = parse_instant("2026-11-20T12:07:31Z")
KILOWATT_MW = 1_000_000


@pytest.fixture
async def system(tmp_path: Path) -> AsyncIterator[System]:
    settings = load_settings(
        data_dir=tmp_path, allow_loopback=True, poll_gap_seconds=0, browser="none"
    )
    prepare_database(settings).close()
    async with open_system(settings) as opened:
        yield opened


@pytest.fixture
def farm() -> Iterator[Farm]:
    specs = [spec for spec in standard_farm(3) if spec.kind == "unit-cell"]
    with Farm.start(specs, frozen_at=NOON) as started:
        yield started


async def collected(system: System, farm: Farm, device: FarmDevice, at: Instant) -> Attempt:
    """Read a meter as the product does, as if the machine's clock stood where the farm's does."""
    farm.freeze(at)
    (read,) = await collect_now(system, [device.spec.name], unwatched)
    return replace(read.attempt, started_at=at, read_at=at)


def moments_around_the_switch(device: FarmDevice) -> tuple[Instant, Instant]:
    """Return the last moment at which a meter shows W, and the first at which it shows kW."""
    for _, after in pairwise(range(NOON - NOON % QUARTER, NOON + 2 * DAY, QUARTER)):
        if device.face(after - 1).power_mw < KILOWATT_MW <= device.face(after).power_mw:
            return after - 1, after
    raise AssertionError("The meter never comes to 1 kW.")


async def test_the_power_read_is_the_true_one_on_both_sides_of_the_switch_to_kw(
    system: System, farm: Farm
) -> None:
    stage_farm(system, farm.devices)
    for device in farm.devices:
        for at, unit in zip(moments_around_the_switch(device), ("W", "kW"), strict=True):
            attempt = await collected(system, farm, device, at)
            (page,) = attempt.fetched.documents
            _, _, power_cell = page.text.partition('<td id="power">')
            assert power_cell.partition("</td><td>")[2].startswith(f"{unit}<")
            assert attempt.samples[0].power_mw == device.face(at).power_mw
            assert verified(device, attempt).right


def a_device(kind: str) -> FarmDevice:
    """Return a meter that nobody asks: its truth alone is wanted."""
    (spec,) = (spec for spec in standard_farm() if spec.kind == kind)
    return FarmDevice(spec, port=1)


def read_at(device: FarmDevice, started_at: Instant, at: Instant) -> Attempt:
    """Return an attempt that read right what was displayed at ``at``."""
    face = device.face(at)
    sample = Sample("total", face.register_milliwh, 100_000, power_mw=face.power_mw)
    return Attempt(Outcome.OK, None, Engine.HTTP, started_at, at, 0, (sample,))


def showing(attempt: Attempt, **values: int | None) -> Attempt:
    return replace(attempt, samples=(replace(attempt.samples[0], **values),))  # type: ignore[arg-type]


def failed(outcome: Outcome, message: str) -> Attempt:
    return Attempt(outcome, message, Engine.HTTP, NOON, NOON, 0)


def verified(device: FarmDevice, attempt: Attempt) -> Verified:
    (row,) = verify_farm([device], {device.spec.name: attempt})
    return row


def test_kilowatts_taken_for_watts_are_wrong_though_the_register_is_right() -> None:
    device = a_device("unit-cell")
    _, at = moments_around_the_switch(device)
    watts = device.face(at).power_mw // 1000
    row = verified(device, showing(read_at(device, at, at), power_mw=watts))
    assert not row.right
    wrong = to_text(watts, MILLI)
    assert row.faults == (f"its power was read as {wrong} W and is {watts} W",)


def test_a_power_that_was_not_read_is_wrong_where_the_recipe_asks_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    device = a_device("unit-cell")
    without = showing(read_at(device, NOON, NOON), power_mw=None)
    watts = device.face(NOON).power_mw // 1000
    assert verified(device, without).faults == (f"its power was not read and is {watts} W",)
    scraping = {"valueSelector": "#total", "decimal": "."}
    silent = replace(KINDS["unit-cell"], recipe=lambda _spec: {"scrapingConfig": scraping})
    monkeypatch.setitem(KINDS, "unit-cell", silent)
    assert verified(device, without).right


def test_each_power_displayed_while_the_attempt_lasted_is_right_and_no_other() -> None:
    device = a_device("plain-table")
    step = NOON - NOON % QUARTER + QUARTER
    powers = [device.face(step + n * QUARTER).power_mw for n in (-2, -1, 0, 1)]
    across = read_at(device, step - SECOND, step + SECOND)
    right = [verified(device, showing(across, power_mw=power)).right for power in powers]
    assert right == [False, True, True, False]


def test_a_register_that_was_read_wrong_is_told_beside_the_power() -> None:
    device = a_device("plain-table")
    attempt = read_at(device, NOON, NOON)
    wrong = showing(attempt, total_milliwh=1_000_000, power_mw=2_000)
    register, power = verified(device, wrong).faults
    assert register.startswith("its register was read as 1 kWh and is ")
    assert power.startswith("its power was read as 2 W and is ")
    assert verified(device, attempt).right


def test_a_healthy_meter_that_failed_tells_how_it_ended_and_no_more() -> None:
    row = verified(a_device("plain-table"), failed(Outcome.TIMEOUT, "It was too slow."))
    assert row.faults == ("it ended as timeout instead of ok (It was too slow.)",)
    assert not row.left_out
    assert verified(a_device("late-xhr"), failed(Outcome.BROWSER_MISSING, "None.")).left_out


def test_a_faulty_meter_must_fail_its_own_way_and_say_why() -> None:
    device = a_device("http-500")
    assert verified(device, failed(Outcome.HTTP_STATUS, "It answered with HTTP 500.")).right
    (otherwise,) = verified(device, failed(Outcome.TIMEOUT, "HTTP 500")).faults
    assert otherwise == "it ended as timeout instead of http_status (HTTP 500)"
    (unsaid,) = verified(device, failed(Outcome.HTTP_STATUS, "It failed.")).faults
    assert unsaid.endswith("(It failed.)")
    assert device.expected.phrase in unsaid
