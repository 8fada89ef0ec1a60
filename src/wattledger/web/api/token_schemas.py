"""Tokens as JSON."""

from collections.abc import Sequence

from pydantic import ConfigDict, Field

from wattledger.domain.errors import InvalidInputError
from wattledger.domain.instant import Instant, format_instant, parse_instant
from wattledger.domain.permission import Permission, Role
from wattledger.services.check_token import is_good
from wattledger.services.issue_token import IssuedToken, TokenOrder
from wattledger.store.tokens import TokenRow
from wattledger.web.api.account_examples import ISSUED_TOKEN, TOKEN_INPUT, TOKEN_OUTPUT
from wattledger.web.api.endpoint_schemas import Line, RequiredLine
from wattledger.web.schema import Output, Schema, Timestamp


class TokenInput(Schema):
    """A token to be made; it may never do more than who makes it."""

    model_config = ConfigDict(json_schema_extra={"examples": [TOKEN_INPUT]})

    name: RequiredLine = Field(description="Who will use it.")
    role: Role | None = Field(default=None, description="The caller's own when left out.")
    scopes: Sequence[Permission] | None = Field(
        default=None,
        min_length=1,
        max_length=len(Permission),
        description="The permissions it is to have of its role; all when left out.",
    )
    client_id: Line | None = Field(
        default=None,
        description="Id or name of the client whose figures it sees: for the role client, and "
        "only for it. The caller's own when left out.",
    )
    expires_at: Timestamp | None = Field(default=None, description="Never when left out.")

    def as_order(self, role: Role, client: str | None) -> TokenOrder:
        """Return what the service takes, with the role and client of the caller as defaults."""
        wanted = self.role or role
        own = client if wanted is Role.CLIENT else None
        return TokenOrder(self.name, wanted, self.scopes, self.client_id or own, self._expires_at())

    def _expires_at(self) -> Instant | None:
        if self.expires_at is None:
            return None
        try:
            return parse_instant(self.expires_at)
        except (InvalidInputError, OverflowError) as error:
            raise InvalidInputError(str(error), field="expiresAt") from None


class TokenOutput(Output):
    """A token, without its secret."""

    model_config = ConfigDict(json_schema_extra={"examples": [TOKEN_OUTPUT]})

    id: int
    name: str
    role: Role
    scopes: Sequence[str] | None = Field(description="Null: all that the role may.")
    client_id: str | None
    made_by: str | None = Field(description="The user who answers for it; null: a command.")
    created_at: Timestamp
    expires_at: Timestamp | None
    last_used_at: Timestamp | None
    revoked_at: Timestamp | None
    works: bool = Field(
        description="False when revoked, expired, or its maker is disabled or of another client."
    )


class IssuedTokenOutput(Output):
    """A token that was made, and its secret, which is shown this once."""

    model_config = ConfigDict(json_schema_extra={"examples": [ISSUED_TOKEN]})

    token: TokenOutput
    secret: str = Field(description="Send it as `Authorization: Bearer SECRET`.")


def token_output(row: TokenRow, now: Instant) -> TokenOutput:
    """Return a token."""
    return TokenOutput(
        id=row.id,
        name=row.name,
        role=row.role,
        scopes=row.scopes,
        client_id=row.client_id,
        made_by=row.user_name,
        created_at=format_instant(row.created_at),
        expires_at=_instant(row.expires_at),
        last_used_at=_instant(row.last_used_at),
        revoked_at=_instant(row.revoked_at),
        works=is_good(row, now),
    )


def issued_token(issued: IssuedToken, now: Instant) -> IssuedTokenOutput:
    """Return a token with its secret."""
    return IssuedTokenOutput(token=token_output(issued.row, now), secret=issued.secret)


def _instant(at: Instant | None) -> str | None:
    return None if at is None else format_instant(at)
