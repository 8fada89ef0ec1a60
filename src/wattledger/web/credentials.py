"""With what one may call, for the OpenAPI document; who may is checked elsewhere.

Not as dependencies of the routes: each would be worked out again with every request.
"""

from typing import Any

from wattledger.web.open_routes import OPEN_ROUTES
from wattledger.web.session_cookie import COOKIE, CSRF_HEADER

_GUARDED = "/api/"
_ONLY_TOKEN = ("GET", "/metrics")
_SCHEMES = {
    "token": {
        "type": "http",
        "description": "Make one: `wattledger token create`.",
        "scheme": "bearer",
    },
    "session": {
        "type": "apiKey",
        "description": f"Set by signing in. What is not a GET also takes the header {CSRF_HEADER} "
        "with the `csrfToken` of GET /api/v1/session.",
        "in": "cookie",
        "name": COOKIE,
    },
}


def describe_credentials(document: dict[str, Any]) -> None:
    """Say in a document of the API with what each of its operations may be called."""
    document["components"]["securitySchemes"] = _SCHEMES
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            taken = _taken(method.upper(), path)
            if taken:
                operation["security"] = [{name: []} for name in taken]


def _taken(method: str, path: str) -> list[str]:
    if (method, path) == _ONLY_TOKEN:
        return ["token"]
    is_guarded = path.startswith(_GUARDED) and (method, path) not in OPEN_ROUTES
    return list(_SCHEMES) if is_guarded else []
