"""The register stands on a tab that must be clicked; the tab is a plain link."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from wattledger.simulate.kind import Kind, Meter, RecipeJson
from wattledger.simulate.page import FIGURES, figures_table, page
from wattledger.simulate.spec import MeterSpec

_TABS = (
    '<nav><a id="overview-tab" href="/">Overview</a> <a id="energy-tab" href="e">Energy</a></nav>'
)


def _recipe(_spec: MeterSpec) -> RecipeJson:
    steps = [{"action": "click", "selector": "#energy-tab"}]
    return {"authType": "none", "scrapingConfig": {"steps": steps, **FIGURES}}


def _pages(meter: Meter) -> Sequence[Route]:
    async def overview(_request: Request) -> HTMLResponse:
        face = meter.face()
        return HTMLResponse(page(meter, f"{_TABS}<p>Load: {face.watts} W, {face.volts} V</p>"))

    async def energy(_request: Request) -> HTMLResponse:
        return HTMLResponse(page(meter, _TABS + figures_table(meter.face())))

    return [Route("/", overview), Route("/e", energy)]


LINK_TAB = Kind("link-tab", "a tab to click, a plain link", _recipe, _pages)
