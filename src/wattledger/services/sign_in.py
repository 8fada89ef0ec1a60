"""Let people sign in with name and password, and out; who guesses has to wait."""

from dataclasses import dataclass

from wattledger.domain.back_off import wait_after
from wattledger.domain.errors import TooManyTriesError, UnauthorizedError
from wattledger.domain.instant import MINUTE, SECOND, Instant
from wattledger.domain.password import spelled_password
from wattledger.secrets.passwords import hash_password, is_outdated, is_password
from wattledger.store import sessions
from wattledger.store.act import acting
from wattledger.store.audit import SIGN_IN_FAILED, Actor, Entry, failures_from, record
from wattledger.store.database import Connection, Database
from wattledger.store.users import (
    UserRow,
    change_user,
    count_failure,
    find_by_name,
    lock_until,
    note_sign_in,
    user_of,
)

TRIES_OF_ADDRESS = 20
"""So many may fail from one address within ``_WINDOW``; an office of people shares one."""

_WINDOW = 15 * MINUTE
_REFUSED = (
    "The name or the password is wrong. After several wrong tries a name is closed for up to 15 "
    "minutes; an administrator can make a link to choose a new password."
)


@dataclass(frozen=True, slots=True)
class Credentials:
    """What somebody shows to sign in, and from which address; ``session`` is the one before."""

    name: str
    password: str
    address: str | None
    session: str | None = None


def sign_in(database: Database, shown: Credentials, now: Instant) -> str:
    """Open a session and return its secret; the session before it ends.

    UnauthorizedError is the same, and takes as long, whatever is wrong: an unknown name, the
    password, a name that is closed or disabled. TooManyTriesError when too many from the address
    failed.
    """
    with database.connect() as connection:
        _refuse_guessers(connection, shown.address, now)
        user = find_by_name(connection, shown.name)
    right = is_right_password(user, shown.password, now)
    if user is None or user.password_hash is None or not right:
        note_failure(database, user, shown.address, now)
        raise UnauthorizedError(_REFUSED)
    password = spelled_password(shown.password)
    fresh = hash_password(password) if is_outdated(user.password_hash) else None
    with database.begin() as connection:
        if user_of(connection, user.id).password_hash != user.password_hash:
            raise UnauthorizedError(_REFUSED)  # it was changed while we looked
        if fresh is not None:
            change_user(connection, user.id, {"password_hash": fresh}, now)
        return let_in(connection, user, shown.address, now, before=shown.session)


def is_right_password(user: UserRow | None, password: str, now: Instant) -> bool:
    """Tell whether somebody is who it says; as much work is done where there is no such user."""
    stored = None if user is None else user.password_hash
    right = is_password(stored, spelled_password(password))
    return right and user is not None and user.disabled_at is None and not _is_closed(user, now)


def note_failure(
    database: Database, user: UserRow | None, address: str | None, now: Instant
) -> None:
    """Record a wrong password, and close the name for a while after several of them.

    A name that nobody has is not recorded: people type passwords there.
    """
    stranger = Actor("stranger", "", address=address)
    name = None if user is None else user.name
    number = None if user is None else user.public_id
    entry = Entry(now, stranger, SIGN_IN_FAILED, "session", number, name)
    with acting(None), database.begin() as connection:
        record(connection, entry)
        # Tries while a name is closed do not keep it closed.
        if user is not None and not _is_closed(user, now):
            wait = wait_after(count_failure(connection, user.id))
            if wait:
                lock_until(connection, user.id, now + wait)


def let_in(
    connection: Connection,
    user: UserRow,
    address: str | None,
    now: Instant,
    *,
    before: str | None,
    action: str = "sign-in",
) -> str:
    """Open a session for a user, under a new id whatever cookie came before, and record it."""
    if before is not None:
        sessions.end_session(connection, before)
    note_sign_in(connection, user.id, now)
    actor = Actor("user", user.name, user.public_id, address)
    record(connection, Entry(now, actor, action, "session", user.public_id, user.name))
    return sessions.open_session(connection, user.id, now)


def sign_out(database: Database, session: str) -> None:
    """End a session."""
    with database.begin() as connection:
        sessions.end_session(connection, session)


def _is_closed(user: UserRow, now: Instant) -> bool:
    return user.locked_until is not None and user.locked_until > now


def _refuse_guessers(connection: Connection, address: str | None, now: Instant) -> None:
    if address is None:
        return
    failures = failures_from(connection, address, now - _WINDOW)
    if len(failures) >= TRIES_OF_ADDRESS:
        wait = failures[-TRIES_OF_ADDRESS] + _WINDOW - now
        seconds = -(-wait // SECOND)
        raise TooManyTriesError(
            f"Too many tries to sign in from {address} failed; wait {seconds} s.", seconds=seconds
        )
