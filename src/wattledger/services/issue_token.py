"""Make, list and revoke the tokens with which programs call the API."""

from collections.abc import Sequence

from wattledger.domain.instant import Instant
from wattledger.domain.name import parse_name
from wattledger.store import tokens as stored
from wattledger.store.database import Database
from wattledger.store.tokens import NewToken, TokenRow


def issue_token(database: Database, name: str, now: Instant) -> str:
    """Make a token and return its secret: the only time it is seen."""
    name = parse_name(name, "token")
    with database.begin() as connection:
        return stored.create(connection, NewToken(name), now)


def tokens(database: Database) -> Sequence[TokenRow]:
    """Return all tokens without their secrets."""
    with database.connect() as connection:
        return stored.list_tokens(connection)


def revoke_token(database: Database, number: int, now: Instant) -> None:
    """Make a token useless; NotFoundError when there is none of that number."""
    with database.begin() as connection:
        stored.revoke(connection, number, now)
