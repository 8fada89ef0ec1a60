"""Consumption as JSON: kWh, W, V and A as exact numbers; what is missing is null."""

from typing import Any

from pydantic import ConfigDict, Field

from wattledger.domain.instant import format_instant
from wattledger.domain.month_report import Flag, MonthState
from wattledger.domain.outcome import Outcome
from wattledger.domain.period import calendar
from wattledger.services.list_readings import ListedReading
from wattledger.services.monthly_consumption import Month, MonthlyConsumption, MonthQuality
from wattledger.services.summarise_consumption import Summary
from wattledger.web.api.examples import MONTHLY, READING, SUMMARY
from wattledger.web.schema import Number, Output, Timestamp, kwh, milli
from wattledger.web.status_word import StatusWord, status_word


class ReadingOutput(Output):
    """A reading of one meter, or with `success` false an attempt that brought none."""

    model_config = ConfigDict(json_schema_extra={"examples": [READING]})

    id: str
    endpoint_id: str
    timestamp: Timestamp
    total_kwh: Number | None = Field(description="The register as displayed.")
    current_kwh: Number | None = Field(
        description="Energy of the local month up to here; derived from the ledger as it is now. "
        "Null for a reading that is not counted, and for a meter's first."
    )
    voltage: Number | None = Field(description="V")
    current: Number | None = Field(description="A")
    power: Number | None = Field(description="W")
    power_factor: Number | None
    success: bool
    outcome: Outcome | None = Field(description="How the attempt ended; null for an import.")
    error_message: str | None
    raw_data: str | None = Field(description="The beginning of the page, while it is kept.")
    quality: StatusWord | None
    meter: str | None = Field(description="Which meter of the endpoint; null for a failure.")


def reading_output(endpoint_id: str, listed: ListedReading) -> ReadingOutput:
    """Return a reading or a failed attempt."""
    entry = listed.entry
    key = entry.key
    return ReadingOutput(
        id=f"{key.at}.{key.source}.{key.number}",
        endpoint_id=endpoint_id,
        timestamp=format_instant(key.at),
        total_kwh=kwh(entry.total_milliwh),
        current_kwh=kwh(listed.month_milliwh),
        voltage=milli(entry.voltage_mv),
        current=milli(entry.current_ma),
        power=milli(entry.power_mw),
        power_factor=milli(entry.pf_milli),
        success=entry.status is not None,
        outcome=entry.outcome,
        error_message=entry.message,
        raw_data=listed.raw_text,
        quality=None if entry.status is None else status_word(entry.status),
        meter=entry.meter,
    )


class MonthFigures(Output):
    """A month in figures. A figure that is not known is null."""

    consumption_kwh: Number | None = Field(description="Energy, after the multiplier.")
    opening_kwh: Number | None = Field(
        description="The register as displayed at the month's first instant, or where it is first "
        "known when `flags` has `partial`."
    )
    closing_kwh: Number | None = Field(
        description="The same at the month's end, or where it is last known (`projected`)."
    )
    readings: int = Field(description="Readings counted or held.")
    measured_percent: Number | None = Field(description="Share of the energy not estimated.")
    quality: MonthQuality
    flags: list[Flag]


class MonthlyMeter(MonthFigures):
    """The month of one meter."""

    key: str


class Monthly(MonthFigures):
    """The month of an endpoint: of its meter `total`, else of all its meters together."""

    model_config = ConfigDict(json_schema_extra={"examples": [MONTHLY]})

    endpoint_id: str
    year: int
    month: int
    time_zone: str
    state: MonthState
    forecast_kwh: Number | None = Field(
        description="Of the running month: its energy to date, and for the rest of it the mean of "
        "the last 7 days. Null for other months, and where less than a day of these is known."
    )
    meters: list[MonthlyMeter]


def monthly_output(monthly: MonthlyConsumption) -> Monthly:
    """Return an endpoint's month."""
    return Monthly(
        endpoint_id=monthly.endpoint_id,
        year=monthly.month.year,
        month=monthly.month.month,
        time_zone=calendar(monthly.zone).zone_on(monthly.month),
        state=monthly.state,
        forecast_kwh=kwh(monthly.forecast_milliwh),
        meters=[MonthlyMeter(key=key, **_figures(month)) for key, month in monthly.meters],
        **_figures(monthly.whole),
    )


def _figures(month: Month) -> dict[str, Any]:
    return {
        "consumption_kwh": kwh(month.energy_milliwh),
        "opening_kwh": kwh(month.opening_milliwh),
        "closing_kwh": kwh(month.closing_milliwh),
        "readings": month.readings,
        "measured_percent": month.measured_percent,
        "quality": month.quality,
        "flags": list(month.flags),
    }


class SummaryEndpoint(Output):
    """What one endpoint used."""

    endpoint_id: str
    name: str
    client_name: str | None
    consumption_kwh: Number | None
    covered_percent: Number | None = Field(
        description="How much of the time lies between good readings."
    )


class SummaryOutput(Output):
    """What was used from `from` up to `to`."""

    model_config = ConfigDict(json_schema_extra={"examples": [SUMMARY]})

    start: Timestamp = Field(validation_alias="from", serialization_alias="from")
    end: Timestamp = Field(validation_alias="to", serialization_alias="to")
    total_kwh: Number | None = Field(description="Sum of the endpoints whose energy is known.")
    endpoints: list[SummaryEndpoint]


def summary_output(summary: Summary) -> SummaryOutput:
    """Return a summary."""
    endpoints = [
        SummaryEndpoint(
            endpoint_id=endpoint.endpoint_id,
            name=endpoint.name,
            client_name=endpoint.client,
            consumption_kwh=kwh(endpoint.energy_milliwh),
            covered_percent=endpoint.covered_percent,
        )
        for endpoint in summary.endpoints
    ]
    return SummaryOutput(
        start=format_instant(summary.start),
        end=format_instant(summary.end),
        total_kwh=kwh(summary.energy_milliwh),
        endpoints=endpoints,
    )
