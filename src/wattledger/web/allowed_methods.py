"""Which methods an address takes: all of them, not those of the first route that fits it."""

from fastapi import Request
from fastapi.routing import iter_route_contexts
from starlette.routing import compile_path


def allowed_methods(request: Request) -> str:
    """Return the methods that the address of a request takes, as the header ``Allow`` has them."""
    path: str = request.scope["path"]
    methods = {
        method
        for route in iter_route_contexts(request.app.routes)
        if route.methods and compile_path(route.path or "")[0].match(path)
        for method in route.methods
    }
    return ", ".join(sorted(methods))
