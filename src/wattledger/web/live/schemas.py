"""The live page as JSON: kWh, W, V and A as exact numbers; what is missing is null."""

from pydantic import ConfigDict, Field, JsonValue

from wattledger.domain.endpoint_status import EndpointStatus
from wattledger.domain.instant import format_instant
from wattledger.services.live_consumption import LiveEndpoint
from wattledger.services.live_totals import LiveTotals, load_percent
from wattledger.store.live import MeterNow
from wattledger.web.schema import Answer, Number, Output, Timestamp, kwh, milli
from wattledger.web.status_word import StatusWord, status_word

LIVE: JsonValue = {
    "endpointId": "0199f3a4-5b6c-7d8e-9f01-23456789abcd",
    "name": "Rack A3 - Client XYZ",
    "clientName": "Client XYZ",
    "location": "Hall 1, Row 3, Rack A3",
    "siteId": "1",
    "latestReading": {
        "timestamp": "2026-03-01T10:15:00Z",
        "totalKwh": 12543.5,
        "currentKwh": 12.25,
        "voltage": 230.4,
        "current": 5.43,
        "power": 1250,
        "powerFactor": None,
        "quality": "good",
    },
    "status": "ok",
    "statusSince": None,
    "limitPower": 3680,
    "loadPercent": 34,
}


class LiveReading(Output):
    """What an endpoint showed last."""

    timestamp: Timestamp
    total_kwh: Number | None = Field(description="The register as displayed.")
    current_kwh: Number | None = Field(description="Energy of the local month up to here.")
    voltage: Number | None = Field(description="V; null for several meters together.")
    current: Number | None = Field(description="A")
    power: Number | None = Field(description="W")
    power_factor: Number | None
    quality: StatusWord


class LiveConsumption(Output):
    """An endpoint as it is now; see `status` of an endpoint for what the statuses mean."""

    model_config = ConfigDict(json_schema_extra={"examples": [LIVE]})

    endpoint_id: str
    name: str
    client_name: str | None
    location: str | None
    site_id: str
    latest_reading: LiveReading | None
    status: EndpointStatus
    status_since: Timestamp | None = Field(
        description="Since when good readings stay away; null for ok, high and disabled."
    )
    limit_power: Number | None = Field(
        description="W; what the breakers of its meters allow; null where one of them is not set."
    )
    load_percent: Number | None = Field(
        description="The power of the latest reading in percent of that."
    )


class LivePlace(Output):
    """The endpoints of one part of a site, as a hall or a room."""

    name: str = Field(description="The location up to its first comma, or the name of the site.")
    site_id: str
    endpoints: int
    power: Number | None = Field(description="W; the load of those that report.")


class LiveTotalsOutput(Output):
    """Sums over the endpoints listed; null where no part is known."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "endpoints": 1,
                    "reporting": 1,
                    "needAttention": 0,
                    "power": 1250,
                    "currentKwh": 12.25,
                    "statuses": {"ok": 1},
                    "limitPower": 3680,
                    "loadPercent": 34,
                    "changePercent": -2.5,
                    "places": [{"name": "Hall 1", "siteId": "1", "endpoints": 1, "power": 1250}],
                }
            ]
        }
    )

    endpoints: int
    reporting: int = Field(description="Those that are ok or high.")
    need_attention: int = Field(description="Those that are high, stale, failing or busy.")
    power: Number | None = Field(description="W; the load of those that report.")
    current_kwh: Number | None = Field(description="Energy of the local month of now.")
    statuses: dict[EndpointStatus, int] = Field(description="How many have which status.")
    limit_power: Number | None = Field(
        description="W; what breakers allow, of those that report and have a limit and a power."
    )
    load_percent: Number | None = Field(description="The load of these in percent of that.")
    change_percent: Number | None = Field(
        description="Energy of the whole days of this month against the same days of the month "
        "before, of the endpoints that are known in all of them. Null on the first of a month, "
        "and where there is no such endpoint."
    )
    places: list[LivePlace] = Field(
        description="Where the endpoints are, by name; of more than 100 places the largest."
    )


class LiveAnswer(Answer[list[LiveConsumption]]):
    """The endpoints by name, and what they are together."""

    totals: LiveTotalsOutput
    snapshot: str = Field(
        description="What this answer shows; `since` of the stream takes it.",
        examples=["5f0c2a9e-17"],
    )


class LiveDelta(Output):
    """What changed since the event before: endpoints whole, and ids of those that are gone."""

    changed: list[LiveConsumption]
    removed: list[str]
    totals: LiveTotalsOutput


def live_output(endpoint: LiveEndpoint) -> LiveConsumption:
    """Return an endpoint as it is now."""
    power = None if endpoint.latest is None else endpoint.latest.power_mw
    limit = None if endpoint.latest is None else endpoint.latest.p_max_mw
    return LiveConsumption(
        endpoint_id=endpoint.id,
        name=endpoint.name,
        client_name=endpoint.client,
        location=endpoint.location,
        site_id=str(endpoint.site_id),
        latest_reading=_live_reading(endpoint.latest) if endpoint.latest else None,
        status=endpoint.status,
        status_since=None if endpoint.since is None else format_instant(endpoint.since),
        limit_power=milli(limit),
        load_percent=load_percent(power, limit),
    )


def _live_reading(latest: MeterNow) -> LiveReading | None:
    if latest.at is None or latest.status is None:
        return None
    return LiveReading(
        timestamp=format_instant(latest.at),
        total_kwh=kwh(latest.total_milliwh),
        current_kwh=kwh(latest.month_milliwh),
        voltage=milli(latest.voltage_mv),
        current=milli(latest.current_ma),
        power=milli(latest.power_mw),
        power_factor=milli(latest.pf_milli),
        quality=status_word(latest.status),
    )


def totals_output(totals: LiveTotals) -> LiveTotalsOutput:
    """Return what endpoints are together."""
    return LiveTotalsOutput(
        endpoints=totals.endpoints,
        reporting=totals.reporting,
        need_attention=totals.need_attention,
        power=milli(totals.power_mw),
        current_kwh=kwh(totals.month_milliwh),
        statuses=dict(totals.statuses),
        limit_power=milli(totals.limit_mw),
        load_percent=load_percent(totals.limited_mw, totals.limit_mw),
        change_percent=totals.change_percent,
        places=[
            LivePlace(
                name=place.name,
                site_id=str(place.site_id),
                endpoints=place.endpoints,
                power=milli(place.power_mw),
            )
            for place in totals.places
        ],
    )
