"""API tokens: only their hashes are here."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from wattledger.domain.errors import NotFoundError
from wattledger.domain.instant import MINUTE, Instant
from wattledger.secrets.tokens import hash_token, new_token
from wattledger.store.account_tables import api_token


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token without its secret."""

    id: int
    name: str
    created_at: Instant
    last_used_at: Instant | None
    revoked_at: Instant | None


def create(connection: Connection, name: str, now: Instant) -> str:
    """Store a new token and return its secret."""
    secret = new_token()
    connection.execute(
        insert(api_token).values(name=name, sha256=hash_token(secret), created_at=now)
    )
    return secret


def list_tokens(connection: Connection) -> Sequence[TokenRow]:
    """Return all tokens in order of creation."""
    return [_row(row) for row in connection.execute(select(api_token).order_by(api_token.c.id))]


def find_token(connection: Connection, secret: str) -> TokenRow | None:
    """Return the token of a secret unless it is unknown or revoked.

    Looked up by its hash: how long that takes tells nothing about the secret.
    """
    same = api_token.c.sha256 == hash_token(secret)
    row = connection.execute(select(api_token).where(same, api_token.c.revoked_at.is_(None)))
    found = row.first()
    return None if found is None else _row(found)


def note_use(connection: Connection, token: TokenRow, now: Instant) -> None:
    """Note that a token was used."""
    used = update(api_token).where(api_token.c.id == token.id)
    connection.execute(used.values(last_used_at=now))


def is_use_noted(token: TokenRow, now: Instant) -> bool:
    """Tell whether the use within the last minute is noted already."""
    return token.last_used_at is not None and now - token.last_used_at < MINUTE


def revoke(connection: Connection, number: int, now: Instant) -> None:
    """Make a token useless; NotFoundError when there is none of that number."""
    revoked = update(api_token).where(api_token.c.id == number).values(revoked_at=now)
    if connection.execute(revoked).rowcount == 0:
        raise NotFoundError(f"There is no token {number}; 'wattledger token list' shows them.")


def _row(row: object) -> TokenRow:
    return TokenRow(*(getattr(row, name) for name in TokenRow.__slots__))
