"""A frameset: the address itself shows no number, one of its frames does."""

from collections.abc import Sequence
from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from wattledger.simulate.kind import Kind, Meter, RecipeJson
from wattledger.simulate.page import FIGURES, figures_table, page
from wattledger.simulate.spec import MeterSpec

_FRAMES = """<html><head><title>{name}</title></head>
<frameset rows="60,*" border="0">
<frame name="banner" src="banner.htm" scrolling="no">
<frameset cols="160,*"><frame name="menu" src="menu.htm"><frame name="main" src="status.htm">
</frameset>
<noframes><body>This page uses frames.</body></noframes>
</frameset></html>"""

_MENU = """<html><body><ul>
<li><a href="status.htm" target="main">Status</a></li>
<li><a href="about.htm" target="main">About</a></li>
</ul></body></html>"""


def _recipe(_spec: MeterSpec) -> RecipeJson:
    return {"authType": "none", "scrapingConfig": FIGURES}


def _pages(meter: Meter) -> Sequence[Route]:
    name = escape(meter.spec.name)

    async def frames(_request: Request) -> HTMLResponse:
        return HTMLResponse(_FRAMES.format(name=name))

    async def banner(_request: Request) -> HTMLResponse:
        return HTMLResponse(f"<html><body><b>{name}</b></body></html>")

    async def menu(_request: Request) -> HTMLResponse:
        return HTMLResponse(_MENU)

    async def status(_request: Request) -> HTMLResponse:
        return HTMLResponse(page(meter, figures_table(meter.face())))

    async def about(_request: Request) -> HTMLResponse:
        return HTMLResponse(page(meter, "<p>Rack PDU, metered, 32 A.</p>"))

    return [
        Route("/", frames),
        Route("/banner.htm", banner),
        Route("/menu.htm", menu),
        Route("/status.htm", status),
        Route("/about.htm", about),
    ]


FRAMESET = Kind("frameset", "the number stands in a frame", _recipe, _pages)
