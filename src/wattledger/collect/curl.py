"""The HTTP client: libcurl's multi interface, driven by asyncio's loop (SOURCES 3).

A session is one attempt: its own cookie jar, its own connections, pinned to one IP address. All
of it is gone when the session ends, so a weak device is never kept connected between polls.
"""

import asyncio
import errno
import ssl
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace

import pycurl  # type: ignore[import-untyped]
from pydantic import SecretStr

from wattledger.collect.address import bracketed
from wattledger.collect.curl_error import Failure, Phase, attempt_error, cut_in_a_number
from wattledger.collect.inflate import ACCEPTED, inflate, looks_like_page
from wattledger.collect.limits import DEFAULT_LIMITS, Limits
from wattledger.collect.request import Headers, Request, Response
from wattledger.domain.recipe import AuthType
from wattledger.version import __version__

_ABORT = -1
_OK = 200
_TICK = 0.01
_NUMBER_ENDS = tuple(bytes([each]) for each in b"0123456789.,")
_HEADERS = (
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,application/json,*/*;q=0.8",
    f"Accept-Encoding: {ACCEPTED}",
    "Expect:",  # many devices do not know "100-continue" and wait for ever
)
_SCHEMES = {AuthType.BASIC: pycurl.HTTPAUTH_BASIC, AuthType.DIGEST: pycurl.HTTPAUTH_DIGEST}


@dataclass(frozen=True, slots=True)
class Credentials:
    """Username and password for HTTP's own login: ``auth_type`` is basic or digest."""

    auth_type: AuthType
    username: str
    password: SecretStr


class CurlClient:
    """Sends requests to many devices at once; belongs to the loop of its first session."""

    def __init__(self, limits: Limits = DEFAULT_LIMITS, concurrency: int = 256) -> None:
        self.limits = limits
        self._multi = pycurl.AsyncCurlMulti()
        self._free = asyncio.Semaphore(concurrency)

    def session(
        self, ip: str, *, verify_tls: bool = False, credentials: Credentials | None = None
    ) -> AbstractAsyncContextManager["Session"]:
        """Open a session with the device at an IP address; waits while too many are open."""
        return _Turn(
            self._free, lambda: Session(self._multi, self.limits, ip, verify_tls, credentials)
        )

    async def close(self) -> None:
        """End all transfers and let go of libcurl."""
        await self._multi.aclose()


class _Turn:
    """Waits for a free place, opens a session in it, and closes it at the end."""

    def __init__(self, free: asyncio.Semaphore, opens: Callable[[], "Session"]) -> None:
        self._free = free
        self._opens = opens
        self._session: Session | None = None

    async def __aenter__(self) -> "Session":
        await self._free.acquire()
        try:
            self._session = self._opens()
        except BaseException:
            self._free.release()
            raise
        return self._session

    async def __aexit__(self, *_error: object) -> None:
        if self._session is not None:
            self._session.close()
        self._free.release()


class Session:
    """One attempt's conversation with one device; ``deadline`` (loop time) ends it."""

    def __init__(
        self,
        multi: pycurl.AsyncCurlMulti,
        limits: Limits,
        ip: str,
        verify_tls: bool,  # noqa: FBT001 - private to this module
        credentials: Credentials | None,
    ) -> None:
        self._multi = multi
        self._limits = limits
        self._loop = asyncio.get_running_loop()
        self.deadline = self._loop.time() + limits.read_seconds
        self.partial: Response | None = None
        # A new handle and a new pool cost 4 us together: less than cleaning used ones.
        self._pool = pycurl.CurlShare()
        self._pool.setopt(pycurl.SH_SHARE, pycurl.LOCK_DATA_CONNECT)
        self._easy = pycurl.Curl()
        self._easy.setopt(pycurl.SHARE, self._pool)
        self._set_limits()
        self._set_route(ip, verify_tls)
        if credentials is not None:
            self._set_credentials(credentials)

    async def send(self, request: Request) -> Response:
        """Return the answer, whatever its status; redirects are the caller's.

        AttemptError when there is none within the limits; ``partial`` then holds what came.
        """
        receiver = _Receiver(self._limits)
        self.partial = None
        self._prepare(request, receiver)
        started = self._loop.time()
        transfer = self._multi.add_handle(self._easy)
        silence = self._loop.call_later(
            self._limits.first_byte_seconds, _end_if_silent, transfer, receiver
        )
        try:
            await transfer
        except pycurl.error as error:
            if receiver.answered or receiver.body_size:
                self.partial = self._response(request, receiver, started)
            raise attempt_error(self._failure(error, request, receiver), self._limits) from None
        finally:
            silence.cancel()
        response = self._response(request, receiver, started)
        return self._checked(response, request, receiver)

    def extend(self, seconds: float) -> None:
        """Give the conversation this many seconds from now, whatever it has used."""
        self.deadline = self._loop.time() + seconds

    def close(self) -> None:
        """Close the connections and forget cookies and passwords."""
        self._easy.close()
        self._pool.close()

    def _set_limits(self) -> None:
        easy = self._easy
        easy.setopt(pycurl.NOSIGNAL, 1)
        easy.setopt(pycurl.PROXY, "")
        easy.setopt(pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS)
        easy.setopt(pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_1_1)
        easy.setopt(pycurl.HTTP09_ALLOWED, 1)
        easy.setopt(pycurl.HTTP_CONTENT_DECODING, 0)
        easy.setopt(pycurl.COOKIEFILE, "")
        easy.setopt(pycurl.USERAGENT, f"Mozilla/5.0 (compatible; Wattledger/{__version__})")
        easy.setopt(pycurl.MAXFILESIZE_LARGE, self._limits.body_bytes)
        easy.setopt(pycurl.CONNECTTIMEOUT_MS, int(self._limits.connect_seconds * 1000))

    def _set_route(self, ip: str, verify_tls: bool) -> None:  # noqa: FBT001 - private
        self._easy.setopt(pycurl.CONNECT_TO, [f"::{bracketed(ip)}:"])
        self._easy.setopt(pycurl.SSL_VERIFYPEER, int(verify_tls))
        self._easy.setopt(pycurl.SSL_VERIFYHOST, 2 * int(verify_tls))
        if verify_tls:
            self._trust_the_system()

    def _trust_the_system(self) -> None:
        paths = ssl.get_default_verify_paths()
        if paths.cafile:
            self._easy.setopt(pycurl.CAINFO, paths.cafile)
        elif paths.capath:
            self._easy.setopt(pycurl.CAPATH, paths.capath)

    def _set_credentials(self, credentials: Credentials) -> None:
        self._easy.setopt(pycurl.HTTPAUTH, _SCHEMES[credentials.auth_type])
        self._easy.setopt(pycurl.USERNAME, credentials.username.encode())
        self._easy.setopt(pycurl.PASSWORD, credentials.password.get_secret_value().encode())

    def _prepare(self, request: Request, receiver: "_Receiver") -> None:
        easy = self._easy
        left = self.deadline - self._loop.time()
        easy.setopt(pycurl.TIMEOUT_MS, max(1, int(left * 1000)))
        easy.setopt(pycurl.URL, request.url)
        easy.setopt(pycurl.WRITEFUNCTION, receiver.on_body)
        easy.setopt(pycurl.HEADERFUNCTION, receiver.on_header)
        own = [f"{name}: {value}" for name, value in request.headers]
        easy.setopt(pycurl.HTTPHEADER, [*_HEADERS, *own])
        if request.method == "GET":
            easy.setopt(pycurl.HTTPGET, 1)
        else:
            easy.setopt(pycurl.POST, 1)
            easy.setopt(pycurl.POSTFIELDS, request.body or b"")

    def _response(self, request: Request, receiver: "_Receiver", started: float) -> Response:
        elapsed = round((self._loop.time() - started) * 1000)
        status = self._easy.getinfo(pycurl.RESPONSE_CODE) or _OK  # HTTP/0.9 has no status
        url = request.url.partition("?")[0] if request.secret else request.url
        return Response(status, url, receiver.headers(), receiver.body(), elapsed)

    def _checked(self, response: Response, request: Request, receiver: "_Receiver") -> Response:
        """Return the response with its encoding undone, or name why it is none."""
        if not receiver.answered and not looks_like_page(response.body):
            error = pycurl.error(pycurl.E_UNSUPPORTED_PROTOCOL, "no HTTP status line")
            self.partial = replace(response, status=0)
            raise attempt_error(self._failure(error, request, receiver), self._limits)
        encodings = ",".join(response.header_values("content-encoding"))
        if not encodings or not response.body:
            if _ends_in_a_number(response):
                self.partial = response
                raise cut_in_a_number(request.url)
            return response
        body = inflate(response.body, encodings, self._limits.body_bytes)
        return replace(response, body=body)

    def _failure(self, error: pycurl.error, request: Request, receiver: "_Receiver") -> Failure:
        code, text = error.args[0], str(error.args[1])
        system_error = self._easy.getinfo(pycurl.OS_ERRNO)
        return Failure(
            code=code,
            text=text,
            url=request.url,
            phase=self._phase(request, receiver),
            refused=system_error == errno.ECONNREFUSED,
            received=receiver.body_size,
            overflow=receiver.overflow,
            out_of_time=self._loop.time() >= self.deadline - _TICK,
        )

    def _phase(self, request: Request, receiver: "_Receiver") -> Phase:
        """Return how far the transfer had come, from libcurl's own clock."""
        if receiver.answered or receiver.body_size:
            return Phase.BODY
        if self._easy.getinfo(pycurl.REQUEST_SIZE) > 0:
            return Phase.ANSWER
        connected = self._easy.getinfo(pycurl.CONNECT_TIME) > 0
        return Phase.TLS if connected and request.url.startswith("https:") else Phase.CONNECT


def _ends_in_a_number(response: Response) -> bool:
    """Tell whether a page of which nobody told how long it is breaks off within a number.

    Whether more digits were to come cannot be told. A plain text is a number alone, and ends so.
    """
    if response.header_values("content-length") or response.header_values("transfer-encoding"):
        return False
    body = response.body
    return bool(body) and looks_like_page(body) and body[-1:] in _NUMBER_ENDS


class _Receiver:
    """Takes an answer as it comes in and stops it at the limits."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._lines: list[bytes] = []
        self._chunks: list[bytes] = []
        self._header_size = 0
        self.body_size = 0
        self.overflow = False

    @property
    def answered(self) -> bool:
        """Tell whether a status line has come; HTTP/0.9 has none."""
        return bool(self._lines)

    def on_header(self, line: bytes) -> int | None:
        """Take a header line; a status line starts over (digest login, "100 Continue")."""
        if line.startswith(b"HTTP/"):
            self._lines.clear()
        self._header_size += len(line)
        if self._header_size > self._limits.header_bytes:
            self.overflow = True
            return _ABORT
        self._lines.append(line)
        return None

    def on_body(self, chunk: bytes) -> int | None:
        """Take a piece of the body."""
        if self.body_size + len(chunk) > self._limits.body_bytes:
            self.overflow = True
            return _ABORT
        self.body_size += len(chunk)
        self._chunks.append(chunk)
        return None

    def headers(self) -> Headers:
        """Return name and value of each header line, in order."""
        pairs = (line.decode("latin-1").partition(":") for line in self._lines[1:])
        return tuple((name.strip(), value.strip()) for name, colon, value in pairs if colon)

    def body(self) -> bytes:
        """Return the body as far as it came."""
        return b"".join(self._chunks)


def _end_if_silent(transfer: "asyncio.Future[pycurl.Curl]", receiver: _Receiver) -> None:
    if not receiver.answered and not receiver.body_size and not transfer.done():
        transfer.set_exception(pycurl.error(pycurl.E_OPERATION_TIMEDOUT, "no first byte"))
