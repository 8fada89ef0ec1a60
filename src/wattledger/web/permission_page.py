"""The page docs/reference/permissions.md: which role may call which route."""

from collections.abc import Iterator

from fastapi import FastAPI
from fastapi.routing import RouteContext, iter_route_contexts

from wattledger.domain.permission import MEANING, Permission, Role
from wattledger.web.permissions import RoutePermission, route_permissions

_ROLES = (Role.CLIENT, Role.VIEWER, Role.OPERATOR, Role.ADMIN)
_HEAD = """\
# Permissions

Every route needs one permission; what a role does not have is refused with 403, and without an
account there is 401. Made from the routes themselves by `make docs`; a test calls every route as
everybody and holds the answers to this page.

"own" means: of one client alone, and everything else is as if it were not there (404). Who has a
client, whatever its role, is limited like the role *client*. What is a client's own, of meters that
are shared or that moved, stands in
[decision 19](../decisions/0019-a-client-sees-its-time-of-a-meter.md).

## What the permissions let one do

| permission | to | roles |
|---|---|---|
"""
_TABLE = """
## Who may call what

| route | needs | no account | client | viewer | operator | admin |
|---|---|---|---|---|---|---|
"""


_CHECK_THEMSELVES = (RoutePermission("GET", "/metrics", Permission.SEE_ALL),)
"""Routes beside the API that check a token by themselves."""


def permissions_reference(app: FastAPI) -> str:
    """Return the page."""
    return _HEAD + "".join(_permissions()) + _TABLE + "".join(_rows(app))


def _permissions() -> Iterator[str]:
    for permission in Permission:
        roles = ", ".join(role for role in _ROLES if permission in role.permissions)
        yield f"| `{permission}` | {MEANING[permission]} | {roles} |\n"


def _rows(app: FastAPI) -> Iterator[str]:
    for method, path in open_routes(app):
        yield f"| `{method} {path}` | nothing | yes | yes | yes | yes | yes |\n"
    for each in guarded_routes(app):
        cells = " | ".join(_cell(each.permission, role) for role in _ROLES)
        yield f"| `{each.method} {each.path}` | `{each.permission}` | no | {cells} |\n"


def _cell(permission: Permission, role: Role) -> str:
    if permission not in role.permissions:
        return "no"
    return "own" if role is Role.CLIENT else "yes"


def guarded_routes(app: FastAPI) -> list[RoutePermission]:
    """Return the routes that need an account, and the permission each needs, by path."""
    there = _all(app)
    beside = (each for each in _CHECK_THEMSELVES if (each.method, each.path) in there)
    return [*beside, *route_permissions(app)]


def open_routes(app: FastAPI) -> list[tuple[str, str]]:
    """Return the routes that need no account, by path: they show nothing of anybody."""
    guarded = {(each.method, each.path) for each in guarded_routes(app)}
    return sorted(_all(app) - guarded, key=lambda each: (each[1], each[0]))


def _all(app: FastAPI) -> set[tuple[str, str]]:
    return {each for route in iter_route_contexts(app.routes) for each in _methods(route)}


def _methods(route: RouteContext) -> Iterator[tuple[str, str]]:
    path = route.path or "/"
    if route.methods is None:
        yield "GET", f"{path}/{{file}}"
    for method in route.methods or ():
        if method != "HEAD":
            yield method, path
