"""A page drawn wholly by JavaScript: the login form, and after it the figures."""

import json
from collections.abc import Sequence
from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from wattledger.simulate.kind import Kind, Meter, RecipeJson, credentials
from wattledger.simulate.session import Tickets, is_login, with_cookie
from wattledger.simulate.spec import MeterSpec

_COOKIE = "sid"
_SHELL = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>{name}</title></head>
<body><div id="app"></div><script src="/app.js"></script></body></html>"""

_APP = """"use strict";
const app = document.getElementById("app");

function make(tag, attributes, parent) {
  const element = Object.assign(document.createElement(tag), attributes);
  (parent || app).append(element);
  return element;
}

function drawLogin(notice) {
  app.replaceChildren();
  const form = make("form", {id: "sign-in"});
  make("p", {className: "notice", textContent: notice || ""}, form);
  const user = make("input", {id: "user", type: "text"}, form);
  const secret = make("input", {id: "secret", type: "password"}, form);
  make("button", {id: "sign-in-button", textContent: "Sign in"}, form);
  form.addEventListener("submit", async function (event) {
    event.preventDefault();
    const answer = await fetch("/api/session", {
      method: "POST",
      headers: {"content-type": "application/json"},
      body: JSON.stringify({user: user.value, secret: secret.value}),
    });
    if (answer.ok) { draw(); } else { drawLogin("Wrong user name or password."); }
  });
}

function drawFigures(figures) {
  app.replaceChildren();
  make("button", {id: "sign-out", textContent: "Sign out"}).addEventListener("click", async () => {
    await fetch("/api/sign-out");
    drawLogin();
  });
  for (const [id, text] of Object.entries(figures)) {
    const card = make("section", {className: "card"});
    make("h3", {textContent: id.replace("-", " ")}, card);
    make("output", {id: id, textContent: text}, card);
  }
}

async function draw() {
  const answer = await fetch("/api/figures");
  if (answer.ok) { drawFigures(await answer.json()); } else { drawLogin(); }
}

draw();
"""


def _recipe(spec: MeterSpec) -> RecipeJson:
    return {
        "authType": "form",
        "authConfig": {
            **credentials(spec),
            "loginUrl": "/",
            "usernameField": "#user",
            "passwordField": "#secret",
            "submitSelector": "#sign-in-button",
            "loggedInWhen": "#sign-out",
            "logoutUrl": "/api/sign-out",
        },
        "scrapingConfig": {
            "valueSelector": "#energy-total",
            "valuePattern": "([0-9.]+)\\s*kWh",
            "fields": {"power": {"selector": "#power-now"}, "voltage": {"selector": "#voltage"}},
        },
    }


class _Site:
    """An empty page, a script, and the three calls the script makes."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self._sessions = Tickets()

    async def shell(self, _request: Request) -> Response:
        """Serve the page: nothing but the script's name."""
        return HTMLResponse(_SHELL.replace("{name}", escape(self._meter.spec.name)))

    async def script(self, _request: Request) -> Response:
        """Serve the script that draws everything."""
        return Response(_APP, media_type="text/javascript")

    async def sign_in(self, request: Request) -> Response:
        """Open a session."""
        try:
            sent = json.loads(await request.body())
        except ValueError:
            return JSONResponse({"error": "no JSON"}, 400)
        if not isinstance(sent, dict):
            return JSONResponse({"error": "no object"}, 400)
        if not is_login(self._meter.spec, sent.get("user"), sent.get("secret")):
            return JSONResponse({"error": "credentials"}, 401)
        return with_cookie(JSONResponse({"ok": True}), _COOKIE, self._sessions.issue())

    async def sign_out(self, request: Request) -> Response:
        """Close the session."""
        self._sessions.spend(request.cookies.get(_COOKIE))
        return RedirectResponse("/", 303)

    async def figures(self, request: Request) -> Response:
        """Serve the figures to a session."""
        if not self._sessions.knows(request.cookies.get(_COOKIE)):
            return JSONResponse({"error": "session"}, 401)
        face = self._meter.face()
        return JSONResponse(
            {
                "power-now": f"{face.watts} W",
                "voltage": f"{face.volts} V",
                "energy-today": f"{face.today_kwh} kWh",
                "energy-total": f"{face.kwh} kWh",
            }
        )


def _pages(meter: Meter) -> Sequence[Route]:
    site = _Site(meter)
    return [
        Route("/", site.shell),
        Route("/app.js", site.script),
        Route("/api/session", site.sign_in, methods=["POST"]),
        Route("/api/sign-out", site.sign_out),
        Route("/api/figures", site.figures),
    ]


SCRIPT_LOGIN = Kind(
    "script-login", "login and figures drawn by JavaScript", _recipe, _pages, needs_browser=True
)
