"""Print answers as JSON with exact numbers."""

from collections.abc import Collection, Mapping
from typing import TypeVar, cast

import msgspec
from fastapi import Response
from pydantic import BaseModel

from wattledger.web.schema import Output, Schema

JSON = "application/json"

_S = TypeVar("_S", bound=BaseModel)


def _printable(content: object) -> object:
    """Return what msgspec prints of what it does not know."""
    if isinstance(content, Output):
        return content.as_printed()
    if isinstance(content, BaseModel):
        return content.model_dump(by_alias=True)
    raise NotImplementedError(type(content))


# Decimals go straight to text: a binary fraction would change 12543.1 on the way.
_encoder = msgspec.json.Encoder(decimal_format="number", enc_hook=_printable)


def printed(content: Schema, *, nulls: bool = True, without: Collection[str] = ()) -> bytes:
    """Return content as JSON, without these fields, or without those that have no value."""
    if not nulls:
        return _encoder.encode(content.model_dump(by_alias=True, exclude_none=True))
    return _encoder.encode(_part(content, without) if without else content)


def _part(content: Schema, without: Collection[str]) -> dict[str, object]:
    fields = type(content).model_fields.items()
    return {
        each.serialization_alias or name: getattr(content, name)
        for name, each in fields
        if name not in without
    }


def printed_once(content: _S) -> _S:
    """Return content as it is printed, to be kept and to stand in many answers.

    It takes the place of the content where that is printed, and has none of its fields.
    """
    return cast("_S", msgspec.Raw(_encoder.encode(content)))


def answer(
    content: Schema,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    *,
    nulls: bool = True,
) -> Response:
    """Return a response with this content; without ``nulls``, keys without a value are left out."""
    return Response(printed(content, nulls=nulls), status, headers, media_type=JSON)
