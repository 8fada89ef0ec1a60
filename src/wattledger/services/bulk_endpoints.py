"""Change many endpoints by one order: enable, disable, assign, delete, restore.

Each is changed or says why not, and keeps no other from being changed. They are taken in portions,
each a short transaction, so that devices go on being read meanwhile. The audit log holds each that
was changed.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial
from itertools import islice
from typing import TypeAlias

from wattledger.domain.endpoint_status import EndpointStatus
from wattledger.domain.errors import InvalidInputError, NotFoundError, WattledgerError
from wattledger.domain.instant import Instant
from wattledger.services.assign_meter import Move, move_assignments
from wattledger.services.portion import let_others_write, portion_of
from wattledger.services.restore_endpoint import restore
from wattledger.services.show_endpoint import matching_endpoints
from wattledger.services.system import System
from wattledger.store.act import Touched, record_touched
from wattledger.store.clients import find_client
from wattledger.store.database import Connection, StoreError
from wattledger.store.deleted_endpoints import delete_endpoint
from wattledger.store.endpoints import (
    EndpointFilter,
    EndpointRow,
    find_endpoints,
    first_due,
    update_endpoint,
)
from wattledger.store.login_tries import WOKEN

MOST_ENDPOINTS = 5_000
"""So many may be changed by one order."""

_AT_ONCE = 500
"""So many are looked up at once, and changed in a portion at most."""

_Change: TypeAlias = Callable[[Connection, EndpointRow, Instant], list[str]]
"""Changes one endpoint; returns what a person should know of that."""


class BulkAction(StrEnum):
    """What is to be done with each endpoint."""

    ENABLE = "enable"
    DISABLE = "disable"
    ASSIGN = "assign"
    DELETE = "delete"
    RESTORE = "restore"


_FIELDS = {
    BulkAction.ENABLE: ("enabled",),
    BulkAction.DISABLE: ("enabled",),
    BulkAction.ASSIGN: ("client",),
}
"""What is changed of an endpoint, as the audit log names it."""


@dataclass(frozen=True, slots=True)
class BulkOrder:
    """What to do with which endpoints: those of ``ids`` or, without, those that pass the filter.

    ``client`` and ``since`` are those of an assignment; a client ``None`` is nobody. A dry run
    changes nothing and tells what would be.
    """

    action: BulkAction
    ids: Sequence[str] | None = None
    wanted: EndpointFilter = field(default_factory=EndpointFilter)
    status: EndpointStatus | None = None
    client: str | None = None
    since: str | None = None
    is_dry_run: bool = False


@dataclass(frozen=True, slots=True)
class BulkResult:
    """What became of an endpoint. ``refusal`` says why nothing did.

    ``was_so`` tells that there was nothing to change.
    """

    id: str
    name: str | None
    refusal: str | None = None
    notices: Sequence[str] = ()
    was_so: bool = False


class _UndoneError(Exception):
    """Ends the transaction of a dry run; nothing went wrong."""


def change_endpoints(system: System, order: BulkOrder) -> list[BulkResult]:
    """Do with each endpoint what is ordered; returns what became of each, in order.

    InvalidInputError for an order that cannot be, or of more endpoints than may be changed at once.
    """
    now = system.clock.now()
    change = _change(system, order)
    waiting = deque(_ids(system, order))
    results: list[BulkResult] = []
    while waiting:
        with suppress(_UndoneError), system.database.begin() as connection:
            results += (changed := list(_portion(connection, waiting, order, change, now)))
            _record(connection, order.action, changed)
            if order.is_dry_run:
                raise _UndoneError
        if waiting:
            let_others_write(system.database)
    return results


def _ids(system: System, order: BulkOrder) -> list[str]:
    if order.ids is not None:
        return list(dict.fromkeys(order.ids))
    wanted = replace(order.wanted, deleted=order.action is BulkAction.RESTORE)
    with system.database.connect() as connection:
        rows = matching_endpoints(connection, wanted, order.status, system.clock.now())
        found = [row.public_id for row in islice(rows, MOST_ENDPOINTS + 1)]
    if len(found) > MOST_ENDPOINTS:
        raise InvalidInputError(
            f"More than {MOST_ENDPOINTS} endpoints pass the filter; narrow it, and change them in "
            "portions.",
            field="filter",
        )
    return found


def _portion(
    connection: Connection,
    waiting: deque[str],
    order: BulkOrder,
    change: _Change,
    now: Instant,
) -> Iterator[BulkResult]:
    next_ones = list(islice(waiting, _AT_ONCE))
    rows = find_endpoints(connection, next_ones, deleted=order.action is BulkAction.RESTORE)
    kind = "deleted endpoint" if order.action is BulkAction.RESTORE else "endpoint"
    for each in islice(portion_of(waiting), len(next_ones)):
        row = rows.get(each)
        if row is None:
            yield BulkResult(each, None, f"There is no {kind} '{each}'.")
        elif _is_so(row, order.action):
            yield BulkResult(each, row.name, was_so=True)
        else:
            yield _changed(connection, row, change, now)


def _is_so(row: EndpointRow, action: BulkAction) -> bool:
    if action is BulkAction.ENABLE:
        rests = not row.login_tries or row.login_again_at is not None
        return row.enabled and not rests
    return action is BulkAction.DISABLE and not row.enabled


def _changed(connection: Connection, row: EndpointRow, change: _Change, now: Instant) -> BulkResult:
    try:
        with connection.begin_nested():
            notices = change(connection, row, now)
    except StoreError:
        raise
    except WattledgerError as error:
        return BulkResult(row.public_id, row.name, str(error))
    return BulkResult(row.public_id, row.name, notices=notices)


def _record(connection: Connection, action: BulkAction, results: Iterable[BulkResult]) -> None:
    """Put those that were changed into the audit log, each by its id and name."""
    fields = _FIELDS.get(action, ())
    touched = [
        Touched(each.id, each.name, fields)
        for each in results
        if each.name is not None and each.refusal is None and not each.was_so
    ]
    record_touched(connection, f"bulk-{action}", "endpoint", touched)


def _change(system: System, order: BulkOrder) -> _Change:
    match order.action:
        case BulkAction.ENABLE:
            return partial(_set_enabled, enabled=True)
        case BulkAction.DISABLE:
            return partial(_set_enabled, enabled=False)
        case BulkAction.ASSIGN:
            return partial(_assign, client=_known_client(system, order.client), since=order.since)
        case BulkAction.DELETE:
            return _delete
        case BulkAction.RESTORE:
            return restore


def _known_client(system: System, client: str | None) -> str | None:
    if client is None:
        return None
    try:
        with system.database.connect() as connection:
            return find_client(connection, client).public_id
    except NotFoundError as error:
        raise InvalidInputError(str(error), field="client") from None


def _set_enabled(
    connection: Connection, row: EndpointRow, now: Instant, *, enabled: bool
) -> list[str]:
    due_at = first_due(row.id, row.poll_minutes, now)
    anew = {"enabled": enabled, "next_due_at": due_at} | (WOKEN if enabled else {})
    update_endpoint(connection, row.id, now, **anew)
    return []


def _assign(
    connection: Connection, row: EndpointRow, now: Instant, *, client: str | None, since: str | None
) -> list[str]:
    return list(move_assignments(connection, Move(row.public_id, client, since=since), now).notices)


def _delete(connection: Connection, row: EndpointRow, now: Instant) -> list[str]:
    delete_endpoint(connection, row.id, now)
    return []
