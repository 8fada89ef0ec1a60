"""The demand of a meter as JSON: interval kW, and the peak."""

from itertools import pairwise

from pydantic import ConfigDict, Field, JsonValue

from wattledger.domain.instant import format_instant
from wattledger.domain.month_report import Peak
from wattledger.domain.scaled import KW, to_decimal
from wattledger.services.measure_demand import MeasuredDemand
from wattledger.web.api.site_schemas import SiteZone, site_zones
from wattledger.web.schema import Number, Schema, Timestamp

DEMAND: JsonValue = {
    "meterId": 7,
    "timeZone": "Europe/Berlin",
    "timeZones": [{"from": None, "timeZone": "Europe/Berlin"}],
    "minutes": 15,
    "peak": {
        "kw": 4.8,
        "at": "2026-03-02T09:15:00Z",
        "p95Kw": 4.4,
        "coveragePercent": 100,
    },
    "windows": [{"from": "2026-03-02T09:15:00Z", "to": "2026-03-02T09:30:00Z", "kw": 4.8}],
}


class PeakOutput(Schema):
    """The largest window with its start, and the 95th percentile of the known windows."""

    kw: Number
    at: Timestamp
    p95_kw: Number = Field(alias="p95Kw")
    coverage_percent: Number = Field(description="Share of the windows that are known.")

    @classmethod
    def of(cls, peak: Peak) -> "PeakOutput":
        """Return a peak as it is sent."""
        return cls(
            kw=to_decimal(peak.peak_mw, KW),
            at=format_instant(peak.peak_at),
            p95Kw=to_decimal(peak.p95_mw, KW),
            coverage_percent=peak.coverage_percent,
        )


class WindowOutput(Schema):
    """The mean power of one window; null where it is not known, which is not 0."""

    start: Timestamp = Field(alias="from")
    end: Timestamp = Field(alias="to")
    kw: Number | None


class DemandOutput(Schema):
    """A meter's demand in a period."""

    model_config = ConfigDict(json_schema_extra={"examples": [DEMAND]})

    meter_id: int
    time_zone: str = Field(description="Of the site, at the period's end.")
    time_zones: list[SiteZone] = Field(description="All of the site, in order of time.")
    minutes: int
    peak: PeakOutput | None
    windows: list[WindowOutput]

    @classmethod
    def of(cls, demand: MeasuredDemand) -> "DemandOutput":
        """Return a measured demand as it is sent."""
        spans = zip(pairwise(demand.windows.edges), demand.means, strict=True)
        return cls(
            meter_id=demand.meter_id,
            time_zone=demand.zone,
            time_zones=site_zones(demand.site_zone),
            minutes=demand.windows.minutes,
            peak=None if demand.peak is None else PeakOutput.of(demand.peak),
            windows=[
                WindowOutput.model_validate(
                    {
                        "from": format_instant(start),
                        "to": format_instant(end),
                        "kw": None if mean is None else to_decimal(mean, KW),
                    }
                )
                for (start, end), mean in spans
            ],
        )
