"""``/docs``: Swagger UI from our own server, without a request to anybody else."""

from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter, FastAPI, Response
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

# Of this package only its copy of Swagger UI is used, which knows OpenAPI 3.1.
_SWAGGER_UI = "fastapi_offline"
_STATIC = Path(str(files("wattledger.web"))) / "static"

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)

_pages = APIRouter(include_in_schema=False)


def serve_docs(app: FastAPI) -> None:
    """Serve the page at /docs."""
    app.include_router(_pages)
    app.mount("/docs/swagger-ui", StaticFiles(packages=[(_SWAGGER_UI, "static")]))
    app.mount("/docs", StaticFiles(directory=_STATIC))


@_pages.get("/docs")
async def docs() -> Response:
    """Show the API and try it."""
    return FileResponse(_STATIC / "docs.html", headers={"Content-Security-Policy": _POLICY})
