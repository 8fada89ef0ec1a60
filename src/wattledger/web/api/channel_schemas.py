"""Channels as JSON: what may be sent, and what is shown, which is never the address."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field, model_validator

from wattledger.domain.alert import AlertKind, Severity
from wattledger.domain.instant import Instant, format_instant
from wattledger.services.keep_channel import LONGEST_WAIT_MINUTES, ChannelSetup
from wattledger.store.channels import ChannelRow
from wattledger.web.api.channel_examples import (
    CHANNEL_INPUT,
    CHANNEL_OUTPUT,
    CHANNEL_TRIAL,
    REMOVED_CHANNEL,
)
from wattledger.web.api.endpoint_schemas import Line, RequiredLine
from wattledger.web.api.session_schemas import Secret
from wattledger.web.schema import Output, Schema, Timestamp

_LONGEST_ADDRESS = 2000
_SHOWN_ONLY = frozenset(
    {"id", "service", "destination", "clientName", "siteName", "createdAt", "updatedAt"}
    | {"lastSentAt", "lastFailedAt", "lastError", "nextTryAt"}
)


class ChannelInput(Schema):
    """A channel as a person sets it up.

    What is only shown (`id`, `lastSentAt` ...) may be sent along and is ignored, so that what was
    shown can be changed and sent back.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [CHANNEL_INPUT]})

    name: RequiredLine = Field(description="Unique; capitals make no difference.")
    url: Annotated[Secret, Field(max_length=_LONGEST_ADDRESS)] | None = Field(
        default=None,
        description="Where it leads, as Apprise writes it: `mailtos://…`, `slack://…`, "
        "`workflows://…` (Teams), `tgram://…`, `ntfys://…`, `jsons://…` (a webhook), and others; "
        "or the address of a hook as Slack, Teams and Discord give it out. It is never shown. Left "
        "out of a change, the stored one stays.",
    )
    kinds: Annotated[list[AlertKind], Field(min_length=1, max_length=50)] | None = Field(
        default=None, description="What it is told of; all kinds when null."
    )
    severity: Severity = Field(
        default=Severity.WARNING, description="`critical`: of critical ones only; else of all."
    )
    client_id: Line | None = Field(
        default=None, description="Id or name of a client: of alerts about it only."
    )
    site_id: Line | None = Field(
        default=None, description="Id or name of a site: of alerts about endpoints there only."
    )
    after_minutes: int = Field(
        default=5,
        ge=0,
        le=LONGEST_WAIT_MINUTES,
        description="So many minutes an alert has to last before it is told, and to be over "
        "before that is told: what comes and goes is left out.",
    )
    enabled: bool = Field(default=True, description="Whether it is told of anything.")

    @model_validator(mode="before")
    @classmethod
    def _without_what_is_only_shown(cls, sent: object) -> object:
        if not isinstance(sent, Mapping):
            return sent
        return {name: value for name, value in sent.items() if name not in _SHOWN_ONLY}

    def as_setup(self) -> ChannelSetup:
        """Return what the service takes."""
        return ChannelSetup(
            name=self.name,
            url=None if self.url is None else self.url.get_secret_value().strip() or None,
            kinds=self.kinds,
            severity=self.severity,
            client=self.client_id or None,
            site=self.site_id or None,
            after_minutes=self.after_minutes,
            enabled=self.enabled,
        )


class ChannelOutput(Output):
    """A channel, and how its last message went."""

    model_config = ConfigDict(json_schema_extra={"examples": [CHANNEL_OUTPUT]})

    # Not `updatedAt`: another address that looks the same is a change, too.
    beside_settings: ClassVar[frozenset[str]] = frozenset(
        {"client_name", "site_name", "last_sent_at", "last_failed_at", "last_error", "next_try_at"}
    )

    id: str
    name: str
    service: str = Field(description="What carries its messages.", examples=["Slack"])
    destination: str = Field(description="How its address begins, without what is secret.")
    kinds: list[AlertKind] | None = Field(description="Null for all.")
    severity: Severity
    client_id: str | None
    client_name: str | None
    site_id: str | None
    site_name: str | None
    after_minutes: int
    enabled: bool
    last_sent_at: Timestamp | None = Field(description="When a message was last taken.")
    last_failed_at: Timestamp | None = Field(description="When a message was last not taken.")
    last_error: str | None = Field(description="Why; null once one was taken.")
    next_try_at: Timestamp | None = Field(description="When a message is sent again after that.")
    created_at: Timestamp
    updated_at: Timestamp


class RemovedChannel(Schema):
    """A channel that was deleted."""

    model_config = ConfigDict(json_schema_extra={"examples": [REMOVED_CHANNEL]})

    id: str
    name: str


class ChannelTrial(Schema):
    """How a test message went."""

    model_config = ConfigDict(json_schema_extra={"examples": [CHANNEL_TRIAL]})

    success: bool
    message: str = Field(description="That it was taken; or why not, and what to do.")


def channel_output(row: ChannelRow) -> ChannelOutput:
    """Return a channel as it is shown."""
    return ChannelOutput(
        id=row.public_id,
        name=row.name,
        service=row.service,
        destination=row.destination,
        kinds=None if row.kinds is None else list(map(AlertKind, row.kinds)),
        severity=Severity(row.severity),
        client_id=row.client_public_id,
        client_name=row.client,
        site_id=None if row.site_id is None else str(row.site_id),
        site_name=row.site,
        after_minutes=row.after_minutes,
        enabled=row.enabled,
        last_sent_at=_time(row.last_sent_at),
        last_failed_at=_time(row.last_failed_at),
        last_error=row.last_error,
        next_try_at=None if row.last_error is None else _time(row.not_before),
        created_at=format_instant(row.created_at),
        updated_at=format_instant(row.updated_at),
    )


def channel_trial(problem: str | None) -> ChannelTrial:
    """Return how a test message went."""
    if problem is None:
        return ChannelTrial(success=True, message="The message was taken; look whether it arrived.")
    return ChannelTrial(success=False, message=problem)


def _time(at: Instant | None) -> str | None:
    return None if at is None else format_instant(at)
