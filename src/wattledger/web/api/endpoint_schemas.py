"""Endpoints as JSON: what may be sent, and what is shown."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any, ClassVar, TypeAlias

import msgspec
from pydantic import AfterValidator, ConfigDict, Field, model_validator

from wattledger.domain.endpoint_status import EndpointStatus
from wattledger.domain.instant import format_instant
from wattledger.domain.recipe import AuthConfig, AuthType, ScrapingConfig
from wattledger.services.restore_endpoint import undo_until
from wattledger.services.set_up_endpoint import LONGEST_POLL_MINUTES, EndpointSetup
from wattledger.services.show_endpoint import ShownEndpoint
from wattledger.services.stored_login import KnownLogin
from wattledger.store.endpoints import EndpointRow
from wattledger.web.answer import printed_once
from wattledger.web.api.examples import ENDPOINT_INPUT, ENDPOINT_OUTPUT, REMOVED
from wattledger.web.schema import Output, Schema, Timestamp

_SHOWN_ONLY = frozenset({"id", "lastReadAt", "status", "loginRefused", "deletedAt", "undoUntil"})
_LOGIN_SHOWN_ONLY = frozenset({"hasPassword"})


_RECIPES_KEPT = 2_000
_LOGINS_KEPT = 10_000


def _line(text: str) -> str:
    """Make one clean line of what was typed."""
    if not text.isprintable():
        raise ValueError("Line breaks and control characters do not belong here.")
    return " ".join(text.split())


Line: TypeAlias = Annotated[str, Field(max_length=200), AfterValidator(_line)]
"""A short text in one line."""


def _said(text: str) -> str:
    if not text:
        raise ValueError("It is empty; say something.")
    return text


RequiredLine: TypeAlias = Annotated[Line, AfterValidator(_said)]


class EndpointInput(Schema):
    """An endpoint as a person sets it up.

    What is only shown (`id`, `status` ...) may be sent along and is ignored, so that what was
    shown can be changed and sent back.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [ENDPOINT_INPUT]})

    name: RequiredLine = Field(description="Unique among the endpoints that are not deleted.")
    ip_address: RequiredLine = Field(
        description="Host, host:port or URL of the device's page.", examples=["192.168.1.100"]
    )
    type: Annotated[RequiredLine, Field(max_length=50)] = "PDU"
    vendor: Annotated[Line, Field(max_length=100)] | None = None
    location: Line | None = None
    client_name: Line | None = Field(
        default=None,
        description="The client it serves, created when there is none of that name: a new "
        "endpoint from the beginning, another client than before from now on.",
    )
    site_id: Line | None = Field(
        default=None,
        description="Id or name of the site where it stands, whose days and months count. Left "
        "out, it is the first site, or the one where it is already.",
    )
    auth_type: AuthType = AuthType.NONE
    auth_config: AuthConfig | None = Field(
        default=None,
        description="The login. The password is never shown again. Left out, what is stored "
        "stays; a changed address, port or login host asks for the password again.",
    )
    scraping_config: ScrapingConfig = Field(
        description="Steps to the page and where the register stands on it."
    )
    enabled: bool = Field(default=True, description="Whether it is polled.")
    poll_interval: int = Field(
        default=15, ge=1, le=LONGEST_POLL_MINUTES, description="Minutes between two polls."
    )

    @model_validator(mode="before")
    @classmethod
    def _without_what_is_only_shown(cls, sent: object) -> object:
        if not isinstance(sent, Mapping):
            return sent
        kept = _without(sent, _SHOWN_ONLY)
        if isinstance(login := kept.get("authConfig"), Mapping):
            kept["authConfig"] = _without(login, _LOGIN_SHOWN_ONLY)
        return kept

    def as_setup(self) -> EndpointSetup:
        """Return what the service takes."""
        return EndpointSetup(
            name=self.name,
            address=self.ip_address,
            scraping_config=self.scraping_config,
            type=self.type,
            vendor=self.vendor or None,
            location=self.location or None,
            client=self.client_name or None,
            site=self.site_id or None,
            auth_type=self.auth_type,
            auth_config=self.auth_config,
            enabled=self.enabled,
            poll_minutes=self.poll_interval,
        )


def _without(sent: Mapping[str, Any], names: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in sent.items() if name not in names}


class ShownLogin(Output):
    """A login without its password."""

    login_url: str
    username_field: str | None
    password_field: str | None
    submit_selector: str | None
    username: str | None
    has_password: bool = Field(description="Whether a password is stored; it is never shown.")
    logged_in_when: str | None
    logout_url: str | None


