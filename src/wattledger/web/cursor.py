"""Cursors: where the next page of a list goes on, as an opaque text."""

import base64
import binascii
from typing import Annotated, TypeAlias, TypeVar

import msgspec

from wattledger.domain.errors import InvalidInputError

LARGEST = 2**63 - 1

Number: TypeAlias = Annotated[int, msgspec.Meta(ge=-LARGEST, le=LARGEST)]
"""An integer that every database takes."""

_K = TypeVar("_K")


def to_cursor(key: tuple[object, ...]) -> str:
    """Return the cursor that stands for a key.

    >>> to_cursor(("Rack A3", 7))
    'WyJSYWNrIEEzIiw3XQ'
    """
    return base64.urlsafe_b64encode(msgspec.json.encode(key)).decode().rstrip("=")


def from_cursor(cursor: str | None, kind: type[_K]) -> _K | None:
    """Return the key a cursor stands for; InvalidInputError when it is none of ours.

    >>> from_cursor("WyJSYWNrIEEzIiw3XQ", tuple[str, int])
    ('Rack A3', 7)
    """
    if cursor is None:
        return None
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        return msgspec.json.decode(text, type=kind)
    except (binascii.Error, ValueError, msgspec.DecodeError):
        raise InvalidInputError(
            "This is no cursor; take the nextCursor of the page before, or leave it out.",
            field="cursor",
        ) from None
