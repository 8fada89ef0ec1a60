"""Keep the users: who may sign in, as what, and for which client."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wattledger.domain.errors import ConflictError, InvalidInputError, NotFoundError
from wattledger.domain.instant import Instant
from wattledger.domain.name import parse_name_field
from wattledger.domain.permission import Role
from wattledger.services.precondition import Check, unconditional
from wattledger.store.clients import find_client
from wattledger.store.database import Connection, Database
from wattledger.store.links import NewLink, Purpose, make_link, void_links
from wattledger.store.sessions import end_sessions
from wattledger.store.users import (
    NewUser,
    UserKey,
    UserRow,
    count_administrators,
    find_user,
    insert_user,
    list_users,
    user_of,
)
from wattledger.store.users import change_user as store_change


@dataclass(frozen=True, slots=True)
class UserPage:
    """Users by name, and the key that the next page goes on from."""

    users: Sequence[UserRow]
    following: UserKey | None


@dataclass(frozen=True, slots=True)
class UserChange:
    """What is to change of a user; None stays. ``client`` is an id or a name."""

    display_name: str | None = None
    role: Role | None = None
    client: str | None = None
    disabled: bool | None = None


def user_page(
    database: Database, search: str | None, after: UserKey | None, limit: int
) -> UserPage:
    """Return a page of the users whose name has ``search`` in it."""
    with database.connect() as connection:
        rows = list_users(connection, search, after, limit + 1)
    page = rows[:limit]
    return UserPage(page, (page[-1].name, page[-1].id) if len(rows) > limit else None)


def all_users(database: Database) -> Sequence[UserRow]:
    """Return all users by name."""
    with database.connect() as connection:
        return list_users(connection)


def show_user(database: Database, user: str) -> UserRow:
    """Return the user of a name or id; NotFoundError when there is none."""
    with database.connect() as connection:
        return find_user(connection, user)


def create_user(
    database: Database, name: str, setup: UserChange, now: Instant
) -> tuple[UserRow, NewLink]:
    """Create a user and the link with which it chooses its password.

    ConflictError when the name is taken.
    """
    spelled = parse_name_field(name, "user")
    role = setup.role or Role.VIEWER
    with database.begin() as connection:
        client_id = client_number(connection, role, setup.client)
        new = NewUser(spelled, setup.display_name or spelled, role, client_id)
        row = insert_user(connection, new, now)
        return row, make_link(connection, Purpose.PASSWORD, row.id, now)


def change_user(
    database: Database,
    user: str,
    change: UserChange,
    now: Instant,
    check: Check[UserRow] = unconditional,
) -> UserRow:
    """Change a user, unless ``check`` refuses; ConflictError when no administrator would be left.

    Who gets another role or client, or is disabled, is signed out everywhere at once.
    """
    with database.begin() as connection:
        before = find_user(connection, user)
        check(before)
        columns = _changes(connection, before, change, now)
        store_change(connection, before.id, columns, now)
        if _administers(before) and _nobody_administers(connection, before):
            raise ConflictError(
                f"'{before.name}' is the last administrator; make another user one first."
            )
        after = user_of(connection, before.id)
        if _rights(before) != _rights(after):
            end_sessions(connection, before.id)
        if after.disabled_at is not None:
            void_links(connection, before.id, now)
        return after


def _changes(
    connection: Connection, before: UserRow, change: UserChange, now: Instant
) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    if change.display_name is not None:
        columns["display_name"] = change.display_name
    if change.role is not None or change.client is not None:
        role = change.role or before.role
        kept = before.client_id if role is Role.CLIENT else None
        columns["role"] = role
        columns["client_id"] = client_number(connection, role, change.client or kept)
    if change.disabled is not None and change.disabled != (before.disabled_at is not None):
        columns["disabled_at"] = now if change.disabled else None
    return columns


def _administers(user: UserRow) -> bool:
    return user.role is Role.ADMIN and user.disabled_at is None


def _nobody_administers(connection: Connection, before: UserRow) -> bool:
    """Tell whether no administrator is left: one who was only invited may never come."""
    with_password = before.password_hash is not None
    return count_administrators(connection, with_password=with_password) == 0


def _rights(user: UserRow) -> tuple[object, ...]:
    return user.role, user.client_id, user.disabled_at


def client_number(connection: Connection, role: Role, client: str | None) -> int | None:
    """Return the number of the client that somebody of a role is bound to; None for none.

    InvalidInputError when the role needs a client and there is none, or the other way round.
    """
    if (role is Role.CLIENT) is (client is None):
        raise InvalidInputError(
            "The role 'client' needs the client whose figures it sees, and no other role has one.",
            field="clientId",
        )
    if client is None:
        return None
    try:
        return find_client(connection, client).id
    except NotFoundError as error:
        raise InvalidInputError(str(error), field="clientId") from None
