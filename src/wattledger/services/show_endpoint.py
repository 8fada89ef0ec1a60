"""Show endpoints: as they were set up, and how they are doing."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from wattledger.collect.address import parse_address
from wattledger.domain.endpoint_status import EndpointStatus
from wattledger.domain.instant import Instant
from wattledger.secrets.vault import Vault
from wattledger.services.endpoint_standing import Standing, standings
from wattledger.services.stored_login import KnownLogin, known_login
from wattledger.services.system import System
from wattledger.store.database import Connection
from wattledger.store.endpoints import (
    EndpointFilter,
    EndpointRow,
    find_endpoint,
    list_endpoints,
)
from wattledger.store.likely_status import likely

EndpointKey = tuple[str, int]
"""Where an endpoint stands in the order of lists: its name and its number."""

_LOOKED_THROUGH_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class ShownEndpoint:
    """An endpoint as stored, its login without secrets, and how it is doing."""

    row: EndpointRow
    login: KnownLogin
    standing: Standing

    @property
    def address(self) -> str | None:
        """Return the address the short way people type it; ``None`` where none is set up."""
        return shown_address(self.row.address) if self.row.address else None


@dataclass(frozen=True, slots=True)
class EndpointPage:
    """Endpoints by name, and the key the next page goes on from.

    Time alone may change the page from ``holds_until`` on; None: never.
    """

    endpoints: Sequence[ShownEndpoint]
    following: EndpointKey | None
    holds_until: Instant | None


def show_endpoint(system: System, name_or_id: str) -> ShownEndpoint:
    """Return an endpoint; NotFoundError when there is none."""
    with system.database.connect() as connection:
        row = find_endpoint(connection, name_or_id)
        return show_endpoints(connection, [row], system.vault, system.clock.now())[0]


def show_page(
    system: System,
    wanted: EndpointFilter,
    status: EndpointStatus | None,
    after: EndpointKey | None,
    limit: int,
    now: Instant,
) -> EndpointPage:
    """Return a page of endpoints that pass the filter and, where given, have the status."""
    with system.database.connect() as connection:
        if status is None:
            rows = list_endpoints(connection, wanted, after, limit + 1)
        else:
            matching = matching_endpoints(connection, wanted, status, now, after)
            rows = list(islice(matching, limit + 1))
        page = rows[:limit]
        shown = show_endpoints(connection, page, system.vault, now)
    last = page[-1] if len(rows) > limit else None
    following = None if last is None else (last.name, last.id)
    return EndpointPage(shown, following, now if status else earliest_change(shown))


def earliest_change(shown: Iterable[ShownEndpoint]) -> Instant | None:
    """Return from when on time alone may change how endpoints are doing; None: never."""
    changes = (each.standing.holds_until for each in shown)
    return min((at for at in changes if at is not None), default=None)


def matching_endpoints(
    connection: Connection,
    wanted: EndpointFilter,
    status: EndpointStatus | None,
    now: Instant,
    after: EndpointKey | None = None,
) -> Iterator[EndpointRow]:
    """Yield the endpoints that pass a filter by name and, where given, have a status.

    A status is not stored: it follows from the time.
    """
    few = likely(status, now)
    while rows := list_endpoints(connection, wanted, after, _LOOKED_THROUGH_AT_ONCE, few):
        if status is None:
            yield from rows
        else:
            doing = standings(connection, rows, now)
            yield from (row for row in rows if doing[row.id].status is status)
        after = (rows[-1].name, rows[-1].id)


def show_endpoints(
    connection: Connection, rows: Sequence[EndpointRow], vault: Vault, now: Instant
) -> list[ShownEndpoint]:
    """Return what is shown of endpoints, in the same order."""
    doing, keys = standings(connection, rows, now), vault.stamp
    return [ShownEndpoint(row, known_login(row, vault, keys), doing[row.id]) for row in rows]


def shown_address(url: str) -> str:
    """Return an address as people type it: a plain one without ``http://`` and ``/``.

    >>> shown_address("http://192.168.1.100/"), shown_address("https://pdu-3.example/energy")
    ('192.168.1.100', 'https://pdu-3.example/energy')
    """
    address = parse_address(url)
    if address.scheme != "http" or address.path != "/":
        return url
    return url.removeprefix("http://").removesuffix("/")
