"""Endpoints as they are exported: all that is set of them, but no password."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Literal

from pydantic import ConfigDict, Field, JsonValue

from wattledger.domain.recipe import AuthType, ScrapingConfig
from wattledger.services.export_endpoints import ExportedEndpoint, ExportedMeter
from wattledger.web.api.endpoint_schemas import ShownLogin
from wattledger.web.schema import Number, Output

_EXPORT: JsonValue = {
    "endpoints": [
        {
            "name": "Rack A3 - Client XYZ",
            "ipAddress": "192.168.1.100",
            "type": "PDU",
            "vendor": None,
            "location": "Hall 1, Row 3, Rack A3",
            "clientName": "Client XYZ",
            "site": "Main site",
            "authType": "none",
            "authConfig": None,
            "scrapingConfig": {"steps": [], "valueSelector": ".total-consumption"},
            "enabled": True,
            "pollInterval": 30,
            "meters": [
                {
                    "key": "total",
                    "client": "Client XYZ",
                    "multiplier": 40,
                    "resolutionKwh": None,
                    "pMaxKw": 22,
                    "modulusKwh": None,
                    "feed": "A",
                    "rack": None,
                }
            ],
        }
    ]
}


class ExportedMeterOutput(Output):
    """A meter of an exported endpoint."""

    key: str
    client: str | None = Field(description="Whom alone and wholly it serves now.")
    multiplier: Number
    resolution_kwh: Number | None
    p_max_kw: Number | None
    modulus_kwh: Number | None
    feed: Literal["A", "B"] | None
    rack: str | None


class ExportedEndpointOutput(Output):
    """An endpoint as it is set up."""

    name: str
    ip_address: str | None
    type: str
    vendor: str | None
    location: str | None
    client_name: str | None = Field(description="Null where its meters say whom they serve.")
    site: str = Field(description="Name of the site; an import finds it by that.")
    auth_type: AuthType | None = Field(description="Null where nothing says how to read it.")
    auth_config: ShownLogin | None
    scraping_config: ScrapingConfig | None
    enabled: bool
    poll_interval: int
    meters: list[ExportedMeterOutput]


class Export(Output):
    """Endpoints, as POST /imports/endpoints reads them."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXPORT]})

    endpoints: list[ExportedEndpointOutput]


def export(endpoints: Iterable[ExportedEndpoint]) -> Export:
    """Return endpoints as they are exported."""
    return Export(endpoints=[_endpoint(each) for each in endpoints])


def _endpoint(each: ExportedEndpoint) -> ExportedEndpointOutput:
    row = each.row
    login = ShownLogin(
        **each.login.model_dump(exclude={"password"}), has_password=each.has_password
    )
    is_read = each.scraping is not None
    return ExportedEndpointOutput(
        name=row.name,
        ip_address=each.address,
        type=row.type,
        vendor=row.vendor,
        location=row.location,
        client_name=each.client,
        site=each.site,
        auth_type=each.auth_type if is_read else None,
        auth_config=login if is_read and each.auth_type is not AuthType.NONE else None,
        scraping_config=each.scraping if is_read else None,  # type: ignore[arg-type] # checked there
        enabled=row.enabled,
        poll_interval=row.poll_minutes,
        meters=[_meter(meter) for meter in each.meters],
    )


def _meter(meter: ExportedMeter) -> ExportedMeterOutput:
    return ExportedMeterOutput(
        key=meter.key,
        client=meter.client,
        multiplier=Decimal(meter.multiplier),
        resolution_kwh=meter.resolution_kwh,
        p_max_kw=meter.p_max_kw,
        modulus_kwh=meter.modulus_kwh,
        feed="A" if meter.feed == "A" else "B" if meter.feed == "B" else None,
        rack=meter.rack,
    )
