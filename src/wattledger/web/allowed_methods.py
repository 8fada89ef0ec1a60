"""Which methods an address takes: all of them, not those of the first route that fits it."""

from fastapi import Request
from fastapi.routing import iter_route_contexts
from starlette.routing import compile_path


def allowed_methods(request: Request) -> str:
    """Return the methods that the address of a request takes, as the header ``Allow`` has them.

    A path that stands in the document as it is comes before those it would fit with a parameter.
    """
    path: str = request.scope["path"]
    fitting = [
        (route.path, route.methods)
        for route in iter_route_contexts(request.app.routes)
        if route.methods and compile_path(route.path or "")[0].match(path)
    ]
    exact = [each for each in fitting if each[0] == path]
    return ", ".join(sorted({method for _, methods in exact or fitting for method in methods}))
