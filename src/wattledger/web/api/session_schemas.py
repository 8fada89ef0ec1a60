"""Signing in as JSON."""

from collections.abc import Sequence
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, ConfigDict, Field, SecretStr

from wattledger.domain.caller import Caller
from wattledger.domain.instant import format_instant
from wattledger.domain.password import LONGEST_PASSWORD, SHORTEST_PASSWORD
from wattledger.domain.permission import Permission, Role
from wattledger.store.sessions import SessionRow
from wattledger.web.api.account_examples import (
    LINK_INPUT,
    PASSWORD_CHANGE,
    SESSION,
    SET_UP_INPUT,
    SIGN_IN_INPUT,
)
from wattledger.web.api.endpoint_schemas import Line, RequiredLine
from wattledger.web.schema import Schema, Timestamp


def _encodable(secret: SecretStr) -> SecretStr:
    try:
        secret.get_secret_value().encode()
    except UnicodeEncodeError:
        raise ValueError("It has characters that are no characters; write it in UTF-8.") from None
    return secret


Secret: TypeAlias = Annotated[SecretStr, AfterValidator(_encodable)]
"""A text that is neither shown nor logged."""

_NEW = f"{SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters of any kind, not the name."


class SignInInput(Schema):
    """Name and password of a user."""

    model_config = ConfigDict(json_schema_extra={"examples": [SIGN_IN_INPUT]})

    name: RequiredLine
    password: Secret = Field(max_length=LONGEST_PASSWORD)


class SetUpInput(Schema):
    """The set-up link's secret, and who the first administrator is to be."""

    model_config = ConfigDict(json_schema_extra={"examples": [SET_UP_INPUT]})

    token: Secret = Field(max_length=200, description="What stands behind # in the link.")
    name: RequiredLine = Field(description="To sign in with; capitals make no difference.")
    display_name: Line = Field(default="", description="As others see it; the name when left out.")
    password: Secret = Field(description=_NEW)


class LinkInput(Schema):
    """The secret of a one-time link, with a new password where the link is to choose one."""

    model_config = ConfigDict(json_schema_extra={"examples": [LINK_INPUT]})

    token: Secret = Field(max_length=200, description="What stands behind # in the link.")
    password: Secret | None = Field(default=None, description=_NEW)


class PasswordChange(Schema):
    """The present password and the new one."""

    model_config = ConfigDict(json_schema_extra={"examples": [PASSWORD_CHANGE]})

    current_password: Secret = Field(max_length=LONGEST_PASSWORD)
    new_password: Secret = Field(description=_NEW)


class SessionOutput(Schema):
    """Who calls, what it may do, and what its writes have to show."""

    model_config = ConfigDict(json_schema_extra={"examples": [SESSION]})

    user_id: str | None = Field(description="Null for a token.")
    name: str
    display_name: str
    role: Role
    permissions: Sequence[Permission]
    client_id: str | None = Field(description="The one client whose figures it sees; null: all.")
    csrf_token: str | None = Field(
        description="For the header X-CSRF-Token of all that is not a GET; null for a token."
    )
    expires_at: Timestamp | None = Field(
        description="When the session ends at the latest; after 12 hours without use it ends too."
    )


class SignedOut(Schema):
    """The session has ended."""

    signed_out: bool = True


def session_output(caller: Caller, row: SessionRow | None, csrf: str | None) -> SessionOutput:
    """Return who calls."""
    return SessionOutput(
        user_id=caller.user_id,
        name=caller.name,
        display_name=caller.name if row is None else row.display_name,
        role=caller.role,
        permissions=sorted(caller.permissions),
        client_id=caller.client_id,
        csrf_token=csrf,
        expires_at=None if row is None else format_instant(row.expires_at),
    )
