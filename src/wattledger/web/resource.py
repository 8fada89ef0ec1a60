"""A resource of the API: its routes with the permission each needs and the errors all can give."""

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any, TypeAlias

from fastapi import APIRouter, params
from fastapi.routing import APIRoute
from pydantic.alias_generators import to_camel

from wattledger.domain.permission import Permission
from wattledger.web.errors import documented
from wattledger.web.permit import needed, needs
from wattledger.web.recording import recorded
from wattledger.web.strict_route import StrictRoute

PREFIX = "/api/v1"

_Errors: TypeAlias = Sequence[HTTPStatus]
_READING = frozenset({"GET"})
_EVERYWHERE = (
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.SERVICE_UNAVAILABLE,
)


class Resource(APIRouter):
    """The routes of a resource: ``read`` is what GET needs, ``write`` what the others need.

    ``errors`` are what all its routes can answer beside the errors of every route.

    A route that needs something else says so with ``dependencies=[needs(...)]``. What the others
    change is recorded in the audit log, as done to the ``kind`` that the prefix ends with.
    """

    def __init__(
        self, prefix: str, tag: str, *, read: Permission, write: Permission, errors: _Errors = ()
    ) -> None:
        responses = documented(*_EVERYWHERE, *errors)
        super().__init__(
            prefix=f"{PREFIX}{prefix}",
            tags=[tag],
            responses=responses,
            generate_unique_id_function=operation_id,
            route_class=StrictRoute,
        )
        self._read = read
        self._write = write
        self._kind = _kind(prefix)

    def add_api_route(
        self,
        path: str,
        endpoint: Callable[..., Any],
        *,
        methods: set[str] | list[str] | None = None,
        dependencies: Sequence[params.Depends] | None = None,
        **options: Any,  # noqa: ANN401 - FastAPI's
    ) -> None:
        """Add a route with the permission it needs."""
        reads = _READING.issuperset(methods or ())
        checks = list(dependencies or ())
        if not needed(checks):
            checks.insert(0, needs(self._read if reads else self._write))
        if not reads:
            checks.append(recorded(self._kind))
        super().add_api_route(path, endpoint, methods=methods, dependencies=checks, **options)


def operation_id(route: APIRoute) -> str:
    """Return the name of a route in the document."""
    return to_camel("_".join([*map(str, route.tags), route.name]))


def _kind(prefix: str) -> str:
    """Return what a resource is of, in the singular.

    >>> _kind("/meters/{meter}/events")
    'event'
    """
    words = [word for word in prefix.split("/") if word and not word.startswith("{")]
    return words[-1].removesuffix("s")
