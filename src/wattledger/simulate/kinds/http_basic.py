"""HTTP Basic on every page (RFC 7617)."""

import base64
import binascii
from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from wattledger.simulate.kind import Kind, Meter, RecipeJson, credentials
from wattledger.simulate.page import FIGURES, figures_table, page
from wattledger.simulate.session import is_login
from wattledger.simulate.spec import MeterSpec

_CHALLENGE = {"www-authenticate": 'Basic realm="APC Management Card"'}


def _recipe(spec: MeterSpec) -> RecipeJson:
    return {
        "authType": "basic",
        "authConfig": credentials(spec),
        "scrapingConfig": {"steps": [{"action": "navigate", "url": "/rPDUout.htm"}], **FIGURES},
    }


def _is_let_in(spec: MeterSpec, authorization: str) -> bool:
    scheme, _, sent = authorization.partition(" ")
    if scheme.lower() != "basic":
        return False
    try:
        username, _, password = base64.b64decode(sent, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return False
    return is_login(spec, username, password)


def _pages(meter: Meter) -> Sequence[Route]:
    async def show(request: Request) -> Response:
        if not _is_let_in(meter.spec, request.headers.get("authorization", "")):
            return HTMLResponse("<h1>401 Unauthorized</h1>", 401, _CHALLENGE)
        return HTMLResponse(page(meter, figures_table(meter.face())))

    return [Route("/", show), Route("/rPDUout.htm", show)]


HTTP_BASIC = Kind("http-basic", "HTTP Basic login", _recipe, _pages)
