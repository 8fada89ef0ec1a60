"""What is asked of a device and what it answers: plain values, without I/O."""

import re
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import urldefrag, urljoin, urlsplit

from wattledger.collect.address import ascii_url
from wattledger.collect.errors import AttemptError
from wattledger.domain.outcome import Outcome

_UNSEEN = re.compile(r"[\t\r\n]")

Headers: TypeAlias = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Request:
    """A request; ``secret`` says that its URL or body carries a password."""

    url: str
    method: str = "GET"
    headers: Headers = ()
    body: bytes | None = field(default=None, repr=False)
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Response:
    """An answer: its body with the content encoding undone, and how long it took.

    ``url`` lacks the query of a secret request; ``status`` is 0 for what is not HTTP.
    """

    status: int
    url: str
    headers: Headers
    body: bytes = field(repr=False)
    milliseconds: int

    def header(self, name: str) -> str | None:
        """Return the first header of a name, in any case."""
        return next(iter(self.header_values(name)), None)

    def header_values(self, name: str) -> list[str]:
        """Return all headers of a name, in any case."""
        wanted = name.lower()
        return [value for key, value in self.headers if key.lower() == wanted]


def join(base: str, reference: str) -> str:
    """Return the URL a reference on a page leads to, without a fragment, ready to send."""
    try:
        url, _fragment = urldefrag(urljoin(base, _UNSEEN.sub("", reference.strip())))
        urlsplit(url).port  # noqa: B018 - a port that is none must be found here
    except ValueError:
        raise AttemptError(
            Outcome.STEP_FAILED, f"'{reference[:80]}' leads nowhere: it is not a URL."
        ) from None
    return ascii_url(url)


def place(url: str) -> str:
    """Return the path of a URL for a message: a query may hold secrets.

    >>> place("http://10.0.0.5/login?password=x")
    '/login'
    """
    try:
        return urlsplit(url).path or "/"
    except ValueError:
        return "a broken URL"
