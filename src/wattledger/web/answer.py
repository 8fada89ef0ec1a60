"""Print answers as JSON with exact numbers."""

from collections.abc import Collection, Mapping

import msgspec
from fastapi import Response

from wattledger.web.schema import Schema

JSON = "application/json"
# Decimals go straight to text: a binary fraction would change 12543.1 on the way.
_encoder = msgspec.json.Encoder(decimal_format="number")


def printed(content: Schema, *, nulls: bool = True, without: Collection[str] = ()) -> bytes:
    """Return content as JSON, without these fields, or without those that have no value."""
    fields = content.model_dump(by_alias=True, exclude_none=not nulls, exclude=set(without))
    return _encoder.encode(fields)


def answer(
    content: Schema,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    *,
    nulls: bool = True,
) -> Response:
    """Return a response with this content; without ``nulls``, keys without a value are left out."""
    return Response(printed(content, nulls=nulls), status, headers, media_type=JSON)
