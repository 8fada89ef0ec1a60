"""HTTP as uvicorn reads it; what is no HTTP at all is answered in the shape of every error, too.

An answer that goes on can end its connection at once, and learns that its caller is gone.
"""

import socket
import struct
from http import HTTPStatus

from uvicorn import _types as asgi
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from wattledger.web.errors import error_answer
from wattledger.web.live.event_stream import ABORT
from wattledger.web.security_headers import SECURITY_HEADERS

_STATUS_LINE = b"HTTP/1.1 400 Bad Request\r\n"
_AT_ONCE = struct.pack("ii", 1, 0)
"""SO_LINGER: on, for no time. The kernel keeps nothing for the peer either, and tells it so."""


class HttpProtocol(HttpToolsProtocol):
    """Answers a request that cannot be read in JSON instead of plain text.

    ``abort`` in the state of a request ends its connection without waiting for the peer.
    """

    _answering: RequestResponseCycle | None = None

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: asgi.ASGI3Application) -> None:
        self._answering = cycle
        cycle.scope["state"][ABORT] = self._abort
        super()._start_asgi_task(cycle, app)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the answer that is being given; uvicorn tells the request that came last."""
        super().connection_lost(exc)
        self._let_go()

    def _abort(self) -> None:
        """End the connection; what the peer did not take yet is thrown away.

        To close it would wait for the peer, which may take as long as it likes.
        """
        self._let_go()
        peer = self.transport.get_extra_info("socket")
        if peer is not None:
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        self.transport.abort()

    def _let_go(self) -> None:
        answering = self._answering
        if answering is not None and not answering.response_complete:
            answering.disconnected = True
            answering.message_event.set()

    def send_400_response(self, msg: str) -> None:
        """Refuse a request and end the connection: where the next one would begin is not known."""
        headers = {**SECURITY_HEADERS, "Connection": "close"}
        sentence = (
            f"{msg} Send a method that /docs lists, each header in one line, and as "
            "long a body as Content-Length says."
        )
        refusal = error_answer(HTTPStatus.BAD_REQUEST, sentence, headers=headers)
        lines = (b"%s: %s\r\n" % pair for pair in refusal.raw_headers)
        self.transport.write(b"".join((_STATUS_LINE, *lines, b"\r\n", bytes(refusal.body))))
        self.transport.close()
