"""Let people in by one-time links: the first administrator, those invited, those who forgot."""

from dataclasses import dataclass

from wattledger.domain.errors import InvalidInputError, UnauthorizedError
from wattledger.domain.instant import Instant
from wattledger.domain.name import parse_name_field
from wattledger.domain.password import parse_password
from wattledger.domain.permission import Role
from wattledger.secrets.passwords import hash_password
from wattledger.services.sign_in import let_in
from wattledger.store.database import Connection, Database
from wattledger.store.links import LinkRow, Purpose, find_link, use_link
from wattledger.store.sessions import end_sessions
from wattledger.store.users import (
    NewUser,
    UserRow,
    change_user,
    insert_user,
    is_any_user,
    login_name,
    user_of,
)

_USELESS = (
    "This link works no more: it was used, replaced by a newer one, or is too old. Ask an "
    "administrator for another, or run 'wattledger user reset-link NAME'; 'wattledger serve' "
    "prints a new set-up link as long as there is no user."
)


@dataclass(frozen=True, slots=True)
class Shown:
    """The secret of a link, where it is shown from, and the session there was before."""

    secret: str
    address: str | None
    session: str | None = None


@dataclass(frozen=True, slots=True)
class FirstUser:
    """What the first administrator says of themselves."""

    name: str
    display_name: str
    password: str


def set_up_account(database: Database, shown: Shown, first: FirstUser, now: Instant) -> str:
    """Create the first administrator and return the secret of its session.

    UnauthorizedError when the link is not a set-up link that works, or there is a user already.
    """
    name = login_name(parse_name_field(first.name, "user"))
    password = parse_password(first.password, name)
    with database.connect() as connection:
        _set_up_link(connection, shown, now)  # before a hash is made for whoever asks
    stored = hash_password(password)
    with database.begin() as connection:
        use_link(connection, _set_up_link(connection, shown, now), now)
        new = NewUser(name, first.display_name or name, Role.ADMIN, password_hash=stored)
        user = insert_user(connection, new, now)
        return let_in(
            connection, user, shown.address, now, before=shown.session, action="set-up-account"
        )


def _set_up_link(connection: Connection, shown: Shown, now: Instant) -> LinkRow:
    link = find_link(connection, shown.secret, now)
    if link is None or link.purpose is not Purpose.SET_UP or is_any_user(connection):
        raise UnauthorizedError(_USELESS)
    return link


def sign_in_by_link(database: Database, shown: Shown, password: str | None, now: Instant) -> str:
    """Let in whom a link is for and return the secret of the session.

    A link to choose a password takes the password, and ends all sessions opened with the one
    before; without a password it stays good and InvalidInputError asks for one.
    """
    with database.connect() as connection:
        link, user = _personal_link(connection, shown, now)
    stored = None
    if link.purpose is Purpose.PASSWORD:
        if password is None:
            raise InvalidInputError("Choose a password.", field="password")
        stored = hash_password(parse_password(password, user.name))
    with database.begin() as connection:
        link, user = _personal_link(connection, shown, now)
        use_link(connection, link, now)
        if stored is not None:
            change_user(connection, user.id, {"password_hash": stored}, now)
            end_sessions(connection, user.id)
        action = "sign-in-by-link" if stored is None else "choose-password"
        return let_in(connection, user, shown.address, now, before=shown.session, action=action)


def _personal_link(connection: Connection, shown: Shown, now: Instant) -> tuple[LinkRow, UserRow]:
    link = find_link(connection, shown.secret, now)
    if link is None or link.user_id is None:
        raise UnauthorizedError(_USELESS)
    user = user_of(connection, link.user_id)
    if user.disabled_at is not None:
        raise UnauthorizedError(_USELESS)
    return link, user
