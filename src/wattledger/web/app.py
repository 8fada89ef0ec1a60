"""The application: routes, what stands around them, and the document that describes them."""

from fastapi import FastAPI

from wattledger.services.system import System
from wattledger.version import __version__
from wattledger.web.access import Access
from wattledger.web.api import add_api
from wattledger.web.body_limit import BodyLimit
from wattledger.web.docs import serve_docs
from wattledger.web.errors import answer_errors
from wattledger.web.health import health
from wattledger.web.live.feed import keep_feed
from wattledger.web.metrics import metrics
from wattledger.web.openapi import DocumentedApi
from wattledger.web.permissions import route_permissions
from wattledger.web.repeated import Repeated
from wattledger.web.repeated_routes import RepeatedRoutes
from wattledger.web.resource import operation_id
from wattledger.web.security import Guard
from wattledger.web.security_headers import SecurityHeaders
from wattledger.web.system import keep_system
from wattledger.web.web_application import serve_web_application

_DESCRIPTION = """\
Reads power meters and keeps an exact ledger of their energy.

Every call takes `Authorization: Bearer TOKEN`, or the cookie of who signed in; `wattledger token
create NAME` makes a token.
Answers are `{"success": true, "data": ...}`, errors
`{"success": false, "error": {"code", "message", "fields"}}`. Energy is in kWh, power in W, voltage
in V, current in A, as exact numbers; **a missing number is null, never 0**. Lists come in pages:
send `nextCursor` of one page as `cursor` to get the next.

What was written before you ask is in the answer. Where nothing was written since, a page that many
look at may be the answer of up to 0.25 s ago: of that age is then what time alone changes, as the
status of an endpoint that falls silent.
"""
_TAGS = [
    {"name": "endpoints", "description": "The devices that are polled."},
    {"name": "consumption", "description": "What the meters showed, and the energy it means."},
    {"name": "meters", "description": "Their registers, readings, and what people declared."},
    {"name": "evidence", "description": "What a reading rests on: attempts, devices' answers."},
    {"name": "alerts", "description": "What somebody should look at."},
    {"name": "channels", "description": "Whom alerts are told, by mail, chat or webhook."},
    {"name": "clients", "description": "Whose energy it is."},
    {"name": "sites", "description": "Where endpoints stand, and when days begin there."},
    {"name": "assignments", "description": "Which client a meter serves, and when."},
    {"name": "tariffs", "description": "What energy and power cost, by date."},
    {"name": "reports", "description": "Months, their close, statements and what proves them."},
    {"name": "session", "description": "Signing in and out, and who one is."},
    {"name": "users", "description": "Who may sign in, and as what."},
    {"name": "tokens", "description": "With which programs call."},
    {"name": "audit", "description": "Who did what, and when."},
    {"name": "jobs", "description": "What runs when, with which config."},
    {"name": "runs", "description": "How jobs went: progress, endpoints, log."},
    {"name": "modules", "description": "What jobs can run."},
    {"name": "imports", "description": "Lists of endpoints and readings, as files."},
    {"name": "operation", "description": "Watching the server itself."},
]


def create_app(system: System) -> FastAPI:
    """Return the web application on a running system."""
    app = DocumentedApi(
        title="Wattledger",
        version=__version__,
        description=_DESCRIPTION,
        openapi_tags=_TAGS,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=operation_id,
    )
    keep_system(app, system)
    keep_feed(app, system)
    answer_errors(app)
    add_api(app)
    app.include_router(health(system))
    app.include_router(metrics(system))
    route_permissions(app)  # refuses to start where a route does not say who may call it
    repeated = RepeatedRoutes(app)  # refuses where an answer depends on what its key leaves out
    serve_docs(app)
    serve_web_application(app)
    # The last one added is the outermost.
    app.add_middleware(BodyLimit)
    app.add_middleware(Repeated, routes=repeated, system=system)
    app.add_middleware(Guard, system=system)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Access, metrics=system.metrics)
    return app
