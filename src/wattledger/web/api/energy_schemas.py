"""A measured period as JSON: its energy, how well it is known, and what it rests on."""

from typing import Any

from pydantic import ConfigDict, Field

from wattledger.domain.instant import format_instant
from wattledger.domain.month_report import Break, Flag, Segment
from wattledger.services.measure_period import Measured, MeasuredPeriod
from wattledger.web.api.energy_examples import MEASURED
from wattledger.web.api.site_schemas import SiteZone, site_zones
from wattledger.web.schema import Number, Schema, Timestamp, kwh


class EpochOutput(Schema):
    """The part of a register's epoch that a figure rests on; registers as displayed."""

    kind: str = Field(description="How the epoch began: install, reset, rollover, restored ...")
    first_at: Timestamp
    first_kwh: Number | None
    last_at: Timestamp
    last_kwh: Number | None
    multiplier: str

    @classmethod
    def of(cls, segment: Segment) -> "EpochOutput":
        """Return a segment as it is sent."""
        return cls(
            kind=segment.kind,
            first_at=format_instant(segment.first_at),
            first_kwh=kwh(segment.first_milliwh),
            last_at=format_instant(segment.last_at),
            last_kwh=kwh(segment.last_milliwh),
            multiplier=segment.multiplier,
        )


class BreakOutput(Schema):
    """The end of an epoch, between two readings, and the energy booked over it in the period."""

    kind: str
    start_at: Timestamp
    end_at: Timestamp
    kwh: Number | None

    @classmethod
    def of(cls, gap: Break) -> "BreakOutput":
        """Return a break as it is sent."""
        return cls(
            kind=gap.kind,
            start_at=format_instant(gap.start_at),
            end_at=format_instant(gap.end_at),
            kwh=kwh(gap.energy_milliwh),
        )


class PartOutput(Schema):
    """One part of a period. Energy is after the multiplier; null where it is not known."""

    start: Timestamp = Field(alias="from")
    end: Timestamp = Field(alias="to")
    opening_kwh: Number | None = Field(description="The register as displayed; null in a break.")
    closing_kwh: Number | None
    kwh: Number | None
    quality: dict[str, Number | None] = Field(
        description="kWh by code: 7 edited, 9 estimated, 10 questionable, 17 validated, "
        "18 verified."
    )
    measured_percent: Number | None
    uncertainty_kwh: Number | None
    flags: list[Flag]
    epochs: list[EpochOutput]
    breaks: list[BreakOutput]

    @classmethod
    def of(cls, part: Measured) -> "PartOutput":
        """Return a measured part as it is sent."""
        figure = part.figure
        sent: dict[str, Any] = {
            "from": format_instant(part.start_at),
            "to": format_instant(part.end_at),
        }
        return cls(
            **sent,
            opening_kwh=kwh(part.opening_milliwh),
            closing_kwh=kwh(part.closing_milliwh),
            kwh=kwh(figure.energy_milliwh),
            quality={str(code.value): kwh(energy) for code, energy in figure.quality},
            measured_percent=part.measured_percent,
            uncertainty_kwh=kwh(figure.uncertainty_milliwh),
            flags=list(figure.flags),
            epochs=[EpochOutput.of(segment) for segment in figure.segments],
            breaks=[BreakOutput.of(gap) for gap in figure.breaks],
        )


class EnergyOutput(Schema):
    """A meter's energy in a period, part by part; the parts add up, to the mWh."""

    model_config = ConfigDict(json_schema_extra={"examples": [MEASURED]})

    meter_id: int
    time_zone: str = Field(description="Of the site, at the period's end.")
    time_zones: list[SiteZone] = Field(description="All of the site, in order of time.")
    parts: list[PartOutput]

    @classmethod
    def of(cls, period: MeasuredPeriod) -> "EnergyOutput":
        """Return a measured period as it is sent."""
        return cls(
            meter_id=period.meter.id,
            time_zone=period.zone,
            time_zones=site_zones(period.meter.zone),
            parts=[PartOutput.of(part) for part in period.parts],
        )
