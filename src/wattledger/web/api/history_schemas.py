"""A history as JSON: kWh and kW of each bucket as exact numbers; what is missing is null."""

from decimal import Decimal

from pydantic import ConfigDict, Field

from wattledger.domain.bucket import BucketLength, BucketQuality
from wattledger.domain.instant import format_instant
from wattledger.domain.period import calendar
from wattledger.domain.scaled import KW, to_decimal
from wattledger.services.energy_history import EnergyHistory, Series
from wattledger.services.history_marks import Mark, MarkKind
from wattledger.services.power_trend import PowerTrend
from wattledger.web.api.history_examples import HISTORY, TREND
from wattledger.web.schema import Number, Schema, Timestamp, kwh


class HistorySeries(Schema):
    """One row of buckets: of an endpoint, of a client, or of all together.

    ``kwh``, ``kw`` and ``quality`` have one entry for each of ``starts``.
    """

    id: str = Field(description="That of the endpoint or client; `total` for all together.")
    name: str
    client_name: str | None
    kwh: list[Number | None] = Field(description="Energy, by the ledger; null: not known.")
    kw: list[Number | None] = Field(
        description="Mean power: of quarters and hours what good readings told beside the "
        "register, where they did; else the energy by the time that it is known for."
    )
    quality: list[BucketQuality | None] = Field(
        description="`partial`: of a part of the bucket or of some of the meters, so also of the "
        "bucket that runs; `estimated`: some of it is reckoned; null: nothing is known."
    )
    total_kwh: Number | None = Field(description="The sum of `kwh`; null where nothing is known.")


class HistoryMark(Schema):
    """What happened to a register in the time shown."""

    endpoint_id: str
    meter: str
    at: Timestamp
    kind: MarkKind
    text: str


class HistoryOutput(Schema):
    """Energy and power from `from` up to `to`, bucket by bucket; all series have the same ones."""

    model_config = ConfigDict(json_schema_extra={"examples": [HISTORY]})

    start: Timestamp = Field(validation_alias="from", serialization_alias="from")
    end: Timestamp = Field(validation_alias="to", serialization_alias="to")
    step: BucketLength
    time_zone: str = Field(
        description="Whose days and hours the buckets are. Days and months of endpoints in other "
        "zones are those of their own sites."
    )
    starts: list[Timestamp] = Field(description="Where the buckets begin.")
    series: list[HistorySeries]
    marks: list[HistoryMark] = Field(description="In order of time; the newest 1,000 at most.")


class TrendSeries(Schema):
    """Mean power of one endpoint."""

    endpoint_id: str
    kw: list[Number | None] = Field(description="One for each of `starts`; null: not known.")


class TrendOutput(Schema):
    """The last 24 hours in half hours, of which the last still runs."""

    model_config = ConfigDict(json_schema_extra={"examples": [TREND]})

    starts: list[Timestamp]
    series: list[TrendSeries]


def history_output(history: EnergyHistory) -> HistoryOutput:
    """Return a history as it is sent."""
    return HistoryOutput(
        start=format_instant(history.edges[0]),
        end=format_instant(history.edges[-1]),
        step=history.length,
        time_zone=calendar(history.zone).zone_before(history.edges[-1]),
        starts=[format_instant(edge) for edge in history.edges[:-1]],
        series=[_series(each) for each in history.series],
        marks=[_mark(each) for each in history.marks],
    )


def _series(series: Series) -> HistorySeries:
    return HistorySeries(
        id=series.head.id,
        name=series.head.name,
        client_name=series.head.client,
        kwh=[kwh(each.energy_milliwh) for each in series.buckets],
        kw=[_kw(each.power_mw) for each in series.buckets],
        quality=[each.quality for each in series.buckets],
        total_kwh=kwh(series.total_milliwh),
    )


def _mark(mark: Mark) -> HistoryMark:
    return HistoryMark(
        endpoint_id=mark.endpoint_id,
        meter=mark.meter,
        at=format_instant(mark.at),
        kind=mark.kind,
        text=mark.text,
    )


def trend_output(trend: PowerTrend) -> TrendOutput:
    """Return a trend as it is sent."""
    return TrendOutput(
        starts=[format_instant(start) for start in trend.starts],
        series=[
            TrendSeries(endpoint_id=endpoint_id, kw=[_kw(power) for power in powers])
            for endpoint_id, powers in trend.powers.items()
        ],
    )


def _kw(milliwatts: int | None) -> Decimal | None:
    return None if milliwatts is None else to_decimal(milliwatts, KW)
