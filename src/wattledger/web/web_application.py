"""The web application: its page at every address that is nothing else, and its built files.

The page is one; which of the application's own pages it shows, the browser tells by the address.
Built files carry a hash in their names and may be kept for ever; each is also there as brotli.
"""

import re
import secrets
from functools import cache
from http import HTTPStatus
from pathlib import Path

from fastapi import FastAPI
from servestatic import ServeStaticASGI
from servestatic.responders import StaticFile
from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

DIST = Path(__file__).parent / "dist"

_PAGE = "index.html"
_OTHERS = re.compile(r"/(api|docs|assets|healthz|readyz|metrics|openapi\.json)(/|$)")
_HASHED = re.compile(r"^/assets/.+-[A-Za-z0-9_-]{8}\.\w+$")
_NONCE = "%NONCE%"

_NOT_BUILT = """\
<!doctype html><html lang="en"><meta charset="utf-8"><title>Wattledger</title>
<h1>The web application is not built</h1>
<p>In the folder of the sources run <code>make web</code>, then start the server again.
The API works meanwhile; its documentation is at <a href="/docs">/docs</a>.</p></html>
"""


def serve_web_application(app: FastAPI, dist: Path = DIST) -> None:
    """Answer what no route answers: with a built file, with the page, else as before."""
    page = dist / _PAGE
    text = page.read_text(encoding="utf-8") if page.is_file() else None
    pages = _Pages(app.router.default, text)
    app.router.default = pages if text is None else _files(pages, dist)


def _files(pages: ASGIApp, dist: Path) -> ASGIApp:
    files = ServeStaticASGI(pages, prefix="/")
    files.files |= _built(dist)
    served: ASGIApp = files
    return served


@cache
def _built(dist: Path) -> dict[str, StaticFile]:
    """Return the built files by address; a process looks for them once."""
    found: dict[str, StaticFile] = ServeStaticASGI(
        None,
        root=dist,
        prefix="/",
        max_age=0,
        allow_all_origins=False,
        immutable_file_test=lambda _path, url: _HASHED.match(url) is not None,
    ).files
    # The page itself is not a file like others: each time it is given a nonce of its own.
    found.pop(f"/{_PAGE}", None)
    return found


class _Pages:
    """The page, for a browser that asks for one; everything else is somebody else's."""

    def __init__(self, otherwise: ASGIApp, text: str | None) -> None:
        self._otherwise = otherwise
        self._text = text

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request that no route and no file answered."""
        answer = self._page() if _asks_for_page(scope) else self._otherwise
        await answer(scope, receive, send)

    def _page(self) -> Response:
        if self._text is None:
            return HTMLResponse(_NOT_BUILT, HTTPStatus.SERVICE_UNAVAILABLE)
        nonce = secrets.token_urlsafe(16)
        return HTMLResponse(
            self._text.replace(_NONCE, nonce),
            headers={"Content-Security-Policy": _policy(nonce), "Cache-Control": "no-store"},
        )


def _asks_for_page(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
        return False
    accept = Headers(scope=scope).get("accept", "*/*")
    return not _OTHERS.match(scope["path"]) and ("text/html" in accept or "*/*" in accept)


def _policy(nonce: str) -> str:
    """Return what the page may do: nothing from elsewhere, no script or style written into it.

    Styles that the component library makes at run time carry the nonce. Pictures of devices come
    from the API as data.
    """
    return (
        f"default-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data: blob:; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
