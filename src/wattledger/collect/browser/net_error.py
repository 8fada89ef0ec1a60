"""Chromium's network errors as outcomes, each with a sentence that says what to do."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from wattledger.collect.errors import AttemptError, LoginRefusedError
from wattledger.domain.outcome import Outcome

_CODE = re.compile(r"\bERR_[A-Z0-9_]+")
_CUT = "ERR_CONTENT_LENGTH_MISMATCH"

ABANDONED = frozenset({"ERR_ABORTED", "ERR_BLOCKED_BY_CLIENT"})
"""Requests that were given up or not let through: by the page, or by us."""

ANSWERED = "ERR_HTTP_RESPONSE_CODE_FAILURE"
"""The device answered with an error status and no page."""


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What codes mean: those named, and those that begin with one that ends in ``_``."""

    codes: tuple[str, ...]
    outcome: Outcome
    sentence: str

    def covers(self, code: str) -> bool:
        starts = tuple(each for each in self.codes if each.endswith("_"))
        return code in self.codes or code.startswith(starts)


_MEANINGS = (
    _Meaning(
        ("ERR_SSL_", "ERR_CERT_", "ERR_BAD_SSL_"),
        Outcome.TLS,
        "No secure connection to {place} ({code}); check the device's certificate, that it speaks "
        "TLS 1.2 or newer, and that the port is not one of plain http.",
    ),
    # Whatever is not the device's own host goes to a proxy that does not exist (visit.py).
    _Meaning(
        ("ERR_PROXY_CONNECTION_FAILED", "ERR_TUNNEL_CONNECTION_FAILED"),
        Outcome.REFUSED,
        "The device {place} sends us to another host, which is refused; "
        "set its address to that one if it is right.",
    ),
    _Meaning(
        ("ERR_CONNECTION_TIMED_OUT", "ERR_TIMED_OUT"),
        Outcome.TIMEOUT,
        "No connection to {place} in time; is the device on, and does no firewall stand between?",
    ),
    _Meaning(
        (_CUT, "ERR_INCOMPLETE_CHUNKED_ENCODING", "ERR_CONTENT_DECODING_FAILED"),
        Outcome.TRUNCATED,
        "{place} broke its answer off; try again, and check the network when it stays so.",
    ),
    _Meaning(
        ("ERR_INVALID_AUTH_CREDENTIALS", "ERR_UNSUPPORTED_AUTH_SCHEME"),
        Outcome.AUTH_FAILED,
        "{place} refused the HTTP login; correct authType, authConfig.username and password. "
        "It was tried once, as devices lock accounts.",
    ),
    _Meaning(
        ("ERR_RESPONSE_HEADERS_TOO_BIG",),
        Outcome.TOO_LARGE,
        "{place} sends too many headers; choose another page of the device.",
    ),
    _Meaning(
        ("ERR_TOO_MANY_REDIRECTS",),
        Outcome.STEP_FAILED,
        "{place} redirects again and again; open its address in a browser and take the page it "
        "ends at.",
    ),
    _Meaning(
        tuple(ABANDONED),
        Outcome.STEP_FAILED,
        "{place} gave no page to show there, but a download or nothing; take the address of a "
        "page.",
    ),
    _Meaning(
        ("ERR_UNSAFE_PORT",),
        Outcome.REFUSED,
        "Browsers refuse the port of {place}; read it with engine 'http', or move the device's "
        "web page to another port.",
    ),
    _Meaning(
        ("ERR_INVALID_HTTP_RESPONSE",),
        Outcome.UNREACHABLE,
        "{place} answered, but not with HTTP; check the port of the address.",
    ),
    _Meaning(
        ("ERR_CONNECTION_REFUSED",),
        Outcome.UNREACHABLE,
        "{place} refused the connection; is its web page switched on, and the port right?",
    ),
    _Meaning(
        ("ERR_NAME_NOT_RESOLVED",),
        Outcome.UNREACHABLE,
        "The name of {place} is not known; check its spelling and the name server, "
        "or give the IP address.",
    ),
    _Meaning(
        ("ERR_ADDRESS_UNREACHABLE", "ERR_INTERNET_DISCONNECTED", "ERR_NETWORK_CHANGED"),
        Outcome.UNREACHABLE,
        "There is no way to {place}; check address and network.",
    ),
    _Meaning(
        ("ERR_CONNECTION_RESET", "ERR_CONNECTION_CLOSED", "ERR_EMPTY_RESPONSE"),
        Outcome.UNREACHABLE,
        "{place} closed the connection without an answer; try again, or restart it.",
    ),
)
_OTHER = _Meaning(
    (),
    Outcome.UNREACHABLE,
    "{place} could not be read ({code}); open its address in a browser to see why.",
)


def error_code(text: str | None) -> str | None:
    """Return Chromium's code of a network error out of a message; nothing else of it is shown.

    >>> error_code("Page.goto: net::ERR_CONNECTION_REFUSED at http://10.0.0.5/?pw=x")
    'ERR_CONNECTION_REFUSED'
    """
    found = _CODE.search(text or "")
    return None if found is None else found[0]


def network_error(code: str, url: str) -> AttemptError:
    """Return the outcome and the sentence of a request that failed with a code."""
    meaning = next((each for each in _MEANINGS if each.covers(code)), _OTHER)
    sentence = meaning.sentence.format(place=urlsplit(url).netloc, code=code)
    if meaning.outcome is Outcome.AUTH_FAILED:
        return LoginRefusedError(sentence)
    return AttemptError(meaning.outcome, sentence)


def broken_off(url: str) -> AttemptError:
    """Return the outcome and the sentence of a page that began to come and broke off."""
    return network_error(_CUT, url)
