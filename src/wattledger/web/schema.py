"""The ground of all schemas: camelCase keys, numbers as exact JSON numbers, UTC timestamps."""

from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, ClassVar, Generic, Literal, TypeAlias, TypeVar

import msgspec
from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema
from pydantic.alias_generators import to_camel

from wattledger.domain.scaled import KWH, MILLI, to_decimal

_T = TypeVar("_T")

Number: TypeAlias = Annotated[Decimal, WithJsonSchema({"type": "number"})]
"""A number printed exactly; a missing one is null, never 0."""

Timestamp: TypeAlias = Annotated[
    str, Field(json_schema_extra={"format": "date-time"}, examples=["2026-03-01T10:15:00Z"])
]


class Schema(BaseModel):
    """What goes in and out as JSON; unknown keys are refused, so that a misspelt one is told."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True
    )

    beside_settings: ClassVar[frozenset[str]] = frozenset()
    """The fields that nobody sets: If-Match does not look at them."""


class Output(Schema):
    """What goes out, made of what the product reckoned itself.

    Making one checks nothing: mypy has, and a page of a list has hundreds (decision 0026). Read
    from JSON, it is checked like any other schema.
    """

    def __init__(self, **fields: Any) -> None:  # noqa: ANN401 - each subclass says of which types
        object.__setattr__(self, "__dict__", fields)

    # So that Pydantic fills and checks what is read from JSON, as it does for other schemas.
    __init__.__pydantic_base_init__ = True  # type: ignore[attr-defined]

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash(tuple(self.__dict__.items()))

    def as_printed(self) -> object:
        """Return what msgspec prints: the fields in their order, under the names JSON has."""
        return printed_form(type(self))(**self.__dict__)


@cache
def printed_form(schema: type[Schema]) -> Callable[..., object]:
    """Return what msgspec prints a schema's fields from, quicker than from a dictionary."""
    fields = schema.model_fields
    return msgspec.defstruct(
        schema.__name__,
        [
            (name, Any) if each.is_required() else (name, Any, each.default)
            for name, each in fields.items()
        ],
        rename={name: each.serialization_alias or name for name, each in fields.items()},
        kw_only=True,
        gc=False,
    )


class Answer(Output, Generic[_T]):
    """What was asked for."""

    success: Literal[True] = True
    data: _T


class Page(Answer[list[_T]], Generic[_T]):
    """A part of a list. ``nextCursor`` asks for the next part; null at the end."""

    next_cursor: str | None = Field(description="The `cursor` of the next page; null at the end.")


def kwh(milliwh: int | None) -> Decimal | None:
    """Return milli-watt-hours as kWh."""
    return None if milliwh is None else to_decimal(milliwh, KWH)


def milli(value: int | None) -> Decimal | None:
    """Return thousandths of W, V, A or 1 in the unit."""
    return None if value is None else to_decimal(value, MILLI)
