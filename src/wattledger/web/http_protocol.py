"""HTTP as uvicorn reads it; what is no HTTP at all is answered in the shape of every error, too."""

from http import HTTPStatus

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from wattledger.web.errors import error_answer
from wattledger.web.security_headers import SECURITY_HEADERS

_STATUS_LINE = b"HTTP/1.1 400 Bad Request\r\n"


class HttpProtocol(HttpToolsProtocol):
    """Answers a request that cannot be read in JSON instead of plain text."""

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
