"""The register stands on a tab that must be clicked; a script then fetches and draws it."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from wattledger.simulate.kind import Kind, Meter, RecipeJson
from wattledger.simulate.page import FIGURES, figures_table, page
from wattledger.simulate.spec import MeterSpec

_TABS = """<nav><button id="overview-tab">Overview</button>
<button id="energy-tab">Energy</button></nav>
<section id="panel"><p>Load: {watts} W, {volts} V</p></section>
<script>
document.getElementById("energy-tab").addEventListener("click", async function () {
  const answer = await fetch("/panel/energy");
  document.getElementById("panel").innerHTML = await answer.text();
});
document.getElementById("overview-tab").addEventListener("click", function () {
  location.reload();
});
</script>"""


def _recipe(_spec: MeterSpec) -> RecipeJson:
    steps = [
        {"action": "click", "selector": "#energy-tab"},
        {"action": "wait", "selector": ".total-consumption"},
    ]
    return {"authType": "none", "scrapingConfig": {"steps": steps, **FIGURES}}


def _pages(meter: Meter) -> Sequence[Route]:
    async def overview(_request: Request) -> HTMLResponse:
        face = meter.face()
        body = _TABS.replace("{watts}", face.watts).replace("{volts}", face.volts)
        return HTMLResponse(page(meter, body))

    async def energy(_request: Request) -> HTMLResponse:
        return HTMLResponse(figures_table(meter.face()))

    return [Route("/", overview), Route("/panel/energy", energy)]


SCRIPT_TAB = Kind(
    "script-tab", "a tab to click, drawn by a script", _recipe, _pages, needs_browser=True
)
