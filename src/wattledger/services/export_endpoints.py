"""Export endpoints with all that is set of them, but no password: what an import reads back."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec

from wattledger.domain.assignment import WHOLE_PPM
from wattledger.domain.formula import defused
from wattledger.domain.instant import Instant
from wattledger.domain.recipe import AuthConfig, AuthType
from wattledger.domain.scaled import KW, KWH, to_decimal
from wattledger.secrets.vault import Vault
from wattledger.services.endpoint_line import ENDPOINT_COLUMNS
from wattledger.services.show_endpoint import shown_address
from wattledger.services.stored_login import stored_login
from wattledger.services.system import System
from wattledger.store.assignments import StoredAssignment, stored_assignments
from wattledger.store.database import Connection
from wattledger.store.endpoint_meters import MeterSettings, meter_settings
from wattledger.store.endpoints import (
    TOTAL,
    EndpointFilter,
    EndpointRow,
    list_endpoints,
)
from wattledger.store.sites import list_sites

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class ExportedMeter:
    """A meter; ``client`` is whom alone and wholly it serves now."""

    key: str
    client: str | None
    multiplier: str
    resolution_kwh: Decimal | None
    p_max_kw: Decimal | None
    modulus_kwh: Decimal | None
    feed: str | None
    rack: str | None


@dataclass(frozen=True, slots=True)
class ExportedEndpoint:
    """An endpoint as stored, its login without password, the name of its site, its meters."""

    row: EndpointRow
    address: str | None
    site: str
    login: AuthConfig
    has_password: bool
    meters: Sequence[ExportedMeter]

    @property
    def auth_type(self) -> AuthType:
        """Return how the device asks who we are."""
        return AuthType((self.row.recipe or {}).get("authType", AuthType.NONE))

    @property
    def client(self) -> str | None:
        """Return whom all of it serves; ``None`` where its meters say by themselves."""
        parts = [each for each in self.meters if each.key != TOTAL and each.client is not None]
        return None if parts else self.row.client

    @property
    def scraping(self) -> dict[str, Any] | None:
        """Return how the register is found, as it was set."""
        found: dict[str, Any] | None = (self.row.recipe or {}).get("scrapingConfig")
        return found


def export_endpoints(system: System, wanted: EndpointFilter) -> list[ExportedEndpoint]:
    """Return the endpoints that pass a filter, by name, all as they are at one instant."""
    now = system.clock.now()
    found: list[ExportedEndpoint] = []
    with system.database.connect() as connection:
        sites = {site.id: site.name for site in list_sites(connection)}
        after: tuple[str, int] | None = None
        while rows := list_endpoints(connection, wanted, after, _AT_ONCE):
            found += _exported(connection, rows, sites, system.vault, now)
            after = (rows[-1].name, rows[-1].id)
    return found


def _exported(
    connection: Connection,
    rows: Sequence[EndpointRow],
    sites: dict[int, str],
    vault: Vault,
    now: Instant,
) -> Iterator[ExportedEndpoint]:
    meters = meter_settings(connection, [row.id for row in rows])
    serves = stored_assignments(connection, [each.id for of in meters.values() for each in of])
    for row in rows:
        stored = stored_login(row, vault)
        login = stored.model_copy(update={"password": None})
        has_password = stored.password is not None
        address = shown_address(row.address) if row.address else None
        of_row = [_meter(each, serves.get(each.id, ()), now) for each in meters.get(row.id, ())]
        # The client of the first line is the endpoint's, so that meter stands first.
        of_row.sort(key=lambda each: each.key != TOTAL)
        yield ExportedEndpoint(row, address, sites[row.site_id], login, has_password, of_row)


def _meter(
    settings: MeterSettings, assigned: Iterable[StoredAssignment], now: Instant
) -> ExportedMeter:
    serving = [each for each in assigned if each.terms.serves(now)]
    whole = [each.client for each in serving if each.terms.share_ppm == WHOLE_PPM]
    return ExportedMeter(
        key=settings.key,
        client=whole[0] if len(serving) == 1 and whole else None,
        multiplier=settings.multiplier,
        resolution_kwh=_decimal(settings.resolution_milliwh, KWH),
        p_max_kw=_decimal(settings.p_max_mw, KW),
        modulus_kwh=_decimal(settings.modulus_milliwh, KWH),
        feed=settings.feed,
        rack=settings.rack,
    )


def _decimal(value: int | None, places: int) -> Decimal | None:
    return None if value is None else to_decimal(value, places)


def endpoints_csv(endpoints: Iterable[ExportedEndpoint]) -> str:
    """Return endpoints as the CSV that an import reads: a line a meter."""
    out = io.StringIO()
    columns = (*ENDPOINT_COLUMNS.required, *ENDPOINT_COLUMNS.optional)
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    for endpoint in endpoints:
        for number, meter in enumerate(endpoint.meters):
            of_endpoint = _endpoint_cells(endpoint) if number == 0 else {}
            cells = _meter_cells(endpoint, meter) | of_endpoint
            writer.writerow({name: defused(cell) for name, cell in cells.items()})
    return out.getvalue()


def _endpoint_cells(endpoint: ExportedEndpoint) -> dict[str, str]:
    row, login = endpoint.row, endpoint.login
    beside = login.model_dump(by_alias=True, exclude_none=True, exclude={"username", "login_url"})
    uses_login = endpoint.auth_type is not AuthType.NONE or login.username is not None
    return {
        "location": row.location or "",
        "address": endpoint.address or "",
        "site": endpoint.site,
        "type": row.type,
        "vendor": row.vendor or "",
        "enabled": "true" if row.enabled else "false",
        "poll_interval": str(row.poll_minutes),
        "auth_type": endpoint.auth_type.value if endpoint.scraping else "",
        "username": login.username or "",
        "login_url": login.login_url if uses_login else "",
        "login": _json(beside) if beside else "",
        "recipe": _json(endpoint.scraping) if endpoint.scraping else "",
    }


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _meter_cells(endpoint: ExportedEndpoint, meter: ExportedMeter) -> dict[str, str]:
    client = endpoint.client if meter.key == TOTAL else meter.client
    return {
        "endpoint": endpoint.row.name,
        "meter": meter.key,
        "client": client or "",
        "resolution_kwh": _plain(meter.resolution_kwh),
        "p_max_kw": _plain(meter.p_max_kw),
        "modulus_kwh": _plain(meter.modulus_kwh),
        "multiplier": meter.multiplier,
        "feed": meter.feed or "",
        "rack": meter.rack or "",
    }


def _plain(value: Decimal | None) -> str:
    return "" if value is None else format(value, "f")