class EndpointOutput(Output):
    """An endpoint as stored, and how it is doing."""

    model_config = ConfigDict(json_schema_extra={"examples": [ENDPOINT_OUTPUT]})

    beside_settings: ClassVar[frozenset[str]] = frozenset(
        {"last_read_at", "login_refused", "status", "undo_until"}
    )

    id: str
    name: str
    ip_address: str | None = Field(description="Null for one known only by imported readings.")
    type: str
    vendor: str | None
    location: str | None
    client_name: str | None
    site_id: str
    auth_type: AuthType
    auth_config: ShownLogin
    scraping_config: ScrapingConfig | None
    enabled: bool
    poll_interval: int = Field(description="Minutes between two polls.")
    last_read_at: Timestamp | None = Field(description="When the device last showed its register.")
    status: EndpointStatus = Field(
        description="`disabled`: not polled. `busy`, `failing`: no good reading for more than 2 "
        "poll intervals and the newest attempt failed, because somebody else is logged in to the "
        "device, or for another reason; `failing` at once where the login was refused, so that it "
        "is not polled. `never`: no good reading yet. `stale`: none for more than "
        "3 poll intervals. `high`: power above 80 % of the breaker, where that is set. `ok`: else."
    )
    login_refused: bool = Field(
        description="Whether the device refused its login, so that it is not polled: until the "
        "login is corrected, it is enabled anew, or POST /endpoints/{endpoint}/test finds that it "
        "works. Devices lock accounts when a wrong password comes again and again."
    )
    deleted_at: Timestamp | None = Field(
        description="When it was taken out of use; null while it is in use."
    )
    undo_until: Timestamp | None = Field(description="Until when its deletion can be undone.")


class Removed(Output):
    """An endpoint that was taken out of use; its readings and months stay."""

    model_config = ConfigDict(json_schema_extra={"examples": [REMOVED]})

    id: str
    name: str
    undo_until: Timestamp = Field(
        description="Until then POST /endpoints/{endpoint}/restore brings it back."
    )


def removed_output(row: EndpointRow) -> Removed:
    """Return what is told of an endpoint that was just deleted."""
    until = format_instant(undo_until(row.deleted_at or 0))
    return Removed(id=row.public_id, name=row.name, undo_until=until)


def endpoint_output(shown: ShownEndpoint) -> EndpointOutput:
    """Return what is shown of an endpoint: all but its secrets."""
    row, standing = shown.row, shown.standing
    recipe = row.recipe or {}
    return EndpointOutput(
        id=row.public_id,
        name=row.name,
        ip_address=shown.address,
        type=row.type,
        vendor=row.vendor,
        location=row.location,
        client_name=row.client,
        site_id=str(row.site_id),
        auth_type=recipe.get("authType", AuthType.NONE),
        auth_config=_shown_login(shown.login),
        scraping_config=_scraping(recipe.get("scrapingConfig")),
        enabled=row.enabled,
        poll_interval=row.poll_minutes,
        last_read_at=None if standing.last_at is None else format_instant(standing.last_at),
        status=standing.status,
        login_refused=row.login_tries == 0,
        deleted_at=None if row.deleted_at is None else format_instant(row.deleted_at),
        undo_until=None if row.deleted_at is None else format_instant(undo_until(row.deleted_at)),
    )


@lru_cache(maxsize=_LOGINS_KEPT)
def _shown_login(login: KnownLogin) -> ShownLogin:
    config = login.config
    shown = ShownLogin(
        login_url=config.login_url,
        username_field=config.username_field,
        password_field=config.password_field,
        submit_selector=config.submit_selector,
        username=config.username,
        has_password=login.has_password,
        logged_in_when=config.logged_in_when,
        logout_url=config.logout_url,
    )
    return printed_once(shown)


def _scraping(stored: object) -> ScrapingConfig | None:
    return None if stored is None else _scraping_of(msgspec.json.encode(stored))


@lru_cache(maxsize=_RECIPES_KEPT)
def _scraping_of(stored: bytes) -> ScrapingConfig:
    """Return a recipe with its defaults; many endpoints are read by the same."""
    return printed_once(ScrapingConfig.model_validate_json(stored))


class Restored(Output):
    """An endpoint that is in use again."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"endpoint": ENDPOINT_OUTPUT, "notices": []}]}
    )

    endpoint: EndpointOutput
    notices: list[str] = Field(
        description="What to know of it: closed months that an adjustment will correct."
    )
