"""Assignments as JSON."""

from decimal import Decimal
from typing import Annotated, TypeAlias

from pydantic import ConfigDict, Field

from wattledger.domain.instant import format_instant
from wattledger.domain.scaled import to_decimal
from wattledger.services.assign_meter import Assigned, Move
from wattledger.store.assignment_list import ListedAssignment
from wattledger.store.assignments import FROM_THE_BEGINNING
from wattledger.web.api.billing_examples import ASSIGNED, ASSIGNMENT_INPUT, ASSIGNMENT_OUTPUT
from wattledger.web.api.endpoint_schemas import Line, RequiredLine
from wattledger.web.schema import Number, Output, Schema, Timestamp

_PLACES = 4
"""From millionths to percent."""

Percent: TypeAlias = Annotated[Decimal, Field(gt=0, le=100, decimal_places=4)]
_End: TypeAlias = Annotated[str, Field(max_length=40)] | None


class AssignmentInput(Schema):
    """Which meter is to serve which client."""

    model_config = ConfigDict(json_schema_extra={"examples": [ASSIGNMENT_INPUT]})

    endpoint_id: RequiredLine = Field(description="Id or name of the endpoint.")
    meter: Line | None = Field(
        default=None, description="Which meter of it; left out, all that is billed of it."
    )
    client_id: RequiredLine = Field(description="Id or name of the client.")
    start: Annotated[str, Field(max_length=40)] | None = Field(
        default=None,
        validation_alias="from",
        serialization_alias="from",
        description="Local date at the site, timestamp with offset, or `beginning` for all that "
        "was ever read; from now when left out.",
    )
    end: _End = Field(
        default=None,
        validation_alias="to",
        serialization_alias="to",
        description="Last local date, which is included, or timestamp with offset, which is not.",
    )
    share_percent: Percent = Field(
        default=Decimal(100),
        description="The client's share. 100 ends what others have of the meter; less leaves them "
        "theirs.",
    )

    def as_move(self) -> Move:
        """Return what the service takes."""
        return Move(
            endpoint=self.endpoint_id,
            client=self.client_id,
            meter=self.meter or None,
            since=self.start,
            until=self.end,
            share_ppm=int(self.share_percent.scaleb(_PLACES)),
        )


class AssignmentEnd(Schema):
    """When an assignment ends."""

    end: _End = Field(
        validation_alias="to",
        serialization_alias="to",
        description="Last local date, which is included, or timestamp with offset, which is not; "
        "null for no end.",
        examples=["2026-03-31"],
    )


class AssignmentOutput(Output):
    """Which client a meter serves, from when, until when."""

    model_config = ConfigDict(json_schema_extra={"examples": [ASSIGNMENT_OUTPUT]})

    id: int
    meter_id: int
    meter: str
    endpoint_id: str
    endpoint_name: str
    client_id: str
    client_name: str
    start: Timestamp | None = Field(
        validation_alias="from",
        serialization_alias="from",
        description="Null for all that was ever read.",
    )
    end: Timestamp | None = Field(
        validation_alias="to", serialization_alias="to", description="Null while it goes on."
    )
    share_percent: Number


class AssignedOutput(Output):
    """The assignments of the meters concerned, as they are now."""

    model_config = ConfigDict(json_schema_extra={"examples": [ASSIGNED]})

    assignments: list[AssignmentOutput]
    notices: list[str] = Field(
        description="What to know of the change: closed months that an adjustment will correct, "
        "energy that stands on two statements, what was planned before and stays."
    )


def assignment_output(row: ListedAssignment) -> AssignmentOutput:
    """Return an assignment."""
    return AssignmentOutput(
        id=row.id,
        meter_id=row.meter_id,
        meter=row.meter,
        endpoint_id=row.endpoint_id,
        endpoint_name=row.endpoint,
        client_id=row.client_id,
        client_name=row.client,
        start=None if row.start_at == FROM_THE_BEGINNING else format_instant(row.start_at),
        end=None if row.end_at is None else format_instant(row.end_at),
        share_percent=to_decimal(row.share_ppm, _PLACES),
    )


def assigned_output(assigned: Assigned) -> AssignedOutput:
    """Return what became of an order."""
    return AssignedOutput(
        assignments=[assignment_output(row) for row in assigned.assignments],
        notices=list(assigned.notices),
    )
