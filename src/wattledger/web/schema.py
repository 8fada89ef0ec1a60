"""The ground of all schemas: camelCase keys, numbers as exact JSON numbers, UTC timestamps."""

from decimal import Decimal
from typing import Annotated, ClassVar, Generic, Literal, TypeAlias, TypeVar

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


class Answer(Schema, Generic[_T]):
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
