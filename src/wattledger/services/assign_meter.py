"""Assign meters to clients: from when, until when, with which share (LEDGER 6).

A move inside a month cuts the energy at that instant. What was read at the hand-over replaces the
estimate of the cut: book it as a check reading of the meter (services/correct_register).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from wattledger.domain.assignment import WHOLE_PPM
from wattledger.domain.errors import ConflictError, NotFoundError
from wattledger.domain.hierarchy import TOTAL, MeterPlace, counted_twice
from wattledger.domain.instant import Instant, format_instant
from wattledger.domain.period import calendar
from wattledger.services.closed_notice import closed_notices, closed_within
from wattledger.services.local_moment import local_moment
from wattledger.services.precondition import Check, unconditional
from wattledger.store.assignment_list import (
    AssignmentFilter,
    ListedAssignment,
    assignments_of,
    list_assignments,
    show_assignment,
)
from wattledger.store.assignments import (
    FROM_THE_BEGINNING,
    end_assignment,
    move_meter,
    remove_assignment,
    stored_assignments,
)
from wattledger.store.billed_meters import billed_meters, meter_places, show_who_is_served
from wattledger.store.clients import find_client
from wattledger.store.database import Connection, Database
from wattledger.store.endpoints import EndpointRow, find_endpoint
from wattledger.store.sites import zone_of

BEGINNING = "beginning"
"""What people write for the start of all that was ever read."""


@dataclass(frozen=True, slots=True)
class Move:
    """Which meter is to serve whom. ``meter`` None is all that is billed of the endpoint.

    ``client`` None is nobody. ``since`` and ``until`` are local dates or timestamps with offset; a
    date of ``until`` is included. Without ``since`` it is from now; ``beginning`` stands for all
    that was ever read.
    """

    endpoint: str
    client: str | None
    meter: str | None = None
    since: str | None = None
    until: str | None = None
    share_ppm: int = WHOLE_PPM


@dataclass(frozen=True, slots=True)
class Assigned:
    """The assignments of the meters that were changed, and what a person should know of it."""

    assignments: Sequence[ListedAssignment]
    notices: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class AssignmentPage:
    """Assignments in order of their making, and the id that the next page goes on from."""

    assignments: Sequence[ListedAssignment]
    following: int | None


def assignment_page(
    database: Database, wanted: AssignmentFilter, after: int | None, limit: int
) -> AssignmentPage:
    """Return a page of the assignments that pass the filter."""
    with database.connect() as connection:
        rows = list_assignments(connection, wanted, after, limit + 1)
    page = rows[:limit]
    return AssignmentPage(page, page[-1].id if len(rows) > limit else None)


def assign_meter(database: Database, move: Move, now: Instant) -> Assigned:
    """Let a meter, or all that is billed of an endpoint, serve a client from an instant on.

    What others had of it ends then, unless ``share_ppm`` leaves them theirs. NotFoundError for an
    endpoint, meter or client that is not there; InvalidInputError or ConflictError for what would
    bill energy twice.
    """
    with database.begin() as connection:
        return move_assignments(connection, move, now)


def move_assignments(connection: Connection, move: Move, now: Instant) -> Assigned:
    """Do the same as ``assign_meter`` within a transaction that is open."""
    endpoint = find_endpoint(connection, move.endpoint)
    zone = zone_of(connection, endpoint.site_id)
    since, until = _start(move.since, zone, now), _end_of(move.until, zone)
    client_id = None if move.client is None else find_client(connection, move.client).id
    meter_ids = _meters(connection, endpoint, move.meter)
    before = assignments_of(connection, meter_ids)
    for meter_id in meter_ids:
        move_meter(connection, meter_id, client_id, since, move.share_ppm)
        if client_id is not None and until is not None:
            _end(connection, meter_id, client_id, since, until)
    after = assignments_of(connection, meter_ids)
    notices = _doubts(connection, endpoint.id, endpoint.name)
    notices += _later(after, move, since)
    changed = {one.client_id: one.client for one in {*before} ^ {*after}}
    notices += closed_notices(connection, changed, zone, since)
    show_who_is_served(connection, endpoint.id, now)
    return Assigned(after, notices)


def _end(
    connection: Connection, meter_id: int, client_id: int, since: Instant, until: Instant
) -> None:
    for each in stored_assignments(connection, [meter_id]).get(meter_id, []):
        if each.terms.client_id == str(client_id) and each.terms.serves(since):
            end_assignment(connection, each.id, until)


def _later(after: Sequence[ListedAssignment], move: Move, since: Instant) -> list[str]:
    """Tell of what was planned before for a later time: it stays."""
    if move.share_ppm != WHOLE_PPM:
        return []
    return [
        f"From {format_instant(each.start_at)} on, {each.endpoint} {each.meter} serves "
        f"{each.client}, as was set up before."
        for each in after
        if each.start_at > since
    ]


def find_assignment(database: Database, assignment_id: int) -> ListedAssignment:
    """Return an assignment; NotFoundError when there is none."""
    with database.connect() as connection:
        return show_assignment(connection, assignment_id)


def change_end(
    database: Database,
    assignment_id: int,
    until: str | None,
    now: Instant,
    check: Check[ListedAssignment] = unconditional,
) -> Assigned:
    """Let an assignment end at a local date or timestamp, or with ``None`` go on for ever.

    ``check`` may refuse.
    """
    with database.begin() as connection:
        before = show_assignment(connection, assignment_id)
        check(before)
        end_at = _end_of(until, before.zone)
        end_assignment(connection, assignment_id, end_at)
        after = show_assignment(connection, assignment_id)
        notices = _doubts(connection, before.endpoint_number, before.endpoint)
        ends = [end for end in (before.end_at, end_at) if end is not None]
        if before.end_at != end_at and ends:
            client = {before.client_id: before.client}
            last = max(ends) if len(ends) > 1 else None
            notices += closed_notices(connection, client, before.zone, min(ends), last)
        show_who_is_served(connection, before.endpoint_number, now)
    return Assigned([after], notices)


def withdraw_assignment(
    database: Database,
    assignment_id: int,
    now: Instant,
    check: Check[ListedAssignment] = unconditional,
) -> ListedAssignment:
    """Delete an assignment that was a mistake; ConflictError where a closed month rests on it.

    ``check`` may refuse, too.
    """
    with database.begin() as connection:
        row = show_assignment(connection, assignment_id)
        check(row)
        closed = closed_within(connection, [row.client_id], row.zone, row.start_at, row.end_at).get(
            row.client_id
        )
        if closed:
            raise ConflictError(
                f"{', '.join(f'{month:%Y-%m}' for month in closed)} of {row.client} is closed and "
                "rests on this assignment; let it end, or assign the meter to another client from "
                "the day on that is right: the next close then books the difference."
            )
        remove_assignment(connection, assignment_id)
        show_who_is_served(connection, row.endpoint_number, now)
    return row


def _meters(connection: Connection, endpoint: EndpointRow, key: str | None) -> Sequence[int]:
    if key is None:
        return billed_meters(connection, endpoint.id)
    places = meter_places(connection, endpoint.id)
    for place in places:
        if place.key == key:
            return [place.meter_id]
    known = ", ".join(f"'{place.key}'" for place in places)
    raise NotFoundError(f"'{endpoint.name}' has no meter '{key}'; it has {known}.")


def _doubts(connection: Connection, endpoint_id: int, endpoint: str) -> list[str]:
    """Refuse what bills the energy of an endpoint twice; tell where that was declared.

    A part whose parent is declared may be billed beside the total: somebody meant it.
    """
    places = meter_places(connection, endpoint_id)
    stored = stored_assignments(connection, [place.meter_id for place in places])
    assigned = {number: [each.terms for each in terms] for number, terms in stored.items()}
    twice = counted_twice(places, assigned)
    _refuse_undeclared(endpoint, [place for place in twice if place.parent_id is None])
    return [
        f"'{place.key}' is a part of '{TOTAL}' of {endpoint}, and both are assigned: its "
        "energy stands on both statements."
        for place in twice
    ]


def _refuse_undeclared(endpoint: str, parts: Sequence[MeterPlace]) -> None:
    if parts:
        keys = ", ".join(f"'{place.key}'" for place in parts)
        raise ConflictError(
            f"'{TOTAL}' of {endpoint} and its part {keys} would be assigned at the same time, "
            f"and the energy billed twice. End the assignment of '{TOTAL}' first, or of its parts; "
            "or declare the parent of the part if both are meant."
        )


def _start(text: str | None, zone: str, now: Instant) -> Instant:
    if text is None:
        return now
    return FROM_THE_BEGINNING if text == BEGINNING else local_moment(text, "from", calendar(zone))


def _end_of(text: str | None, zone: str) -> Instant | None:
    return None if text is None else local_moment(text, "to", calendar(zone), end=True)
