"""Which route needs which permission: one source for the check, the documentation and the tests."""

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import RouteContext, iter_route_contexts

from wattledger.domain.permission import Permission
from wattledger.web.open_routes import OPEN_ROUTES
from wattledger.web.permit import needed
from wattledger.web.system import caller_of, session_of
from wattledger.web.view import client_of, view_of

_GUARDED = "/api"
_SCOPES = {view_of, client_of, caller_of, session_of}
"""What a route open to clients must take, so that it can tell what is theirs."""


@dataclass(frozen=True, slots=True)
class RoutePermission:
    """A route and the permission it needs."""

    method: str
    path: str
    permission: Permission


def route_permissions(app: FastAPI) -> list[RoutePermission]:
    """Return the routes of the API by path; RuntimeError where one does not say what it needs.

    So does a route that clients may call and that does not ask whose it shows. Those that need no
    account stand in web/open_routes.py instead.
    """
    found = (each for route in iter_route_contexts(app.routes) for each in _permissions(route))
    return sorted(found, key=lambda each: (each.path, each.method))


def _permissions(route: RouteContext) -> Iterator[RoutePermission]:
    path = route.path or ""
    methods = [each for each in route.methods or () if (each, path) not in OPEN_ROUTES]
    if not path.startswith(_GUARDED) or not methods:
        return
    permissions = needed(getattr(route, "dependencies", ()))
    if len(permissions) != 1:
        raise RuntimeError(f"{path} names {len(permissions)} permissions; it must name one.")
    if permissions[0] is Permission.SEE_OWN and not _takes_scope(route.dependant):
        raise RuntimeError(
            f"{path} is open to clients and takes neither TheView nor TheCaller; it must hand on "
            "what the caller may see, or need another permission."
        )
    for method in methods:
        yield RoutePermission(method, path, permissions[0])


def _takes_scope(dependant: Dependant) -> bool:
    return any(each.call in _SCOPES or _takes_scope(each) for each in dependant.dependencies)
