"""A management card with one web session: a second login is refused, and nobody logs out for it.

Without logout the card stays locked until the session has been idle for ``lock_seconds`` of real
time, also when the farm's own time stands still.
"""

import asyncio
import secrets
from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from wattledger.simulate.kind import Kind, Meter, RecipeJson, credentials
from wattledger.simulate.page import FIGURES, figures_table, page
from wattledger.simulate.session import is_login, posted, with_cookie
from wattledger.simulate.spec import MeterSpec

_COOKIE = "C0"
_FORM = """<form name="frmLogin" action="/Forms/login1" method="post">
<p>User Name <input type="text" name="login_username" id="login_username"></p>
<p>Password <input type="password" name="login_password" id="login_password"></p>
<input type="hidden" name="prefLanguage" value="00000000">
<p><input type="submit" name="submit" value="Log On"></p>
</form>"""
_BUSY = """<p class="error">Someone is currently logged into the Management Web Server.
Please try again later.</p>"""
_MENU = (
    '<nav><a href="/rPDUmeter.htm">Meter</a> <a href="/logout.htm" id="logoff">Log Off</a></nav>'
)


def _recipe(spec: MeterSpec) -> RecipeJson:
    return {
        "authType": "form",
        "authConfig": {
            **credentials(spec),
            "loginUrl": "/logon.htm",
            "usernameField": "#login_username",
            "passwordField": "#login_password",
            "submitSelector": "input[type=submit]",
            "loggedInWhen": "#logoff",
            "logoutUrl": "/logout.htm",
        },
        "scrapingConfig": {"steps": [{"action": "navigate", "url": "/rPDUmeter.htm"}], **FIGURES},
    }


class _Card:
    """The card and its only session."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self._session: str | None = None
        self._locked_until = 0.0

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    def _is_taken(self) -> bool:
        return self._session is not None and self._now() < self._locked_until

    def _is_inside(self, request: Request) -> bool:
        """Tell whether a request belongs to the session, which it then keeps alive."""
        inside = self._is_taken() and request.cookies.get(_COOKIE) == self._session
        if inside:
            self._locked_until = self._now() + self._meter.spec.lock_seconds
        return inside

    def _show(self, body: str) -> Response:
        return HTMLResponse(page(self._meter, body))

    async def ask(self, _request: Request) -> Response:
        """Show the login form."""
        return self._show(_FORM)

    async def enter(self, request: Request) -> Response:
        """Open the session, unless somebody has it."""
        fields = await posted(request)
        if self._is_taken():
            return self._show(_BUSY)
        spec = self._meter.spec
        if not is_login(spec, fields.get("login_username"), fields.get("login_password")):
            return self._show(f"{_FORM}<p>The user name or password is not valid.</p>")
        self._session = secrets.token_hex(16)
        self._locked_until = self._now() + spec.lock_seconds
        return with_cookie(RedirectResponse("/home.htm", 303), _COOKIE, self._session)

    async def leave(self, request: Request) -> Response:
        """Free the card for the next one."""
        if not self._is_inside(request):
            return RedirectResponse("/logon.htm", 303)
        self._session = None
        return self._show('<p>You are now logged off.</p><a href="/logon.htm">Log On</a>')

    async def home(self, request: Request) -> Response:
        """Show the first page of the session."""
        if not self._is_inside(request):
            return RedirectResponse("/logon.htm", 303)
        return self._show(f"{_MENU}<p>No alarms present.</p>")

    async def figures(self, request: Request) -> Response:
        """Show the figures to the session."""
        if not self._is_inside(request):
            return RedirectResponse("/logon.htm", 303)
        return self._show(_MENU + figures_table(self._meter.face()))


def _pages(meter: Meter) -> Sequence[Route]:
    card = _Card(meter)
    return [
        Route("/", card.home),
        Route("/logon.htm", card.ask),
        Route("/Forms/login1", card.enter, methods=["POST"]),
        Route("/home.htm", card.home),
        Route("/rPDUmeter.htm", card.figures),
        Route("/logout.htm", card.leave),
    ]


ONE_SESSION = Kind("one-session", "one web session at a time, then locked", _recipe, _pages)
