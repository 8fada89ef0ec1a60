"""Users as JSON."""

from typing import ClassVar

from pydantic import ConfigDict, Field

from wattledger.domain.instant import format_instant
from wattledger.domain.permission import Role
from wattledger.services.keep_user import UserChange
from wattledger.services.make_link import link_address
from wattledger.store.links import NewLink
from wattledger.store.users import UserRow
from wattledger.web.api.account_examples import (
    INVITED_USER,
    LINK_OUTPUT,
    USER_CHANGE,
    USER_INPUT,
    USER_OUTPUT,
)
from wattledger.web.api.endpoint_schemas import Line, RequiredLine
from wattledger.web.schema import Output, Schema, Timestamp

_CLIENT = "Id or name of the client whose figures it sees: for the role client, and only for it."


class UserInput(Schema):
    """A user to be invited."""

    model_config = ConfigDict(json_schema_extra={"examples": [USER_INPUT]})

    name: RequiredLine = Field(description="To sign in with; capitals make no difference.")
    display_name: Line = Field(default="", description="As others see it; the name when left out.")
    role: Role = Role.VIEWER
    client_id: Line | None = Field(default=None, description=_CLIENT)

    def as_change(self) -> UserChange:
        """Return what the service takes."""
        return UserChange(self.display_name or None, self.role, self.client_id or None)


class UserUpdate(Schema):
    """What is to change of a user; what is left out stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [USER_CHANGE]})

    display_name: RequiredLine | None = None
    role: Role | None = None
    client_id: RequiredLine | None = Field(default=None, description=_CLIENT)
    disabled: bool | None = Field(default=None, description="Whether it is kept from signing in.")

    def as_change(self) -> UserChange:
        """Return what the service takes."""
        return UserChange(self.display_name, self.role, self.client_id, self.disabled)


class UserOutput(Output):
    """A user, without its password."""

    model_config = ConfigDict(json_schema_extra={"examples": [USER_OUTPUT]})
    beside_settings: ClassVar[frozenset[str]] = frozenset(
        {"client_name", "has_password", "signed_in_at"}
    )

    id: str
    name: str
    display_name: str
    role: Role
    client_id: str | None
    client_name: str | None
    disabled: bool
    has_password: bool = Field(description="False until an invitation was used.")
    created_at: Timestamp
    signed_in_at: Timestamp | None


class LinkOutput(Output):
    """A link that works once; it is shown this once."""

    model_config = ConfigDict(json_schema_extra={"examples": [LINK_OUTPUT]})

    url: str = Field(description="To be given to the user, by a way nobody else reads.")
    expires_at: Timestamp


class InvitedUser(Output):
    """A user and the link with which it chooses its password."""

    model_config = ConfigDict(json_schema_extra={"examples": [INVITED_USER]})

    user: UserOutput
    link: LinkOutput


def user_output(row: UserRow) -> UserOutput:
    """Return a user."""
    return UserOutput(
        id=row.public_id,
        name=row.name,
        display_name=row.display_name,
        role=row.role,
        client_id=row.client_id,
        client_name=row.client_name,
        disabled=row.disabled_at is not None,
        has_password=row.password_hash is not None,
        created_at=format_instant(row.created_at),
        signed_in_at=None if row.signed_in_at is None else format_instant(row.signed_in_at),
    )


def invited_user(row: UserRow, base: str, link: NewLink) -> InvitedUser:
    """Return a user with its link."""
    shown = LinkOutput(url=link_address(base, link), expires_at=format_instant(link.expires_at))
    return InvitedUser(user=user_output(row), link=shown)
