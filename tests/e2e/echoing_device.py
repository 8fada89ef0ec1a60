"""A device that tells everybody the password it was sent: in pages, headers, redirects, JSON."""

import base64
import html
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, quote, quote_plus, urlsplit

COOKIE = "MkrCookie8c1f0e77a9d24b"
FORM = """<html><body><form method=post action=/login><input name=user><input name=pw type=password>
<input type=submit></form></body></html>"""


SHOWN = """<html><body><p id=say></p><form id=f><input name=user><input name=pw size=90>
<input type=submit></form><script>document.getElementById("f").onsubmit = event => {
event.preventDefault(); fetch("/error"); document.getElementById("say").textContent = "No.";
};</script></body></html>"""
"""A form that shows what is typed as its password, and stays there with it."""


class _Pages(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer a page; what it echoes came by basic login, cookie or query."""
        path, query = urlsplit(self.path).path, dict(parse_qsl(urlsplit(self.path).query))
        sent = self._basic() or query.get("pw") or ""
        if path == "/form":
            self._send(FORM)
        elif path == "/shown":
            self._send(SHOWN)
        elif path in ("/basic", "/wrong", "/error", "/json", "/redirect") and not sent:
            self._send("Who?", 401, {"WWW-Authenticate": 'Basic realm="echo"'})
        elif path == "/json":
            self._send(json.dumps({"pw": sent, "kind": "echo"}), kind="application/json")
        elif path == "/redirect":
            self._send("", 302, {"Location": f"/home?pw={quote(sent, safe='')}"})
        else:
            self._send(self._page(path, sent), 500 if path == "/error" else 200, self._echo(sent))

    def do_POST(self) -> None:
        """Take a login and lead on, with the password in the address."""
        length = int(self.headers.get("Content-Length", 0))
        sent = dict(parse_qsl(self.rfile.read(length).decode())).get("pw", "")
        where = {"Location": f"/home?pw={quote_plus(sent)}", "Set-Cookie": f"sid={COOKIE}"}
        self._send("", 302, where | self._echo(sent))

    def _basic(self) -> str:
        scheme, _, encoded = self.headers.get("Authorization", "").partition(" ")
        if scheme != "Basic":
            return ""
        return base64.b64decode(encoded).decode().partition(":")[2]

    def _echo(self, sent: str) -> dict[str, str]:
        return {"X-Your-Password": quote(sent), "Server": f"echo {quote(sent)}"}

    def _page(self, path: str, sent: str) -> str:
        """Return a page with the password in every spelling a device could think of."""
        login = self.headers.get("Authorization", "none")
        value = "<b id=kwh>12543.5 kWh</b>" if path == "/basic" else ""
        return f"""<html><head><title>{html.escape(sent)}</title></head><body>{value}
        <p id=pw>{html.escape(sent)}</p><input value="{html.escape(sent)}">
        <a href="/x?pw={quote(sent, safe="")}&again={quote_plus(sent)}">link</a>
        <pre>{html.escape(login)}</pre><script>var pw = {json.dumps(sent)};</script>
        <!-- {base64.b64encode(sent.encode()).decode()} --></body></html>"""

    def _send(
        self,
        text: str,
        status: int = 200,
        headers: dict[str, str] | None = None,
        kind: str = "text/html",
    ) -> None:
        body = text.encode()
        self.send_response_only(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@contextmanager
def echoing_devices(count: int) -> Iterator[list[str]]:
    """Give the addresses of devices that listen on this machine."""
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), _Pages) for _ in range(count)]
    threads = [threading.Thread(target=each.serve_forever, args=(0.1,)) for each in servers]
    for server, thread in zip(servers, threads, strict=True):
        server.daemon_threads = True
        thread.start()
    try:
        yield [f"http://127.0.0.1:{server.server_port}" for server in servers]
    finally:
        for server, thread in zip(servers, threads, strict=True):
            server.shutdown()
            thread.join()
            server.server_close()
