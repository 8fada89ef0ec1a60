"""Faulty: the embedded web server answers, its program behind it does not."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from wattledger.domain.outcome import Outcome
from wattledger.simulate.kind import Expected, Kind, Meter, RecipeJson
from wattledger.simulate.page import FIGURES
from wattledger.simulate.spec import MeterSpec


def _recipe(_spec: MeterSpec) -> RecipeJson:
    return {"authType": "none", "scrapingConfig": FIGURES}


def _pages(_meter: Meter) -> Sequence[Route]:
    async def show(_request: Request) -> HTMLResponse:
        return HTMLResponse("<h1>500 Internal Server Error</h1><p>CGI not responding</p>", 500)

    return [Route("/{path:path}", show)]


HTTP_500 = Kind(
    "http-500",
    "faulty: HTTP 500 on every page",
    _recipe,
    _pages,
    expected=Expected(Outcome.HTTP_STATUS, "HTTP 500"),
)
