"""Apply a line of a list of endpoints: create its endpoint and meter, or change what it says."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from wattledger.domain.errors import NotFoundError
from wattledger.domain.instant import Instant
from wattledger.secrets.vault import Vault
from wattledger.services.endpoint_line import EndpointLine
from wattledger.services.listed_recipe import recipe_columns
from wattledger.services.place_endpoint import place_endpoint, site_named
from wattledger.store.act import Touched, record_touched
from wattledger.store.billed_meters import assign_listed
from wattledger.store.clients import find_or_create_client
from wattledger.store.database import Connection
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
class Log:
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


def apply_line(
    connection: Connection,
    line: EndpointLine,
    site_id: int,
    now: Instant,
    vault: Vault,
    log: Log,
) -> Sequence[str] | None:
    """Apply a line; returns which fields it changed, None where it created the endpoint.

    ``site_id`` is where endpoints stand of which the line does not say it. InvalidInputError or
    ConflictError where what is there contradicts the line.
    """
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
    if told := {**line.register, **line.place}:
        set_register(connection, meter_id, told)  # it has no reading to judge again


def changed_columns(line: EndpointLine, known: EndpointRow, vault: Vault) -> dict[str, object]:
    """Return the columns of an endpoint that a line changes.

    InvalidInputError where its recipe and login cannot be what the line says.
    """
    told = {name: each for name, each in line.columns.items() if getattr(known, name) != each}
    return told | recipe_columns(line, known, vault)


def _change(
    connection: Connection, known: EndpointRow, line: EndpointLine, now: Instant, vault: Vault
) -> Sequence[str]:
    columns = changed_columns(line, known, vault)
    if columns:
        update_endpoint(connection, known.id, now, **columns)
    if columns.keys() & _HOW_IT_IS_READ:
        minutes = line.columns.get("poll_minutes", known.poll_minutes)
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
