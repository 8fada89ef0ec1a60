"""Undo the deletion of an endpoint while it can be undone: it is read and billed as before."""

from wattledger.domain.errors import ConflictError
from wattledger.domain.instant import DAY, Instant, format_instant
from wattledger.services.closed_notice import closed_notices
from wattledger.services.show_endpoint import ShownEndpoint, show_endpoints
from wattledger.services.system import System
from wattledger.store.assignments import clients_by_id
from wattledger.store.database import Connection
from wattledger.store.deleted_endpoints import find_deleted, restore_endpoint
from wattledger.store.endpoints import EndpointRow, load_endpoints
from wattledger.store.sites import zone_of

UNDO_DAYS = 30
"""So long a deletion can be undone. What was read and billed is kept for good."""


def undo_until(deleted_at: Instant) -> Instant:
    """Return the instant until which a deletion can be undone."""
    return deleted_at + UNDO_DAYS * DAY


def undo_deletion(system: System, name_or_id: str) -> tuple[ShownEndpoint, list[str]]:
    """Bring a deleted endpoint back, with its schedule and its client, and what to know of that.

    NotFoundError when none is deleted of that id or name; ConflictError when it was deleted too
    long ago, or its name is taken meanwhile.
    """
    now = system.clock.now()
    with system.database.begin() as connection:
        row = find_deleted(connection, name_or_id)
        notices = restore(connection, row, now)
        rows = load_endpoints(connection, [row.id])
        return show_endpoints(connection, rows, system.vault, now)[0], notices


def restore(connection: Connection, row: EndpointRow, now: Instant) -> list[str]:
    """Bring a deleted endpoint back within a transaction; returns what a person should know.

    Its meters serve their clients also for the time in between, as if it had not been deleted.
    """
    deleted_at = now if row.deleted_at is None else row.deleted_at
    if now >= undo_until(deleted_at):
        raise ConflictError(
            f"'{row.name}' was deleted at {format_instant(deleted_at)}, more than {UNDO_DAYS} days "
            "ago; create it anew. Its readings and months are kept under the old one."
        )
    served = restore_endpoint(connection, row.id, now)
    clients = clients_by_id(connection) if served else {}
    back = {
        clients[each.client_id]
        for each in served
        if each.end_at is None or each.end_at > deleted_at
    }
    names = {each.public_id: each.name for each in back}
    return closed_notices(connection, names, zone_of(connection, row.site_id), deleted_at)
