"""Users: people who sign in. Of their passwords only the hashes are here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, insert, or_, select, update
from uuid_utils import uuid7

from wattledger.domain.errors import ConflictError, NotFoundError
from wattledger.domain.instant import Instant
from wattledger.domain.permission import Role
from wattledger.store.account_tables import user
from wattledger.store.listing import Listing, ascending, escaped, has_part
from wattledger.store.tables import client

UserKey = tuple[str, int]
"""Where a user stands in the order of lists: its name and its number."""


@dataclass(frozen=True, slots=True)
class UserRow:
    """A user. ``client_id`` is the public id of the one client it may see."""

    id: int
    public_id: str
    name: str
    display_name: str
    role: Role
    password_hash: str | None
    created_at: Instant
    updated_at: Instant
    disabled_at: Instant | None
    signed_in_at: Instant | None
    failed_sign_ins: int
    locked_until: Instant | None
    client_id: str | None
    client_name: str | None


@dataclass(frozen=True, slots=True)
class NewUser:
    """What a user is made from; ``client_id`` is the number of its client."""

    name: str
    display_name: str
    role: Role
    client_id: int | None = None
    password_hash: str | None = None


_OWN = [user.c[name] for name in UserRow.__slots__ if name in user.c and name != "client_id"]
_ROWS = select(
    *_OWN, client.c.public_id.label("client_id"), client.c.name.label("client_name")
).join_from(user, client, user.c.client_id == client.c.id, isouter=True)

_KEY = user.c.name, user.c.id
_NAMED = has_part(user.c.name, user.c.display_name)
_LIST = Listing(_ROWS, _KEY, ascending(*_KEY), {"search": _NAMED})


def login_name(name: str) -> str:
    """Return a name as users are known by: capitals and double spaces make no difference.

    >>> login_name(" Anna  Example ")
    'anna example'
    """
    return " ".join(name.casefold().split())


def insert_user(connection: Connection, new: NewUser, now: Instant) -> UserRow:
    """Create a user; ConflictError when the name is taken."""
    name = login_name(new.name)
    if find_by_name(connection, name) is not None:
        raise ConflictError(f"There is a user named '{name}' already.")
    values = {
        "public_id": str(uuid7()),
        "name": name,
        "display_name": new.display_name,
        "role": new.role,
        "client_id": new.client_id,
        "password_hash": new.password_hash,
        "created_at": now,
        "updated_at": now,
    }
    number = connection.execute(insert(user).values(values).returning(user.c.id)).scalar_one()
    return user_of(connection, number)


def user_of(connection: Connection, number: int) -> UserRow:
    """Return the user of a number, which there is."""
    return _row(connection.execute(_ROWS.where(user.c.id == number)).one())


def find_by_name(connection: Connection, name: str) -> UserRow | None:
    """Return the user of a name; ``None`` when there is none."""
    found = connection.execute(_ROWS.where(user.c.name == login_name(name))).first()
    return None if found is None else _row(found)


def find_user(connection: Connection, name_or_id: str) -> UserRow:
    """Return the user of a public id or a name; NotFoundError when there is none."""
    either = or_(user.c.public_id == name_or_id, user.c.name == login_name(name_or_id))
    wanted = _ROWS.where(either).order_by((user.c.public_id == name_or_id).desc())
    found = connection.execute(wanted.limit(1)).first()
    if found is None:
        raise NotFoundError(f"There is no user '{name_or_id}'.")
    return _row(found)


def list_users(
    connection: Connection,
    search: str | None = None,
    after: UserKey | None = None,
    limit: int | None = None,
) -> Sequence[UserRow]:
    """Return users by name, those whose name has ``search`` in it, from behind ``after`` on."""
    return list(map(_row, _LIST.page(connection, {"search": escaped(search)}, after, limit)))


def change_user(
    connection: Connection, number: int, changes: Mapping[str, object], now: Instant
) -> None:
    """Change columns of a user."""
    changed = update(user).where(user.c.id == number)
    connection.execute(changed.values({**changes, "updated_at": now}))


def note_sign_in(connection: Connection, number: int, now: Instant) -> None:
    """Note that a user signed in, and forget the wrong passwords before."""
    signed_in = update(user).where(user.c.id == number)
    connection.execute(signed_in.values(signed_in_at=now, failed_sign_ins=0, locked_until=None))


def count_failure(connection: Connection, number: int) -> int:
    """Count a wrong password and return how many there were in a row."""
    counted = update(user).where(user.c.id == number)
    counting = counted.values(failed_sign_ins=user.c.failed_sign_ins + 1)
    return int(connection.execute(counting.returning(user.c.failed_sign_ins)).scalar_one())


def lock_until(connection: Connection, number: int, at: Instant) -> None:
    """Let nobody sign in as a user before an instant."""
    connection.execute(update(user).where(user.c.id == number).values(locked_until=at))


def is_any_user(connection: Connection) -> bool:
    """Tell whether there is a user."""
    return connection.execute(select(user.c.id).limit(1)).first() is not None


def count_administrators(connection: Connection, *, with_password: bool) -> int:
    """Return how many administrators are not disabled, all or those who chose a password."""
    wanted = [user.c.role == Role.ADMIN, user.c.disabled_at.is_(None)]
    if with_password:
        wanted.append(user.c.password_hash.is_not(None))
    return connection.scalar(select(func.count()).select_from(user).where(*wanted)) or 0


def _row(row: Row[*tuple[Any, ...]]) -> UserRow:
    number, public_id, name, display_name, role, *beside = row
    return UserRow(number, public_id, name, display_name, Role(role), *beside)
