"""Routes that refuse parameters they do not take: a misspelt filter must not show everything."""

from collections.abc import Callable, Coroutine, Iterable, Iterator
from difflib import get_close_matches
from itertools import islice
from typing import Any

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

_TOLD = 3
_LONGEST = 40
"""A longer name is no misspelt one. To compare thousands of them would keep all others waiting."""


class StrictRoute(APIRoute):
    """A route of the API; it takes the parameters that the document names, and no others."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers a request; RequestValidationError for an unknown parameter."""
        handle = super().get_route_handler()
        taken = frozenset(_parameters(self.dependant))

        async def check(request: Request) -> Response:
            names = (name for name in request.query_params if name not in taken)
            if unknown := list(islice(names, _TOLD)):
                raise RequestValidationError([_problem(name, taken) for name in unknown])
            return await handle(request)

        return check


def _parameters(dependant: Dependant) -> Iterator[str]:
    for each in dependant.query_params:
        yield each.alias
    for other in dependant.dependencies:
        yield from _parameters(other)


def _problem(name: str, taken: Iterable[str]) -> dict[str, Any]:
    return {"type": "unknown", "loc": ("query", name), "msg": _advice(name, taken)}


def _advice(name: str, taken: Iterable[str]) -> str:
    """Return what to send instead of a parameter that is not known.

    >>> _advice("clinet", ["client", "limit"])
    'is not a parameter of this address; do you mean client?'
    >>> _advice("x", ["limit", "client"])
    'is not a parameter of this address; it takes client, limit'
    >>> _advice("x", [])
    'is not a parameter of this address; it takes none'
    """
    close = get_close_matches(name, taken, n=1) if len(name) <= _LONGEST else []
    names = ", ".join(sorted(taken)) or "none"
    instead = f"do you mean {close[0]}?" if close else f"it takes {names}"
    return f"is not a parameter of this address; {instead}"
