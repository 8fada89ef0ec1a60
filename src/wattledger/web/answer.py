"""Print answers as JSON with exact numbers."""

from collections.abc import Mapping

import msgspec
from fastapi import Response

from wattledger.web.schema import Schema

JSON = "application/json"
# Decimals go straight to text: a binary fraction would change 12543.1 on the way.
_encoder = msgspec.json.Encoder(decimal_format="number")


def answer(
    content: Schema,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    *,
    nulls: bool = True,
) -> Response:
    """Return a response with this content; without ``nulls``, keys without a value are left out."""
    return Response(to_json(content, nulls=nulls), status, headers, media_type=JSON)


def to_json(content: Schema, *, nulls: bool = True) -> bytes:
    """Print content with exact numbers; without ``nulls``, without keys that have no value."""
    return _encoder.encode(content.model_dump(by_alias=True, exclude_none=not nulls))
