"""The routes whose answers may be given again within a moment: what many look at, again and again.

All others work out each answer anew: those that write or record a look, that stream, send files,
or show evidence, secrets and what is the caller's own.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import RouteContext, iter_route_contexts
from starlette.routing import compile_path

from wattledger.web.live.feed import feed_of
from wattledger.web.permit import Needs
from wattledger.web.recording import ListLook
from wattledger.web.system import caller_of, session_of, system_of
from wattledger.web.view import client_of, view_of

_CONSUMPTION = "/api/v1/consumption"
_METER = "/api/v1/meters/{meter}"

REPEATED_ROUTES = (
    f"{_CONSUMPTION}/history",
    f"{_CONSUMPTION}/live",
    f"{_CONSUMPTION}/monthly/{{endpoint}}",
    f"{_CONSUMPTION}/readings",
    f"{_CONSUMPTION}/summary",
    f"{_CONSUMPTION}/trend",
    "/api/v1/assignments",
    "/api/v1/assignments/{assignment}",
    "/api/v1/clients",
    "/api/v1/clients/{client}",
    "/api/v1/endpoints",
    "/api/v1/jobs",
    "/api/v1/jobs/{job}",
    "/api/v1/jobs/{job}/runs",
    "/api/v1/meters",
    _METER,
    f"{_METER}/demand",
    f"{_METER}/energy",
    f"{_METER}/events",
    f"{_METER}/readings",
    "/api/v1/runs",
    "/api/v1/runs/{run}",
    "/api/v1/runs/{run}/endpoints",
    "/api/v1/runs/{run}/log",
    "/api/v1/sites",
    "/api/v1/sites/{site}",
    "/api/v1/statements",
    "/api/v1/tariffs",
    "/api/v1/tariffs/{tariff}",
)

HEADERS = frozenset({b"accept-encoding", b"if-none-match"})
"""All headers of a request that answers of these routes depend on, beside who calls."""

_OF_VIEW = {view_of, client_of}
"""They tell a route whose part it shows, and nothing else of who calls."""

_OF_PERSON = {caller_of, session_of}
_OF_NOBODY = {system_of, feed_of}


@dataclass(frozen=True, slots=True)
class RepeatedRoute:
    """A route whose answers may be given again.

    One that ``is_personal`` asks who calls, not only what the caller may see; one that ``is_live``
    shows what is kept beside the database.
    """

    path: str
    is_personal: bool
    is_live: bool


class RepeatedRoutes:
    """Finds the route whose answers may be given again, by the path of a request."""

    def __init__(self, app: FastAPI) -> None:
        contexts = {
            route.path: route
            for route in iter_route_contexts(app.routes)
            if route.path in REPEATED_ROUTES and "GET" in (route.methods or ())
        }
        self._routes = [_route(path, contexts.get(path)) for path in REPEATED_ROUTES]
        self._fitting = re.compile("|".join(f"({_pattern(path)})" for path in REPEATED_ROUTES))

    def fitting(self, path: str) -> RepeatedRoute | None:
        """Return a route that a path fits; whether another one was meant is known in the end."""
        found = self._fitting.fullmatch(path)
        if found is None or found.lastindex is None:
            return None
        return self._routes[found.lastindex - 1]


def _pattern(path: str) -> str:
    pattern = compile_path(path)[0].pattern.strip("^$")
    return re.sub(r"\?P<\w+>", "?:", pattern)


def _route(path: str, route: RouteContext | None) -> RepeatedRoute:
    """Return a route; RuntimeError where its answers depend on what their key does not hold."""
    if route is None:
        raise RuntimeError(f"{path} is not there; take it out of web/repeated_routes.py.")
    calls = list(_calls(route.dependant))
    unknown = [each for each in calls if not _is_known(each)]
    if unknown or not _takes_known_headers(route.dependant):
        raise RuntimeError(
            f"{path} depends on more than its address and what its caller may see ({unknown}); "
            "take it out of web/repeated_routes.py, or teach its key what that is."
        )
    return RepeatedRoute(path, is_personal=any(map(_is_of_person, calls)), is_live=feed_of in calls)


def _calls(dependant: Dependant) -> Iterator[Any]:
    """Yield what a route is given by, down to what tells only whose part it shows."""
    for each in dependant.dependencies:
        yield each.call
        if each.call not in _OF_VIEW:
            yield from _calls(each)


def _is_known(call: object) -> bool:
    return isinstance(call, Needs) or _is_of_person(call) or call in _OF_VIEW | _OF_NOBODY


def _is_of_person(call: object) -> bool:
    """Tell whether it asks who calls. That somebody looked was recorded with the first answer."""
    return isinstance(call, ListLook) or call in _OF_PERSON


def _takes_known_headers(dependant: Dependant) -> bool:
    """Tell whether a route is given nothing of the request itself but the headers of its key."""
    headers = {each.alias.lower().encode() for each in dependant.header_params}
    taken = headers <= HEADERS and not dependant.cookie_params
    return taken and dependant.request_param_name is None
