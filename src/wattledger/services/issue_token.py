"""Make, list and revoke the tokens with which programs call the API."""

from collections.abc import Sequence
from dataclasses import dataclass

from wattledger.domain.caller import Caller
from wattledger.domain.errors import ForbiddenError, InvalidInputError
from wattledger.domain.instant import Instant, format_instant
from wattledger.domain.name import parse_name
from wattledger.domain.permission import Permission, Role, permissions_of
from wattledger.services.keep_user import client_number
from wattledger.store import tokens as stored
from wattledger.store.clients import find_client
from wattledger.store.database import Connection, Database
from wattledger.store.folded import same_name
from wattledger.store.tokens import NewToken, TokenFilter, TokenRow
from wattledger.store.users import find_user


@dataclass(frozen=True, slots=True)
class TokenOrder:
    """A token that is wanted. ``scopes`` None is all that the role may; ``client`` a name or id."""

    name: str
    role: Role = Role.ADMIN
    scopes: Sequence[Permission] | None = None
    client: str | None = None
    expires_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token that was made, and its secret: the only time it is seen."""

    row: TokenRow
    secret: str


def issue_token(database: Database, name: str, now: Instant) -> str:
    """Make a token that may do everything and return its secret: the only time it is seen."""
    return make_token(database, TokenOrder(name), now).secret


def make_token(
    database: Database, order: TokenOrder, now: Instant, maker: Caller | None = None
) -> IssuedToken:
    """Make a token. It may never do more, or see more, than its maker; None is the machine's owner.

    ForbiddenError when it would, InvalidInputError names a field that cannot be.
    """
    name = parse_name(order.name, "token")
    wanted = permissions_of(order.role, order.scopes)
    if order.expires_at is not None and order.expires_at <= now:
        raise InvalidInputError("The token would have expired already.", field="expiresAt")
    with database.begin() as connection:
        # First, so that who is limited to a client learns of no other whether it is there.
        if maker is not None:
            _refuse_more_than_own(connection, order, wanted, maker)
        client_id = client_number(connection, order.role, order.client)
        new = NewToken(
            name=name,
            role=order.role,
            scopes=None if order.scopes is None else sorted(wanted),
            client_id=client_id,
            expires_at=order.expires_at,
            user_id=None if maker is None else _account_of(connection, maker),
        )
        made = stored.create(connection, new, now)
        return IssuedToken(stored.token_of(connection, made.id), made.secret)


def _refuse_more_than_own(
    connection: Connection, order: TokenOrder, wanted: frozenset[Permission], maker: Caller
) -> None:
    beyond = wanted - maker.permissions
    if beyond:
        raise ForbiddenError(
            f"'{maker.name}' has no {', '.join(sorted(beyond))} to give to a token; give it a "
            "smaller role or scopes."
        )
    if maker.client_id is not None:
        own = find_client(connection, maker.client_id)
        named = order.client or ""
        if named != own.public_id and same_name(named) != same_name(own.name):
            raise ForbiddenError(f"'{maker.name}' makes tokens for its own client only.")
    _refuse_longer_than_own(connection, order, maker)
    if maker.user_id is None and not maker.may(Permission.ADMINISTER):
        raise ForbiddenError(
            "A token makes tokens only if it may administer; sign in, or ask an administrator."
        )


def _refuse_longer_than_own(connection: Connection, order: TokenOrder, maker: Caller) -> None:
    """Let no token outlive the one that makes it."""
    if maker.token_id is None:
        return
    until = stored.token_of(connection, maker.token_id).expires_at
    if until is not None and (order.expires_at is None or order.expires_at > until):
        raise ForbiddenError(
            f"'{maker.name}' expires at {format_instant(until)}; a token that it makes cannot be "
            "good for longer. Give expiresAt."
        )


def _account_of(connection: Connection, maker: Caller) -> int | None:
    """Return the number of the user who answers for a token: its maker, or who made its maker."""
    if maker.user_id is not None:
        return find_user(connection, maker.user_id).id
    return None if maker.token_id is None else stored.token_of(connection, maker.token_id).user_id


def tokens(database: Database) -> Sequence[TokenRow]:
    """Return all tokens without their secrets."""
    with database.connect() as connection:
        return stored.list_tokens(connection)


def token_page(
    database: Database, caller: Caller, after: int, limit: int
) -> tuple[Sequence[TokenRow], int | None]:
    """Return tokens and what the next page goes on from: all to who administers, else its own."""
    with database.connect() as connection:
        rows = stored.list_tokens(connection, _own(connection, caller), after, limit + 1)
    page = rows[:limit]
    return page, page[-1].id if len(rows) > limit else None


def revoke_token(
    database: Database, number: int, now: Instant, caller: Caller | None = None
) -> TokenRow:
    """Make a token useless; NotFoundError when the caller can see none of that number."""
    with database.begin() as connection:
        token = stored.token_of(connection, number)
        if caller is not None and not _is_own(connection, caller, token):
            raise stored.no_token(number)
        stored.revoke(connection, number, now)
        return stored.token_of(connection, number)


def _own(connection: Connection, caller: Caller) -> TokenFilter | None:
    if caller.may(Permission.ADMINISTER):
        return None
    if caller.user_id is not None:
        return TokenFilter(user_id=find_user(connection, caller.user_id).id)
    return TokenFilter(id=caller.token_id)


def _is_own(connection: Connection, caller: Caller, token: TokenRow) -> bool:
    own = _own(connection, caller)
    return (
        own is None
        or token.id == own.id
        or (own.user_id is not None and token.user_id == own.user_id)
    )
