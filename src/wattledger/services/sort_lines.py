"""Sort the lines of a list of endpoints by what is to be done with them, reading alone.

Most lines of a list say what is there already, or name an endpoint that is new: whether these can
be applied is known without trying it, and keeps nobody from writing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from wattledger.domain.errors import InvalidInputError, NotFoundError
from wattledger.domain.instant import Instant
from wattledger.secrets.vault import Vault
from wattledger.services.apply_line import changed_columns
from wattledger.services.csv_lines import BadLines
from wattledger.services.endpoint_line import EndpointLine
from wattledger.services.listed_recipe import recipe_columns
from wattledger.services.place_endpoint import site_named
from wattledger.store.billed_meters import billed_of
from wattledger.store.clients import find_client
from wattledger.store.database import Connection
from wattledger.store.endpoint_meters import MeterSettings, meter_settings
from wattledger.store.endpoints import TOTAL, EndpointRow, endpoints_named
from wattledger.store.serving import served_at

Group: TypeAlias = Sequence[tuple[int, EndpointLine]]
"""The lines of one endpoint, with their numbers. What is right of one rests on those before it, and
on those of no other endpoint."""


@dataclass(slots=True)
class SortedLines:
    """``changing`` groups change something, or may; ``unsure`` are those that have to be tried."""

    changing: list[Group] = field(default_factory=list)
    unsure: list[Group] = field(default_factory=list)
    unchanged: int = 0


def sort_lines(
    connection: Connection,
    lines: Group,
    now: Instant,
    vault: Vault,
    bad: BadLines,
) -> SortedLines:
    """Sort lines by endpoint, in order of their first; those that cannot be applied are noted."""
    known = endpoints_named(connection, dict.fromkeys(line.endpoint for _, line in lines))
    groups: dict[str, list[tuple[int, EndpointLine]]] = {}
    for number, line in lines:
        row = known.get(line.endpoint)
        groups.setdefault(line.endpoint if row is None else row.public_id, []).append(
            (number, line)
        )
    there = _There(connection, {row.id: row for row in known.values()}, now, vault)
    found = SortedLines()
    for group in groups.values():
        row = known.get(group[0][1].endpoint)
        if row is not None and all(there.is_so(row, line) for _, line in group):
            found.unchanged += len(group)
        elif row is not None or len(group) > 1:
            found.changing.append(group)
            found.unsure.append(group)
        elif there.can_be_made(group, bad):
            found.changing.append(group)
    return found


class _There:
    """What is there already, as one moment shows it."""

    def __init__(
        self, connection: Connection, rows: Mapping[int, EndpointRow], now: Instant, vault: Vault
    ) -> None:
        self._connection = connection
        self._vault = vault
        self._meters = meter_settings(connection, rows)
        self._billed = billed_of(connection, rows)
        all_billed = [number for each in self._billed.values() for number in each]
        self._served = {
            number: {each.client for each in served}
            for number, served in served_at(connection, all_billed, now).items()
        }
        self._sites: dict[str, int | str] = {}
        self._clients: dict[str, str | None] = {}

    def can_be_made(self, group: Group, bad: BadLines) -> bool:
        """Tell whether a line can make its endpoint; where not, why is noted."""
        [(number, line)] = group
        try:
            recipe_columns(line, None, self._vault)
        except InvalidInputError as error:
            bad.add(number, str(error))
            return False
        site = self._site(line.site) if line.site else 0
        if isinstance(site, str):
            bad.add(number, site)
            return False
        return True

    def is_so(self, row: EndpointRow, line: EndpointLine) -> bool:
        """Tell whether a line says nothing but what is there of its endpoint."""
        if line.site and self._site(line.site) != row.site_id:
            return False
        meter = next((each for each in self._meters[row.id] if each.key == line.meter), None)
        if meter is None or not _is_set(meter, line):
            return False
        if line.client and not self._serves(row, meter, line.client):
            return False
        try:
            return not changed_columns(line, row, self._vault)
        except InvalidInputError:
            return False  # applying it tells why

    def _serves(self, row: EndpointRow, meter: MeterSettings, name: str) -> bool:
        # As the assignment of a listed client finds nothing to do (store/billed_meters.py).
        client = self._client(name)
        billed = self._billed[row.id]
        if client is None or row.client is None:
            return False
        if meter.key == TOTAL:
            return row.client == client and self._serve(billed, client)
        return self._serve([meter.id], client) if meter.id in billed else row.client == client

    def _serve(self, meter_ids: Iterable[int], client: str) -> bool:
        return all(client in self._served.get(number, ()) for number in meter_ids)

    def _client(self, name: str) -> str | None:
        """Return the name of a client as it is stored; None where there is none yet."""
        if name not in self._clients:
            try:
                found = find_client(self._connection, name)
            except NotFoundError:
                self._clients[name] = None
            else:
                # A list names clients; who has that as its id is another.
                self._clients[name] = None if found.public_id == name else found.name
        return self._clients[name]

    def _site(self, name: str) -> int | str:
        """Return the number of a site, or why there is none."""
        if name not in self._sites:
            try:
                self._sites[name] = site_named(self._connection, name).id
            except InvalidInputError as error:
                self._sites[name] = str(error)
        return self._sites[name]


def _is_set(meter: MeterSettings, line: EndpointLine) -> bool:
    told = {**line.register, **line.place}
    return all(getattr(meter, name) == value for name, value in told.items())
