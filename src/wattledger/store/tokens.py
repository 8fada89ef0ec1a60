"""API tokens: only their hashes are here."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from wattledger.domain.errors import NotFoundError
from wattledger.domain.instant import MINUTE, Instant
from wattledger.domain.permission import Role
from wattledger.secrets.tokens import hash_token, new_token
from wattledger.store.account_tables import api_token
from wattledger.store.tables import client


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token without its secret. ``client_id`` is the public id of the one client it may see."""

    id: int
    name: str
    role: Role
    scopes: Sequence[str] | None
    client_id: str | None
    created_at: Instant
    expires_at: Instant | None
    last_used_at: Instant | None
    revoked_at: Instant | None


@dataclass(frozen=True, slots=True)
class NewToken:
    """What a token is made from; ``scopes`` None is all that the role may."""

    name: str
    role: Role = Role.ADMIN
    scopes: Sequence[str] | None = None
    client_id: int | None = None
    expires_at: Instant | None = None


def create(connection: Connection, new: NewToken, now: Instant) -> str:
    """Store a new token and return its secret."""
    secret = new_token()
    values = asdict(new) | {"sha256": hash_token(secret), "created_at": now}
    connection.execute(insert(api_token).values(values))
    return secret


_OWN = [api_token.c[name] for name in TokenRow.__slots__ if name != "client_id"]
_ROWS = select(*_OWN, client.c.public_id.label("client_id")).join_from(
    api_token, client, isouter=True
)


def list_tokens(connection: Connection) -> Sequence[TokenRow]:
    """Return all tokens in order of creation."""
    return [_row(row) for row in connection.execute(_ROWS.order_by(api_token.c.id))]


def find_token(connection: Connection, secret: str) -> TokenRow | None:
    """Return the token of a secret unless it is unknown or revoked.

    Looked up by its hash: how long that takes tells nothing about the secret.
    """
    same = api_token.c.sha256 == hash_token(secret)
    found = connection.execute(_ROWS.where(same, api_token.c.revoked_at.is_(None))).first()
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


def _row(row: Row[*tuple[Any, ...]]) -> TokenRow:
    fields = row._asdict()
    return TokenRow(**fields | {"role": Role(fields["role"])})
