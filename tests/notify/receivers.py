"""What messages are sent to in tests: a web server and a mail server on loopback."""

import base64
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message as Mail
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any


class Webhook(ThreadingHTTPServer):
    """Keeps the bodies that are posted to it, and answers with ``status`` after some seconds."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Posted)
        self.status = 200
        self.location: str | None = None
        self.seconds = 0.0
        self.daemon_threads = True
        self.block_on_close = False
        self.bodies: list[dict[str, Any]] = []
        self.taken: list[dict[str, Any]] = []

    @property
    def url(self) -> str:
        """Return its address as a channel has it, with a secret in it."""
        return f"json://ops:s3cret-hook@127.0.0.1:{self.server_port}/MkrHook91"


class _Posted(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        server = self.server
        assert isinstance(server, Webhook)
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        server.bodies.append(body)
        if server.status == 200:
            server.taken.append(body)
        time.sleep(server.seconds)
        self.send_response(server.status)
        if server.location is not None:
            self.send_header("Location", server.location)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class MailServer(ThreadingTCPServer):
    """Takes mail from who has the password, and keeps it."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Smtp)
        self.mails: list[Mail] = []
        self.password = "s3cret-mail"

    @property
    def port(self) -> int:
        """Return where it listens."""
        return int(self.server_address[1])


class _Smtp(StreamRequestHandler):
    def handle(self) -> None:
        server = self.server
        assert isinstance(server, MailServer)
        self._say("220 mail.example")
        while line := self.rfile.readline().decode().strip():
            verb = line[:4].upper()
            if verb == "EHLO":
                self._say("250-mail.example", "250 AUTH PLAIN")
            elif verb == "AUTH":
                given = base64.b64decode(line.rpartition(" ")[2]).decode().split("\0")[-1]
                is_right = given == server.password
                self._say("235 ok" if is_right else "535 5.7.8 authentication failed")
            elif verb == "DATA":
                self._say("354 go on")
                server.mails.append(message_from_bytes(self._data()))
                self._say("250 ok")
            else:
                self._say("221 bye" if verb == "QUIT" else "250 ok")

    def _data(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        return b"".join(lines)

    def _say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())


@contextmanager
def receiving(server: ThreadingTCPServer | ThreadingHTTPServer) -> Iterator[None]:
    """Let a server answer for a while."""
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
