"""A device that tells who it is: its serial comes with every reading and decides epochs."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from wattledger.clock import SetClock
from wattledger.collect.address import AddressPolicy, parse_address
from wattledger.collect.curl import CurlClient
from wattledger.collect.lease import Undivided
from wattledger.collect.reader import Reader
from wattledger.collect.transport.http import HttpTransport
from wattledger.config import load_settings
from wattledger.domain.instant import HOUR, parse_instant
from wattledger.domain.reading import Join, Reading
from wattledger.domain.recipe import Engine, Recipe
from wattledger.secrets.vault import Vault
from wattledger.services.collect_readings import collect_readings
from wattledger.services.device_target import sealed_recipe
from wattledger.services.system import System
from wattledger.simulate.farm import Farm, FarmDevice
from wattledger.simulate.spec import MeterSpec
from wattledger.store.database import Database
from wattledger.store.endpoints import (
    NewEndpoint,
    find_or_create_meter,
    insert_endpoint,
    update_endpoint,
)
from wattledger.store.readings import load_between
from wattledger.store.sites import first_site

NOON = parse_instant("2026-03-02T12:00:00Z")
KWH = 1_000_000

SERIALS: dict[str, dict[str, str]] = {
    "plain-table": {"selector": "footer", "pattern": r"Serial (\S+)"},
    "json": {"selector": "json:$.Agent.SerialNumber"},
}


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOON)


@pytest.fixture
async def system(tmp_path: Path, database: Database, clock: SetClock) -> AsyncIterator[System]:
    settings = load_settings(data_dir=tmp_path, time_zone="Europe/Berlin")
    http = HttpTransport(CurlClient(), AddressPolicy(allow_loopback=True))
    reader = Reader({Engine.HTTP: http}, Undivided(), clock)
    yield System(settings, clock, database, Vault(tmp_path / "key"), reader)
    await reader.close()


def spec(kind: str, seed: int, start_kwh: int) -> MeterSpec:
    return MeterSpec(kind, "Rack", "Client", "Hall", seed, NOON, start_kwh * KWH, decimals=3)


def set_up(system: System, device: FarmDevice) -> int:
    """Create an endpoint for a device, with a recipe that asks for its serial."""
    recipe: dict[str, Any] = {**device.recipe}
    scraping = recipe["scrapingConfig"]
    fields = {**scraping.get("fields", {}), "serial": SERIALS[device.spec.kind]}
    recipe["scrapingConfig"] = {**scraping, "fields": fields}
    open_part, auth = sealed_recipe(Recipe.model_validate(recipe), system.vault)
    with system.database.begin() as connection:
        new = NewEndpoint("Rack", first_site(connection, "UTC"), recipe=open_part, auth=auth)
        return insert_endpoint(connection, new, NOON)


async def read_hourly(
    system: System, clock: SetClock, farm: Farm, endpoint_id: int, hours: range
) -> None:
    for at in (NOON + hour * HOUR for hour in hours):
        clock.at = at
        farm.freeze(at)
        collected = await collect_readings(system, [endpoint_id])
        with system.database.begin() as connection:
            collected.book(connection)


def booked(system: System, endpoint_id: int) -> list[Reading]:
    with system.database.begin() as connection:
        meter_id = find_or_create_meter(connection, endpoint_id, "total")
        return load_between(connection, meter_id, None, None)


@pytest.mark.parametrize("kind", list(SERIALS))
async def test_another_serial_opens_an_epoch_at_once(
    system: System, clock: SetClock, kind: str
) -> None:
    old, new = spec(kind, 42, 5_000), spec(kind, 43, 7_000)
    with Farm.start([old, new], frozen_at=NOON) as farm:
        endpoint_id = set_up(system, farm.devices[0])
        for device, hours in ((farm.devices[0], range(6)), (farm.devices[1], range(6, 12))):
            address = parse_address(device.address)
            columns = {"address": address.url, "host_port": address.host_port}
            with system.database.begin() as connection:
                update_endpoint(connection, endpoint_id, NOON, **columns)
            await read_hourly(system, clock, farm, endpoint_id, hours)
    readings = booked(system, endpoint_id)
    assert [each.serial for each in readings] == ["5A00000042"] * 6 + ["5A00000043"] * 6
    assert {each.status.word for each in readings} == {"good"}
    opened = [number for number, each in enumerate(readings) if each.join is Join.REPLACEMENT]
    assert opened == [6]
