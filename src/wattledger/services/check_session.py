"""Check the session of somebody who signed in."""

from contextlib import suppress

from wattledger.domain.caller import Caller
from wattledger.domain.instant import MINUTE, Instant
from wattledger.services.checked import Checked
from wattledger.store.database import Database, StoreError
from wattledger.store.sessions import SessionRow, find_session, is_sight_noted, note_sight


def check_session(database: Database, secret: str, now: Instant) -> Caller | None:
    """Return who signed in; ``None`` when the session is unknown or over."""
    checked = checked_session(database, secret, now)
    return None if checked is None else checked.caller


def checked_session(database: Database, secret: str, now: Instant) -> Checked | None:
    """Return who signed in and until when; ``None`` when the session is unknown or over.

    The role is what the user has now. That the session was used is noted, once a minute.
    """
    with database.connect() as connection:
        session = find_session(connection, secret, now)
    if session is None:
        return None
    seen_at = session.seen_at
    if not is_sight_noted(session, now):
        seen_at = now
        # Who may call may call, also while the note cannot be written.
        with suppress(StoreError), database.begin() as connection:
            note_sight(connection, session, now)
    return Checked(_caller(session), min(seen_at + MINUTE, session.expires_at))


def show_session(database: Database, secret: str, now: Instant) -> SessionRow | None:
    """Return a session that is good now."""
    with database.connect() as connection:
        return find_session(connection, secret, now)


def _caller(session: SessionRow) -> Caller:
    return Caller(
        name=session.name,
        role=session.role,
        permissions=session.role.permissions,
        client_id=session.client_id,
        user_id=session.user_public_id,
    )
