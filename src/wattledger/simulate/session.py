"""Logins of simulated web pages: posted forms, one-time tokens, cookies."""

import secrets
from collections import deque
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from wattledger.simulate.spec import MeterSpec

_REMEMBERED = 64
"""Sessions and tokens a meter remembers; the oldest is forgotten first."""


class Tickets:
    """Random texts a meter has given out and will know again."""

    def __init__(self) -> None:
        self._known: deque[str] = deque(maxlen=_REMEMBERED)

    def issue(self) -> str:
        """Return a new ticket."""
        ticket = secrets.token_hex(16)
        self._known.append(ticket)
        return ticket

    def knows(self, ticket: str | None) -> bool:
        """Tell whether a ticket is one of ours and still good."""
        return ticket in self._known

    def spend(self, ticket: str | None) -> bool:
        """Take a ticket back; tell whether it was good."""
        if ticket is None or ticket not in self._known:
            return False
        self._known.remove(ticket)
        return True


async def posted(request: Request) -> dict[str, str]:
    """Return the fields of a posted form."""
    body = await request.body()
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


def is_login(spec: MeterSpec, username: str | None, password: str | None) -> bool:
    """Tell whether these are the name and password of a meter."""
    return (username, password) == (spec.username, spec.password)


def with_cookie(response: Response, name: str, ticket: str) -> Response:
    """Give a response the cookie of a session."""
    response.set_cookie(name, ticket, httponly=True, samesite="lax")
    return response
