"""Sites as JSON."""

from collections.abc import Sequence
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

from wattledger.domain.instant import Instant
from wattledger.domain.period import calendar
from wattledger.store.sites import SiteRow
from wattledger.web.api.billing_examples import SITE_CHANGE, SITE_INPUT, SITE_OUTPUT
from wattledger.web.api.endpoint_schemas import RequiredLine
from wattledger.web.schema import Output, Schema

_ZONE = "IANA time zone in which its days and months begin."


class SiteInput(Schema):
    """A site to be created."""

    model_config = ConfigDict(json_schema_extra={"examples": [SITE_INPUT]})

    name: RequiredLine = Field(description="Unique; capitals make no difference.")
    time_zone: RequiredLine = Field(description=_ZONE)


class SiteChange(Schema):
    """Another time zone, from a month on."""

    model_config = ConfigDict(json_schema_extra={"examples": [SITE_CHANGE]})

    time_zone: RequiredLine = Field(description=_ZONE)
    month: Annotated[str, Field(max_length=10)] = Field(
        validation_alias="from",
        serialization_alias="from",
        description="The first month in the new zone; it and what follows must not be closed.",
        examples=["2026-05"],
    )


class SiteZone(Output):
    """A time zone, and the month from which it holds; null for the first."""

    month: str | None = Field(validation_alias="from", serialization_alias="from")
    time_zone: str


class SiteOutput(Output):
    """A site."""

    model_config = ConfigDict(json_schema_extra={"examples": [SITE_OUTPUT]})

    beside_settings: ClassVar[frozenset[str]] = frozenset({"time_zone", "notices"})

    id: str
    name: str
    time_zone: str = Field(description="In force now.")
    time_zones: list[SiteZone] = Field(description="All, in order of time.")
    notices: list[str] = Field(description="What to know of a change; empty else.")


def site_zones(zone: str) -> list[SiteZone]:
    """Return the zones of a site as it is stored, in order of time."""
    first, *changes = zone.split(";")
    zones = [SiteZone(month=None, time_zone=first)]
    for change in changes:
        month, _, name = change.partition("=")
        zones.append(SiteZone(month=month, time_zone=name))
    return zones


def site_output(row: SiteRow, now: Instant, notices: Sequence[str] = ()) -> SiteOutput:
    """Return a site."""
    days = calendar(row.zone)
    return SiteOutput(
        id=str(row.id),
        name=row.name,
        time_zone=days.zone_on(days.day_of(now)),
        time_zones=site_zones(row.zone),
        notices=list(notices),
    )
