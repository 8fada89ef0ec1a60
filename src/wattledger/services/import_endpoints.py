"""Import endpoints from CSV, spreadsheets or JSON: who is where, how read, with which registers.

Lines are by endpoint and meter; what exists is changed, an empty cell leaves what is there. A
changed register setting takes effect on all readings: the meter's ledger is rebuilt. The audit log
holds each endpoint that was created or changed.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from wattledger.domain.errors import ConflictError, InvalidInputError, NotFoundError
from wattledger.domain.instant import Instant
from wattledger.secrets.vault import Vault
from wattledger.services.csv_lines import BadLines
from wattledger.services.endpoint_line import (
    ENDPOINT_COLUMNS,
    EndpointLine,
    endpoint_line,
    rows_of,
)
from wattledger.services.listed_recipe import recipe_columns
from wattledger.services.place_endpoint import place_endpoint, site_named
from wattledger.services.table_file import TableFile
from wattledger.services.told_once import ToldOnce
from wattledger.store.act import Touched, record_touched
from wattledger.store.billed_meters import assign_listed
from wattledger.store.clients import find_or_create_client
from wattledger.store.database import Connection, Database
from wattledger.store.endpoints import (
    EndpointRow,
    NewEndpoint,
    find_endpoint,
    find_or_create_meter,
    first_due,
    insert_endpoint,
    meters_of,
    update_endpoint,
)
from wattledger.store.login_tries import WOKEN
from wattledger.store.meters import set_register
from wattledger.store.recompute import rebuild
from wattledger.store.sites import first_site


@dataclass(slots=True)
class ImportedEndpoints:
    """What became of the lines. ``booked`` is false when bad lines kept all of it out."""

    booked: bool = False
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    bad: BadLines = field(default_factory=BadLines)


_FIELDS = {
    "address": "ipAddress",
    "auth": "authConfig",
    "poll_minutes": "pollInterval",
    "recipe": "scrapingConfig",
}
"""The fields of the API whose columns have other names."""
_HOW_IT_IS_READ = {"address", "auth", "enabled", "poll_minutes", "recipe"}
_LEARNED = "preferred_engine"
"""Nobody sets it: it is found anew where the recipe is changed."""


@dataclass(slots=True)
class _Log:
    """Which endpoints an import touched, by id, for the audit log."""

    created: dict[str, Touched] = field(default_factory=dict)
    changed: dict[str, Touched] = field(default_factory=dict)

    def note(self, row: EndpointRow, fields: Sequence[str]) -> None:
        """Note that fields of an endpoint were changed; lines of one endpoint become one."""
        if fields and row.public_id not in self.created:
            before = self.changed.get(row.public_id)
            all_of_it = dict.fromkeys([*(before.fields if before else ()), *fields])
            self.changed[row.public_id] = Touched(row.public_id, row.name, list(all_of_it))

    def write(self, connection: Connection) -> None:
        """Write it into the audit log."""
        record_touched(connection, "import-create", "endpoint", self.created.values())
        record_touched(connection, "import-change", "endpoint", self.changed.values())


class _UndoneError(Exception):
    """Ends the transaction of a dry run; nothing went wrong."""


def import_endpoints(
    database: Database,
    path: Path,
    zone: str,
    now: Instant,
    vault: Vault,
    *,
    skip_bad: bool,
    sheet: str | None = None,
    dry_run: bool = False,
) -> ImportedEndpoints:
    """Check a file, then apply it in one transaction; nothing when a line is bad, unless skipped.

    ``zone`` is for the first site, where it has to be created; ``sheet`` names the sheet of a
    spreadsheet. A dry run tells what would be and keeps nothing.
    """
    result = ImportedEndpoints()
    with TableFile(path, ENDPOINT_COLUMNS, zone, result.bad, sheet, rows_of) as table:
        lines = list(_good_lines(table, result.bad))
    if result.bad.count and not skip_bad:
        return result
    log = _Log()
    with suppress(_UndoneError), database.begin() as connection:
        site_id = first_site(connection, zone)
        for number, line in lines:
            try:
                with connection.begin_nested():
                    fields = _apply(connection, line, site_id, now, vault, log)
                _count(result, fields)
            except (InvalidInputError, ConflictError) as error:
                result.bad.add(number, str(error))
        if dry_run or (result.bad.count and not skip_bad):
            raise _UndoneError
        log.write(connection)
    result.booked = not dry_run and (skip_bad or not result.bad.count)
    return result


def _good_lines(table: TableFile, bad: BadLines) -> Iterator[tuple[int, EndpointLine]]:
    told = ToldOnce()
    for number, cells in table.lines():
        try:
            line = endpoint_line(cells)
            told.take(number, line)
        except InvalidInputError as error:
            bad.add(number, str(error))
        else:
            yield number, line


def _apply(
    connection: Connection,
    line: EndpointLine,
    site_id: int,
    now: Instant,
    vault: Vault,
    log: _Log,
) -> Sequence[str] | None:
    """Apply a line; returns which fields it changed, None where it created the endpoint."""
    try:
        known = find_endpoint(connection, line.endpoint)
    except NotFoundError:
        _create(connection, line, site_id, now, vault)
        made = find_endpoint(connection, line.endpoint)
        log.created[made.public_id] = Touched(made.public_id, made.name)
        return None
    fields = _change(connection, known, line, now, vault)
    log.note(known, fields)
    return fields


def _count(result: ImportedEndpoints, fields: Sequence[str] | None) -> None:
    if fields is None:
        result.created += 1
    elif fields:
        result.changed += 1
    else:
        result.unchanged += 1


def _create(
    connection: Connection, line: EndpointLine, site_id: int, now: Instant, vault: Vault
) -> None:
    if line.site:
        site_id = site_named(connection, line.site).id
    columns = line.columns | recipe_columns(line, None, vault)
    columns.pop(_LEARNED, None)
    new = NewEndpoint(name=line.endpoint, site_id=site_id, **columns)
    endpoint_id = insert_endpoint(connection, new, now)
    meter_id = find_or_create_meter(connection, endpoint_id, line.meter)
    _serve(connection, meter_id, line, now)
    _set_meter(connection, meter_id, line)


def _change(
    connection: Connection, known: EndpointRow, line: EndpointLine, now: Instant, vault: Vault
) -> Sequence[str]:
    columns = {name: each for name, each in line.columns.items() if getattr(known, name) != each}
    columns |= recipe_columns(line, known, vault)
    if columns:
        update_endpoint(connection, known.id, now, **columns)
    if columns.keys() & _HOW_IT_IS_READ:
        minutes = columns.get("poll_minutes", known.poll_minutes)
        anew: dict[str, object] = {"next_due_at": first_due(known.id, minutes, now)}
        if columns.keys() != {"poll_minutes"}:
            anew |= WOKEN
        update_endpoint(connection, known.id, now, **anew)
    fields = [_FIELDS.get(name, name) for name in columns if name != _LEARNED]
    if line.site and place_endpoint(connection, known, line.site):
        fields.append("site")
    is_new = (known.id, line.meter) not in meters_of(connection, [known.id])
    meter_id = find_or_create_meter(connection, known.id, line.meter)
    touched = {
        "client": _serve(connection, meter_id, line, now),
        "register": _set_meter(connection, meter_id, line),
        "meters": is_new,
    }
    if "poll_minutes" in columns:
        # Which parts of intervals are estimates depends on the poll interval (LEDGER 4).
        rebuild(connection, meters_of(connection, [known.id]).values())
    return [*fields, *(name for name, is_so in touched.items() if is_so)]


def _serve(connection: Connection, meter_id: int, line: EndpointLine, now: Instant) -> bool:
    """Let the line's meter serve the line's client; tells whether that changes anything."""
    if not line.client:
        return False
    client_id = find_or_create_client(connection, line.client)
    return assign_listed(connection, meter_id, client_id, now)


def _set_meter(connection: Connection, meter_id: int, line: EndpointLine) -> bool:
    changed = bool(line.register) and set_register(connection, meter_id, line.register)
    if changed:
        rebuild(connection, [meter_id])
    if line.place:
        changed |= set_register(connection, meter_id, line.place)
    return changed
