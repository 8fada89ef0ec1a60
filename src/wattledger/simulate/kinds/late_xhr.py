"""The page comes at once, its numbers some seconds later by XHR."""

import asyncio
from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Route

from wattledger.simulate.kind import Kind, Meter, RecipeJson
from wattledger.simulate.page import page
from wattledger.simulate.spec import MeterSpec

_BODY = """<table>
<tr><th>Active power</th><td id="power">---</td></tr>
<tr><th>Energy today</th><td id="today">---</td></tr>
<tr><th>Total energy</th><td id="total">---</td></tr>
</table>
<script>
var request = new XMLHttpRequest();
request.onload = function () {
  var figures = JSON.parse(request.responseText);
  for (var id in figures) { document.getElementById(id).textContent = figures[id]; }
};
request.open("GET", "/cgi/figures");
request.send();
</script>"""


def _recipe(_spec: MeterSpec) -> RecipeJson:
    return {
        "authType": "none",
        "scrapingConfig": {
            "valueSelector": "#total",
            "valuePattern": "([0-9.]+)\\s*kWh",
            "fields": {"power": {"selector": "#power"}},
        },
    }


def _pages(meter: Meter) -> Sequence[Route]:
    async def show(_request: Request) -> HTMLResponse:
        return HTMLResponse(page(meter, _BODY))

    async def figures(_request: Request) -> JSONResponse:
        await asyncio.sleep(meter.spec.delay_seconds)
        face = meter.face()
        return JSONResponse(
            {
                "power": f"{face.watts} W",
                "today": f"{face.today_kwh} kWh",
                "total": f"{face.kwh} kWh",
            }
        )

    return [Route("/", show), Route("/cgi/figures", figures)]


LATE_XHR = Kind(
    "late-xhr", "the number arrives by XHR seconds later", _recipe, _pages, needs_browser=True
)
