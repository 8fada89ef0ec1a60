"""A German page: decimal comma, dots between thousands, in ISO 8859-1."""

from collections.abc import Sequence
from html import escape

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from wattledger.simulate.face import digits
from wattledger.simulate.kind import Kind, Meter, RecipeJson
from wattledger.simulate.spec import KWH, MeterSpec


def _recipe(_spec: MeterSpec) -> RecipeJson:
    return {
        "authType": "none",
        "scrapingConfig": {
            "valueSelector": "#zaehlerstand",
            "decimal": ",",
            "fields": {
                "power": {"selector": "#wirkleistung", "decimal": ","},
                "voltage": {"selector": "#spannung", "decimal": ","},
                "current": {"selector": "#strom", "decimal": ","},
            },
        },
    }


def _german(value: int, unit: int, decimals: int) -> str:
    return digits(value, unit, decimals, mark=",", group=".")


def _html(meter: Meter) -> str:
    face, name = meter.face(), escape(meter.spec.name)
    today = _german(face.today_milliwh, KWH, face.decimals)
    total = _german(face.register_milliwh, KWH, face.decimals)
    return f"""<html><head>
<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">
<title>Messgerät {name}</title></head>
<body bgcolor="#ffffff"><h2>{name}: Übersicht der Messwerte</h2>
<table border="1" cellpadding="4">
<tr><td>Wirkleistung</td><td id="wirkleistung">{_german(face.power_mw, 1000, 0)} W</td></tr>
<tr><td>Spannung</td><td id="spannung">{_german(face.voltage_mv, 1000, 1)} V</td></tr>
<tr><td>Strom</td><td id="strom">{_german(face.current_ma, 1000, 2)} A</td></tr>
<tr><td>Energie heute</td><td id="heute">{today} kWh</td></tr>
<tr><td>Zählerstand</td><td id="zaehlerstand">{total} kWh</td></tr>
</table></body></html>"""


def _pages(meter: Meter) -> Sequence[Route]:
    async def show(_request: Request) -> Response:
        body = _html(meter).encode("iso-8859-1", "xmlcharrefreplace")
        # The header names no charset, as on the devices: the reader must look into the page.
        return Response(body, headers={"content-type": "text/html"})

    return [Route("/", show)]


DECIMAL_COMMA = Kind("decimal-comma", "decimal comma, dots between thousands", _recipe, _pages)
