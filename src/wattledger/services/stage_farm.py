"""Put a farm of simulated meters into the database, with a history as if it had been read."""

from collections.abc import Iterable

from wattledger.collect.address import parse_address
from wattledger.domain.instant import DAY, HOUR, Instant
from wattledger.domain.period import calendar
from wattledger.domain.recipe import Recipe
from wattledger.services.device_target import sealed_recipe
from wattledger.services.system import System
from wattledger.simulate.farm import FarmDevice
from wattledger.store.clients import find_or_create_client
from wattledger.store.endpoints import (
    TOTAL,
    NewEndpoint,
    find_endpoint,
    find_or_create_meter,
    insert_endpoint,
)
from wattledger.store.ledger import book
from wattledger.store.meter_rows import update_meter
from wattledger.store.readings import NewReading
from wattledger.store.sites import first_site

HISTORY = 100 * DAY
_EVERY = HOUR
_BREAKER_MW = 11_000_000


def stage_farm(system: System, devices: Iterable[FarmDevice], *, poll_minutes: int = 1) -> None:
    """Create an endpoint for each device, with the recipe a person would write for it."""
    now = system.clock.now()
    with system.database.begin() as connection:
        site_id = first_site(connection, system.settings.time_zone)
        for device in devices:
            address = parse_address(device.address)
            open_part, auth = sealed_recipe(Recipe.model_validate(device.recipe), system.vault)
            new = NewEndpoint(
                name=device.spec.name,
                site_id=site_id,
                address=address.url,
                host_port=address.host_port,
                location=device.spec.location,
                client_id=find_or_create_client(connection, device.spec.client),
                auth=auth,
                recipe=open_part,
                poll_minutes=poll_minutes,
            )
            insert_endpoint(connection, new, now)


def back_fill(system: System, device: FarmDevice) -> None:
    """Book hourly readings of the past months of a device, up to a while ago."""
    now = system.clock.now()
    with system.database.begin() as connection:
        endpoint = find_endpoint(connection, device.spec.name)
        meter_id = find_or_create_meter(connection, endpoint.id, TOTAL)
        update_meter(connection, meter_id, p_max_mw=_BREAKER_MW)
        readings = list(_history(device, system.settings.time_zone, now))
        book(connection, {meter_id: readings})


def _history(device: FarmDevice, zone: str, now: Instant) -> Iterable[NewReading]:
    """Yield readings of each full hour and one at each month's edge, as the scheduler reads them.

    Hours of a chart begin where a reading is, so that none is cut by an estimate.
    """
    hourly = range((now - HISTORY) // _EVERY * _EVERY, now - _EVERY // 2, _EVERY)
    edges = calendar(zone).month_edges(hourly[0], hourly[-1])
    for at in sorted({*hourly, *edges}):
        face = device.face(at)
        yield NewReading(
            at,
            face.register_milliwh,
            device.spec.resolution_milliwh,
            face.power_mw,
            face.voltage_mv,
            face.current_ma,
            face.pf_milli,
        )
