"""The one border where libcurl's errors become outcomes with a sentence that says what to do."""

from dataclasses import dataclass
from enum import Enum
from urllib.parse import urlsplit

import pycurl  # type: ignore[import-untyped]

from wattledger.collect.errors import AttemptError
from wattledger.collect.limits import Limits
from wattledger.domain.outcome import Outcome

_TOO_LARGE = 100  # CURLE_TOO_LARGE, which pycurl has no name for
_WEIRD_SERVER_REPLY = pycurl.E_FTP_WEIRD_SERVER_REPLY  # its name since HTTP uses it too

_TLS = frozenset(
    {
        pycurl.E_SSL_CONNECT_ERROR,
        pycurl.E_PEER_FAILED_VERIFICATION,
        pycurl.E_SSL_CERTPROBLEM,
        pycurl.E_SSL_CIPHER,
        pycurl.E_SSL_CACERT_BADFILE,
        pycurl.E_SSL_ISSUER_ERROR,
        pycurl.E_SSL_INVALIDCERTSTATUS,
    }
)
_NOT_HTTP = frozenset({_WEIRD_SERVER_REPLY, pycurl.E_UNSUPPORTED_PROTOCOL})
_CUT = frozenset({pycurl.E_PARTIAL_FILE, pycurl.E_BAD_CONTENT_ENCODING})
_LOST = frozenset({pycurl.E_RECV_ERROR, pycurl.E_SEND_ERROR, pycurl.E_GOT_NOTHING})


class Phase(Enum):
    """How far a transfer had come."""

    CONNECT = "connect"
    TLS = "tls"
    ANSWER = "answer"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class Failure:
    """A transfer that failed: libcurl's code and text, and what is known about it."""

    code: int
    text: str
    url: str
    phase: Phase
    refused: bool
    received: int
    overflow: bool
    out_of_time: bool


def attempt_error(failure: Failure, limits: Limits) -> AttemptError:
    """Return the outcome and the sentence for a failed transfer."""
    place = urlsplit(failure.url).netloc
    if failure.overflow or failure.code in {pycurl.E_FILESIZE_EXCEEDED, _TOO_LARGE}:
        error = _too_large(place, limits)
    elif failure.code == pycurl.E_OPERATION_TIMEDOUT:
        error = _timed_out(failure, place, limits)
    elif failure.code in _TLS:
        error = _tls(failure, place)
    elif failure.code in _NOT_HTTP:
        error = _not_http(failure, place)
    elif failure.code in _CUT or (failure.code in _LOST and failure.phase is Phase.BODY):
        error = _truncated(failure, place)
    else:
        error = _unreachable(failure, place)
    return error


def _not_http(failure: Failure, place: str) -> AttemptError:
    return AttemptError(
        Outcome.UNREACHABLE,
        f"{place} answered, but not with HTTP ({failure.text}); check the port of the address.",
    )


def cut_in_a_number(url: str) -> AttemptError:
    """Return the error for a page without a length that breaks off within a number."""
    return AttemptError(
        Outcome.TRUNCATED,
        f"The page {url} ends within a number, and the device did not say how long it is: digits "
        "may be missing. Try again, and choose another page of the device when it stays so.",
    )


def _truncated(failure: Failure, place: str) -> AttemptError:
    return AttemptError(
        Outcome.TRUNCATED,
        f"{place} broke its answer off after {failure.received:,} bytes; "
        "try again, and check the network when it stays so.",
    )


def _too_large(place: str, limits: Limits) -> AttemptError:
    return AttemptError(
        Outcome.TOO_LARGE,
        f"{place} sends more than {limits.body_bytes:,} bytes (or {limits.header_bytes:,} bytes "
        "of headers); choose a smaller page of the device.",
    )


def _timed_out(failure: Failure, place: str, limits: Limits) -> AttemptError:
    if failure.out_of_time and failure.phase is not Phase.BODY:
        return AttemptError(
            Outcome.TIMEOUT,
            f"{place} was too slow: the whole read took more than {limits.read_seconds:g} s; "
            "take fewer steps, or look whether the device is overloaded.",
        )
    sentences = {
        Phase.CONNECT: f"No connection to {place} within {limits.connect_seconds:g} s; "
        "is the device on, and does no firewall stand between?",
        Phase.TLS: f"{place} took the connection but did not agree on TLS in time; "
        "does it speak https on this port?",
        Phase.ANSWER: f"{place} took the connection but did not answer "
        f"within {limits.first_byte_seconds:g} s; the device hangs or is overloaded: "
        "restart it when it stays so.",
        Phase.BODY: f"{place} was too slow: still sending after {limits.read_seconds:g} s "
        f"({failure.received:,} bytes had come); restart the device when it stays so.",
    }
    return AttemptError(Outcome.TIMEOUT, sentences[failure.phase])


def _tls(failure: Failure, place: str) -> AttemptError:
    if "wrong version number" in failure.text:
        advice = "the device speaks plain HTTP there: write http:// in the address."
    else:
        advice = "check the device's certificate and that it speaks TLS 1.2 or newer."
    return AttemptError(Outcome.TLS, f"No secure connection to {place} ({failure.text}); {advice}")


def _unreachable(failure: Failure, place: str) -> AttemptError:
    if failure.refused:
        sentence = (
            f"{place} refused the connection; is its web page switched on, and the port right?"
        )
    elif failure.code == pycurl.E_COULDNT_CONNECT:
        sentence = f"There is no way to {place} ({failure.text}); check address and network."
    elif failure.code in _LOST:
        sentence = f"{place} closed the connection without an answer; try again, or restart it."
    else:
        sentence = f"{place} could not be read ({failure.text}, libcurl {failure.code})."
    return AttemptError(Outcome.UNREACHABLE, sentence)
