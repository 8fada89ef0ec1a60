"""Let people change their own password."""

from wattledger.domain.errors import InvalidInputError
from wattledger.domain.instant import Instant
from wattledger.domain.password import parse_password
from wattledger.secrets.passwords import hash_password
from wattledger.services.sign_in import is_right_password, note_failure
from wattledger.store.database import Database
from wattledger.store.sessions import end_sessions, open_session
from wattledger.store.users import change_user, find_user


def change_password(
    database: Database, user: str, current: str, new: str, address: str | None, now: Instant
) -> str:
    """Change the password of a user who knows the present one; return a session's secret.

    All sessions of the user end but that new one. A wrong present password counts as a failed
    sign-in.
    """
    with database.connect() as connection:
        row = find_user(connection, user)
    if not is_right_password(row, current, now):
        note_failure(database, row, address, now)
        raise InvalidInputError(
            "This is not your present password, or there were too many wrong tries; wait some "
            "minutes then.",
            field="currentPassword",
        )
    stored = hash_password(parse_password(new, row.name, "newPassword"))
    with database.begin() as connection:
        change_user(connection, row.id, {"password_hash": stored}, now)
        end_sessions(connection, row.id)
        return open_session(connection, row.id, now)
