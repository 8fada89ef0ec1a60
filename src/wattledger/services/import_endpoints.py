"""Import endpoints from a CSV file or a spreadsheet: who is where, and what their registers are.

Lines are by endpoint and meter; what exists is changed, an empty cell leaves what is there. A
changed register setting takes effect on all readings: the meter's ledger is rebuilt.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from wattledger.collect.address import parse_address
from wattledger.domain.errors import InvalidInputError, NotFoundError
from wattledger.domain.instant import Instant
from wattledger.domain.name import LONGEST_METER_KEY, parse_name
from wattledger.domain.number import parse_number
from wattledger.domain.register import parse_multiplier
from wattledger.domain.unit import Quantity, to_milli
from wattledger.services.csv_lines import BadLines, CsvColumns
from wattledger.services.place_endpoint import place_endpoint, site_named
from wattledger.services.table_file import TableFile
from wattledger.store.billed_meters import assign_listed
from wattledger.store.clients import find_or_create_client
from wattledger.store.database import Connection, Database
from wattledger.store.endpoints import (
    TOTAL,
    EndpointRow,
    NewEndpoint,
    find_endpoint,
    find_or_create_meter,
    insert_endpoint,
    meters_of,
    update_endpoint,
)
from wattledger.store.meters import set_register
from wattledger.store.recompute import rebuild
from wattledger.store.sites import first_site

_COLUMNS = CsvColumns(
    required=("endpoint",),
    optional=(
        "meter",
        "client",
        "location",
        "address",
        "resolution_kwh",
        "p_max_kw",
        "modulus_kwh",
        "multiplier",
        "site",
    ),
)


@dataclass(slots=True)
class ImportedEndpoints:
    """What became of the lines. ``booked`` is false when bad lines kept all of it out."""

    booked: bool = False
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    bad: BadLines = field(default_factory=BadLines)


@dataclass(frozen=True, slots=True)
class _Line:
    """A good line: columns of the endpoint and of the meter's register that it sets."""

    endpoint: str
    meter: str
    client: str
    endpoint_columns: dict[str, str]
    register_columns: dict[str, int | str]
    site: str


def import_endpoints(
    database: Database,
    path: Path,
    zone: str,
    now: Instant,
    *,
    skip_bad: bool,
    sheet: str | None = None,
) -> ImportedEndpoints:
    """Check a file, then apply it in one transaction; nothing when a line is bad, unless skipped.

    ``zone`` is for the first site, where it has to be created; ``sheet`` names the sheet of a
    spreadsheet.
    """
    result = ImportedEndpoints()
    with TableFile(path, _COLUMNS, zone, result.bad, sheet) as table:
        lines = list(_good_lines(table, result.bad))
    if result.bad.count and not skip_bad:
        return result
    with database.begin() as connection:
        site_id = first_site(connection, zone)
        for line in lines:
            _apply(connection, line, site_id, now, result)
    result.booked = True
    return result


def _good_lines(table: TableFile, bad: BadLines) -> Iterator[_Line]:
    for number, cells in table.lines():
        try:
            yield _line(cells)
        except InvalidInputError as error:
            bad.add(number, str(error))


def _line(cells: list[str]) -> _Line:
    endpoint, key, client, location, address, resolution, p_max, modulus, *others = cells
    multiplier, site = others
    columns: dict[str, str] = {}
    if location:
        columns["location"] = parse_name(location, "location")
    if address:
        parsed = parse_address(address)
        columns |= {"address": parsed.url, "host_port": parsed.host_port}
    register: dict[str, int | str] = {}
    for name, cell, unit, quantity in (
        ("resolution_milliwh", resolution, "kWh", Quantity.ENERGY),
        ("p_max_mw", p_max, "kW", Quantity.POWER),
        ("modulus_milliwh", modulus, "kWh", Quantity.ENERGY),
    ):
        if cell:
            register[name] = _positive(name, cell, unit, quantity)
    if multiplier:
        parse_multiplier(multiplier)
        register["multiplier"] = multiplier
    return _Line(
        parse_name(endpoint, "endpoint"),
        parse_name(key or TOTAL, "meter", LONGEST_METER_KEY),
        client and parse_name(client, "client"),
        columns,
        register,
        site,
    )


def _positive(name: str, cell: str, unit: str, quantity: Quantity) -> int:
    value = parse_number(cell, ".")
    milli = 0 if value is None else to_milli(value, unit, quantity)
    if milli <= 0:
        raise InvalidInputError(f"{name.rpartition('_')[0]} '{cell}' is not a positive number.")
    return milli


def _apply(
    connection: Connection, line: _Line, site_id: int, now: Instant, result: ImportedEndpoints
) -> None:
    try:
        known = find_endpoint(connection, line.endpoint)
    except NotFoundError:
        if line.site:
            site_id = site_named(connection, line.site).id
        new = NewEndpoint(name=line.endpoint, site_id=site_id)
        endpoint_id = insert_endpoint(connection, new, now)
        update_endpoint(connection, endpoint_id, now, **line.endpoint_columns)
        meter_id = find_or_create_meter(connection, endpoint_id, line.meter)
        _serve(connection, meter_id, line, now)
        _set_register(connection, meter_id, line)
        result.created += 1
    else:
        moved = _differs(known, line)
        if moved:
            update_endpoint(connection, known.id, now, **line.endpoint_columns)
        if line.site:
            moved |= place_endpoint(connection, known, line.site)
        is_new = (known.id, line.meter) not in meters_of(connection, [known.id])
        meter_id = find_or_create_meter(connection, known.id, line.meter)
        serves = _serve(connection, meter_id, line, now)
        changed = _set_register(connection, meter_id, line) or serves or moved or is_new
        result.changed += changed
        result.unchanged += not changed


def _serve(connection: Connection, meter_id: int, line: _Line, now: Instant) -> bool:
    """Let the line's meter serve the line's client; tells whether that changes anything."""
    if not line.client:
        return False
    client_id = find_or_create_client(connection, line.client)
    return assign_listed(connection, meter_id, client_id, now)


def _set_register(connection: Connection, meter_id: int, line: _Line) -> bool:
    changed = bool(line.register_columns) and set_register(
        connection, meter_id, line.register_columns
    )
    if changed:
        rebuild(connection, [meter_id])
    return changed


def _differs(known: EndpointRow, line: _Line) -> bool:
    fields = {"location": known.location, "address": known.address, "host_port": known.host_port}
    return any(fields[name] != value for name, value in line.endpoint_columns.items())
