"""An XML document: the unit is an element beside the value."""

from collections.abc import Sequence
from html import escape

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from wattledger.simulate.kind import Kind, Meter, RecipeJson
from wattledger.simulate.spec import MeterSpec


def _recipe(_spec: MeterSpec) -> RecipeJson:
    return {
        "authType": "none",
        "scrapingConfig": {
            "steps": [{"action": "navigate", "url": "/data.xml"}],
            "valueSelector": "xpath://measurement[@key='energy-total']/value",
            "decimal": ".",
            "fields": {"power": {"selector": "xpath://measurement[@key='power']/value"}},
        },
    }


def _measurement(key: str, value: str, unit: str) -> str:
    return f'  <measurement key="{key}"><value>{value}</value><unit>{unit}</unit></measurement>\n'


def _document(meter: Meter) -> str:
    face = meter.face()
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<device name="{escape(meter.spec.name)}">\n'
        + _measurement("voltage", face.volts, "V")
        + _measurement("power", face.watts, "W")
        + _measurement("energy-today", face.today_kwh, "kWh")
        + _measurement("energy-apparent", face.kvah, "kVAh")
        + _measurement("energy-total", face.kwh, "kWh")
        + "</device>\n"
    )


def _pages(meter: Meter) -> Sequence[Route]:
    async def show(_request: Request) -> Response:
        return Response(_document(meter), media_type="text/xml")

    return [Route("/data.xml", show)]


XML_STATUS = Kind("xml", "an XML document, the unit beside the value", _recipe, _pages)
