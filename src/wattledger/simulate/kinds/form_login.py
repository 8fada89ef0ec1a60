"""A login form with a one-time token against forgery, then a session cookie."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from wattledger.simulate.kind import Kind, Meter, RecipeJson, credentials
from wattledger.simulate.page import FIGURES, figures_table, page
from wattledger.simulate.session import Tickets, is_login, posted, with_cookie
from wattledger.simulate.spec import MeterSpec

_COOKIE = "PDUSESSION"
_FORM = """<form id="login" action="/login" method="post">
<input type="hidden" name="csrf_token" value="{token}">
<p><label>User <input id="username" name="user" type="text" autocomplete="off"></label></p>
<p><label>Password <input id="password" name="pass" type="password"></label></p>
<p><button type="submit" name="action" value="login">Log on</button></p>
</form>"""
_MENU = '<nav><a href="/energy">Energy</a> <a id="logout" href="/logout">Log off</a></nav>'


def _recipe(spec: MeterSpec) -> RecipeJson:
    return {
        "authType": "form",
        "authConfig": {
            **credentials(spec),
            "loginUrl": "/login",
            "usernameField": "#username",
            "passwordField": "#password",
            "submitSelector": "#login button",
            "loggedInWhen": "#logout",
            "logoutUrl": "/logout",
        },
        "scrapingConfig": {"steps": [{"action": "navigate", "url": "/energy"}], **FIGURES},
    }


class _Site:
    """The pages before and behind the login."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self._tokens = Tickets()
        self._sessions = Tickets()

    def _is_inside(self, request: Request) -> bool:
        return self._sessions.knows(request.cookies.get(_COOKIE))

    def _form(self, notice: str = "", status: int = 200) -> Response:
        form = _FORM.format(token=self._tokens.issue())
        return HTMLResponse(page(self._meter, f'<p class="notice">{notice}</p>{form}'), status)

    async def ask(self, _request: Request) -> Response:
        """Show the login form."""
        return self._form()

    async def enter(self, request: Request) -> Response:
        """Check what was posted."""
        fields = await posted(request)
        if not self._tokens.spend(fields.get("csrf_token")):
            return self._form("The form has expired. Please log on again.", 403)
        if fields.get("action") != "login":
            return self._form("Unknown action.", 400)
        if not is_login(self._meter.spec, fields.get("user"), fields.get("pass")):
            return self._form("Invalid user name or password.")
        return with_cookie(RedirectResponse("/", 303), _COOKIE, self._sessions.issue())

    async def leave(self, request: Request) -> Response:
        """End the session."""
        self._sessions.spend(request.cookies.get(_COOKIE))
        return RedirectResponse("/login", 303)

    async def home(self, request: Request) -> Response:
        """Show what comes after the login; it has no energy yet."""
        if not self._is_inside(request):
            return RedirectResponse("/login", 303)
        return HTMLResponse(page(self._meter, f"{_MENU}<p>Device status: normal.</p>"))

    async def energy(self, request: Request) -> Response:
        """Show the figures."""
        if not self._is_inside(request):
            return RedirectResponse("/login", 303)
        return HTMLResponse(page(self._meter, _MENU + figures_table(self._meter.face())))


def _pages(meter: Meter) -> Sequence[Route]:
    site = _Site(meter)
    return [
        Route("/", site.home),
        Route("/login", site.ask),
        Route("/login", site.enter, methods=["POST"]),
        Route("/logout", site.leave),
        Route("/energy", site.energy),
    ]


FORM_LOGIN = Kind("form-login", "a login form with a CSRF token, then a cookie", _recipe, _pages)
