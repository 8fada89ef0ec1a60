"""A failed attempt with all that is kept of it, and a device that can be read."""

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from sqlalchemy import update
from tests.pages.hall_server import HallServer, clock

from wattledger.domain.outcome import Outcome
from wattledger.store.evidence import AttemptRecord, Captured, record_attempts
from wattledger.store.tables import endpoint

PAGE = "<h1>Rack PDU</h1><p>Energy <b id='total'>1234.50 kWh</b></p>"
_WIDTH, _HEIGHT = 320, 200


def keep_failure(server: HallServer, number: int) -> int:
    """Let an attempt at an endpoint fail just now, with picture, page, headers and steps."""
    captured = Captured(
        "http://10.20.0.13/status.html",
        200,
        PAGE,
        _picture(),
        [("Content-Type", "text/html"), ("Server", "PDU-Web 2.1")],
    )
    record = AttemptRecord(
        number,
        None,
        clock(),
        1_840,
        "browser",
        Outcome.SELECTOR_MISSING,
        "Nothing on the page matches #kwh.",
        captured,
        [("Open /status.html", 640), ("Log in", 1_100)],
    )
    with server.database.begin() as connection:
        return record_attempts(connection, server.folder / "evidence", [record])[0]


@contextmanager
def answering(server: HallServer, number: int) -> Iterator[None]:
    """Let an endpoint be a device at the loopback that shows its register."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Device) as device:
        Thread(target=device.serve_forever, daemon=True).start()
        place = f"127.0.0.1:{device.server_port}"
        moved = update(endpoint).where(endpoint.c.id == number)
        with server.database.begin() as connection:
            connection.execute(moved.values(address=f"http://{place}/", host_port=place))
        yield
        device.shutdown()


class _Device(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """Answer with the register."""
        body = b"<b id='kwh'>4321.5 kWh</b>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _picture() -> bytes:
    line = b"\0" + b"\xd0\xe4\xe8" * _WIDTH
    header = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 2, 0, 0, 0)
    body = zlib.compress(line * _HEIGHT)
    chunks = ((b"IHDR", header), (b"IDAT", body), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(each)) + name + each + struct.pack(">I", zlib.crc32(name + each))
        for name, each in chunks
    )
