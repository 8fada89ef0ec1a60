"""Check the token a caller shows."""

from contextlib import suppress

from wattledger.domain.caller import Caller
from wattledger.domain.instant import MINUTE, Instant
from wattledger.domain.permission import Permission, permissions_of
from wattledger.services.checked import Checked
from wattledger.store.database import Database, StoreError
from wattledger.store.tokens import TokenRow, find_token, is_use_noted, note_use


def check_token(database: Database, secret: str, now: Instant) -> Caller | None:
    """Return who shows a token; ``None`` when it is unknown, revoked or expired."""
    checked = checked_token(database, secret, now)
    return None if checked is None else checked.caller


def checked_token(database: Database, secret: str, now: Instant) -> Checked | None:
    """Return who shows a token and until when; ``None`` when it is unknown, revoked or expired.

    A token that a user made can do no more than that user can now: nothing when disabled. Its use
    is noted, once a minute.
    """
    with database.connect() as connection:
        token = find_token(connection, secret)
    if token is None or not is_good(token, now):
        return None
    used_at = token.last_used_at
    if used_at is None or not is_use_noted(token, now):
        used_at = now
        # Who may call may call, also while the note cannot be written.
        with suppress(StoreError), database.begin() as connection:
            note_use(connection, token, now)
    note_at = used_at + MINUTE
    until = note_at if token.expires_at is None else min(note_at, token.expires_at)
    return Checked(_caller(token), until)


def is_good(token: TokenRow, now: Instant) -> bool:
    """Tell whether a token works: not revoked, not expired, and of nobody who lost the right."""
    expired = token.expires_at is not None and token.expires_at <= now
    moved = token.user_client_id is not None and token.user_client_id != token.client_id
    return not (token.revoked_at or expired or token.user_disabled_at or moved)


def _caller(token: TokenRow) -> Caller:
    scopes = None if token.scopes is None else map(Permission, token.scopes)
    permissions = permissions_of(token.role, scopes)
    if token.user_role is not None:
        permissions &= token.user_role.permissions
    return Caller(
        name=token.name,
        role=token.role,
        permissions=permissions,
        client_id=token.client_id,
        token_id=token.id,
    )
