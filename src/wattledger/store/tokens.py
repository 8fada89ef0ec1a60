"""API tokens: only their hashes are here."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from wattledger.domain.errors import NotFoundError
from wattledger.domain.instant import MINUTE, Instant
from wattledger.domain.permission import Role
from wattledger.secrets.tokens import hash_token, new_token
from wattledger.store.account_tables import api_token, user
from wattledger.store.listing import Listing, ascending
from wattledger.store.tables import client


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token without its secret. ``client_id`` is the public id of the one client it may see.

    ``user_id`` and what follows is of the user who made it: None where a command made it.
    """

    id: int
    name: str
    role: Role
    scopes: Sequence[str] | None
    client_id: str | None
    created_at: Instant
    expires_at: Instant | None
    last_used_at: Instant | None
    revoked_at: Instant | None
    user_id: int | None
    user_name: str | None
    user_role: Role | None
    user_client_id: str | None
    user_disabled_at: Instant | None


@dataclass(frozen=True, slots=True)
class NewToken:
    """What a token is made from; ``scopes`` None is all that the role may."""

    name: str
    role: Role = Role.ADMIN
    scopes: Sequence[str] | None = None
    client_id: int | None = None
    expires_at: Instant | None = None
    user_id: int | None = None


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A token that was made, and its secret: seen this once."""

    id: int
    secret: str


def create(connection: Connection, new: NewToken, now: Instant) -> NewSecret:
    """Store a new token and return its number and its secret."""
    secret = new_token()
    values = asdict(new) | {"sha256": hash_token(secret), "created_at": now}
    number = connection.execute(insert(api_token).values(values).returning(api_token.c.id))
    return NewSecret(int(number.scalar_one()), secret)


_OF_USER = client.alias("user_client")
_ROWS = select(
    api_token.c.id,
    api_token.c.name,
    api_token.c.role,
    api_token.c.scopes,
    client.c.public_id,
    api_token.c.created_at,
    api_token.c.expires_at,
    api_token.c.last_used_at,
    api_token.c.revoked_at,
    api_token.c.user_id,
    user.c.name,
    user.c.role,
    _OF_USER.c.public_id,
    user.c.disabled_at,
).select_from(
    api_token.outerjoin(client, api_token.c.client_id == client.c.id)
    .outerjoin(user, api_token.c.user_id == user.c.id)
    .outerjoin(_OF_USER, user.c.client_id == _OF_USER.c.id)
)


@dataclass(frozen=True, slots=True)
class TokenFilter:
    """Which tokens are wanted: those a user made, one of a number, or all."""

    user_id: int | None = None
    id: int | None = None


_LIST = Listing(
    _ROWS,
    (api_token.c.id,),
    ascending(api_token.c.id),
    {
        "user_id": api_token.c.user_id == bindparam("user_id"),
        "id": api_token.c.id == bindparam("id"),
    },
)


def list_tokens(
    connection: Connection,
    wanted: TokenFilter | None = None,
    after: int = 0,
    limit: int | None = None,
) -> Sequence[TokenRow]:
    """Return tokens in order of creation, from behind ``after`` on."""
    given = {} if wanted is None else asdict(wanted)
    return list(map(_row, _LIST.page(connection, given, (after,), limit)))


def find_token(connection: Connection, secret: str) -> TokenRow | None:
    """Return the token of a secret unless it is unknown or revoked.

    Looked up by its hash: how long that takes tells nothing about the secret.
    """
    same = api_token.c.sha256 == hash_token(secret)
    found = connection.execute(_ROWS.where(same, api_token.c.revoked_at.is_(None))).first()
    return None if found is None else _row(found)


def token_of(connection: Connection, number: int) -> TokenRow:
    """Return the token of a number; NotFoundError when there is none."""
    found = connection.execute(_ROWS.where(api_token.c.id == number)).first()
    if found is None:
        raise no_token(number)
    return _row(found)


def no_token(number: int) -> NotFoundError:
    """Return what is said of a token that is not there, or is not the caller's."""
    return NotFoundError(f"There is no token {number}; 'wattledger token list' shows them.")


def note_use(connection: Connection, token: TokenRow, now: Instant) -> None:
    """Note that a token was used."""
    used = update(api_token).where(api_token.c.id == token.id)
    connection.execute(used.values(last_used_at=now))


def is_use_noted(token: TokenRow, now: Instant) -> bool:
    """Tell whether the use within the last minute is noted already."""
    return token.last_used_at is not None and now - token.last_used_at < MINUTE


def revoke(connection: Connection, number: int, now: Instant) -> None:
    """Make a token useless; one that is useless already stays revoked when it was."""
    token = token_of(connection, number)
    if token.revoked_at is None:
        revoked = update(api_token).where(api_token.c.id == number)
        connection.execute(revoked.values(revoked_at=now))


def _row(row: Row[*tuple[Any, ...]]) -> TokenRow:
    number, name, role, *own, user_role, user_client_id, user_disabled_at = row
    of_user = (user_role and Role(user_role), user_client_id, user_disabled_at)
    fields: tuple[Any, ...] = (number, name, Role(role), *own, *of_user)
    return TokenRow(*fields)
