"""Check the token a caller shows."""

from contextlib import suppress

from wattledger.domain.instant import Instant
from wattledger.store.database import Database, StoreError
from wattledger.store.tokens import TokenRow, find_token, is_use_noted, note_use


def check_token(database: Database, secret: str, now: Instant) -> TokenRow | None:
    """Return the token of a secret, ``None`` when it is unknown or revoked; its use is noted."""
    with database.connect() as connection:
        token = find_token(connection, secret)
    if token is not None and not is_use_noted(token, now):
        # Who may call may call, also while the note cannot be written.
        with suppress(StoreError), database.begin() as connection:
            note_use(connection, token, now)
    return token
