"""A gateway: the meter is chosen from a drop-down, then asked for with a button."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from wattledger.simulate.kind import Kind, Meter, RecipeJson
from wattledger.simulate.page import FIGURES, figures_table, page
from wattledger.simulate.spec import MeterSpec

_FORM = """<form action="/show" method="get">
<select id="unit" name="unit"><option value="">- choose -</option>
<option value="1">Unit 1 (spare)</option><option value="2">Unit 2 (in use)</option></select>
<input type="submit" id="show" value="Show">
</form>"""
_METERED_UNIT = "2"


def _recipe(_spec: MeterSpec) -> RecipeJson:
    steps = [
        {"action": "select", "selector": "#unit", "value": _METERED_UNIT},
        {"action": "click", "selector": "#show"},
    ]
    return {"authType": "none", "scrapingConfig": {"steps": steps, **FIGURES}}


def _pages(meter: Meter) -> Sequence[Route]:
    async def choose(_request: Request) -> HTMLResponse:
        return HTMLResponse(page(meter, _FORM))

    async def show(request: Request) -> HTMLResponse:
        if request.query_params.get("unit") != _METERED_UNIT:
            return HTMLResponse(page(meter, f"{_FORM}<p>No data for this unit.</p>"))
        return HTMLResponse(page(meter, _FORM + figures_table(meter.face())))

    return [Route("/", choose), Route("/show", show)]


DROP_DOWN = Kind("drop-down", "a drop-down and a button before the number", _recipe, _pages)
