"""The border of Playwright's errors: what they mean for an attempt."""

from playwright.async_api import Error
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

from wattledger.collect.errors import AttemptError
from wattledger.domain.outcome import Outcome

_GONE = (
    "has been closed",
    "Target closed",
    "Target crashed",
    "Page crashed",
    "Connection closed",
    "browser has disconnected",
    "Browser closed",
    "pipe closed",
)
_MEANINGS = (
    ("ERR_CERT", Outcome.TLS, "its certificate is not accepted"),
    ("ERR_SSL", Outcome.TLS, "TLS failed; the device may be too old for it, try http://"),
    ("ERR_INVALID_AUTH_CREDENTIALS", Outcome.AUTH_FAILED, "it refused username and password"),
    ("ERR_CONNECTION_REFUSED", Outcome.UNREACHABLE, "nothing listens there; check the port"),
    ("ERR_NAME_NOT_RESOLVED", Outcome.UNREACHABLE, "its name is not known"),
    ("ERR_ADDRESS_UNREACHABLE", Outcome.UNREACHABLE, "there is no way to it"),
    ("ERR_TIMED_OUT", Outcome.TIMEOUT, "it did not answer"),
    ("ERR_CONNECTION_TIMED_OUT", Outcome.TIMEOUT, "it did not answer"),
    ("ERR_EMPTY_RESPONSE", Outcome.UNREACHABLE, "it closed the connection without an answer"),
    ("ERR_INVALID_HTTP_RESPONSE", Outcome.UNREACHABLE, "it answered, but not with HTTP"),
    ("ERR_BLOCKED_BY_CLIENT", Outcome.REFUSED, "it led to another host, which is not read"),
    ("ERR_TOO_MANY_REDIRECTS", Outcome.HTTP_STATUS, "it redirects in a circle"),
    ("ERR_CONTENT_LENGTH_MISMATCH", Outcome.TRUNCATED, "it broke its answer off"),
    ("ERR_INCOMPLETE_CHUNKED", Outcome.TRUNCATED, "it broke its answer off"),
)


def is_gone(error: Error) -> bool:
    """Tell whether the error means that renderer, browser or driver died."""
    return any(word in error.message for word in _GONE)


def translate(error: Error, what: str) -> AttemptError:
    """Return the attempt's error for one that Playwright raised while doing ``what``."""
    for code, outcome, meaning in _MEANINGS:
        if code in error.message:
            return AttemptError(outcome, f"The device could not be read ({what}): {meaning}.")
    if isinstance(error, PlaywrightTimeoutError):
        return AttemptError(Outcome.TIMEOUT, f"The device was too slow ({what}).")
    if is_gone(error):
        return AttemptError(
            Outcome.BROWSER_CRASHED, f"The browser died ({what}); it is started anew."
        )
    first = error.message.partition("\n")[0]
    return AttemptError(Outcome.UNREACHABLE, f"The device could not be read ({what}): {first}")
