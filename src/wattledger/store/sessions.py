"""Sessions of those who signed in: only the hashes of their secrets are here.

A session ends at a set instant, or when it was not used for a while; a user who is disabled has
none. The role is read from the user at each request.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, or_, select, update

from wattledger.domain.instant import DAY, HOUR, MINUTE, Instant
from wattledger.domain.permission import Role
from wattledger.secrets.tokens import hash_token, new_secret
from wattledger.store.account_tables import user, user_session
from wattledger.store.tables import client

IDLE = 12 * HOUR
"""A working day: who comes back the next morning signs in again."""

LONGEST = 7 * DAY
"""A stolen cookie is of no use for longer, however busily it is used."""


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session that is good now, and whose it is. ``client_id`` is a public id."""

    id: int
    user_id: int
    user_public_id: str
    name: str
    display_name: str
    role: Role
    client_id: str | None
    seen_at: Instant
    expires_at: Instant


def open_session(connection: Connection, user_id: int, now: Instant) -> str:
    """Open a session for a user and return its secret; sessions that are over go."""
    over = or_(user_session.c.expires_at <= now, user_session.c.seen_at <= now - IDLE)
    connection.execute(delete(user_session).where(over))
    secret = new_secret()
    values = {
        "sha256": hash_token(secret),
        "user_id": user_id,
        "created_at": now,
        "seen_at": now,
        "expires_at": now + LONGEST,
    }
    connection.execute(insert(user_session).values(values))
    return secret


def find_session(connection: Connection, secret: str, now: Instant) -> SessionRow | None:
    """Return the session of a secret unless it is unknown, over, or its user is disabled."""
    found = connection.execute(
        select(
            user_session.c.id,
            user_session.c.user_id,
            user.c.public_id,
            user.c.name,
            user.c.display_name,
            user.c.role,
            client.c.public_id,
            user_session.c.seen_at,
            user_session.c.expires_at,
        )
        .join_from(user_session, user)
        .outerjoin(client, user.c.client_id == client.c.id)
        .where(
            user_session.c.sha256 == hash_token(secret),
            user_session.c.expires_at > now,
            user_session.c.seen_at > now - IDLE,
            user.c.disabled_at.is_(None),
        )
    ).first()
    if found is None:
        return None
    number, user_id, public_id, name, shown, role, client_id, seen_at, expires_at = found
    return SessionRow(
        number, user_id, public_id, name, shown, Role(role), client_id, seen_at, expires_at
    )


def is_sight_noted(session: SessionRow, now: Instant) -> bool:
    """Tell whether the use within the last minute is noted already."""
    return now - session.seen_at < MINUTE


def note_sight(connection: Connection, session: SessionRow, now: Instant) -> None:
    """Note that a session was used."""
    seen = update(user_session).where(user_session.c.id == session.id)
    connection.execute(seen.values(seen_at=now))


def end_session(connection: Connection, secret: str) -> None:
    """End the session of a secret, if there is one."""
    connection.execute(delete(user_session).where(user_session.c.sha256 == hash_token(secret)))


def end_sessions(connection: Connection, user_id: int) -> None:
    """End all sessions of a user."""
    connection.execute(delete(user_session).where(user_session.c.user_id == user_id))
