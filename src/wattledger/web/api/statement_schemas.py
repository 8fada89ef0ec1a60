"""Statements as JSON: the list, the sealed document, and what a closed month would change by."""

from typing import Any

from pydantic import ConfigDict, Field

from wattledger.domain.instant import format_instant
from wattledger.services import statement_list
from wattledger.services.month_changes import MeterChange, MonthChanges
from wattledger.web.api.report_examples import CHANGES, LISTED_STATEMENT, STATEMENT
from wattledger.web.schema import Number, Output, Schema, Timestamp, kwh


class SealOutput(Schema):
    """What proves a closed statement."""

    sequence: int
    sha256: str
    previous_sha256: str | None = Field(description="Of the client's statement closed before.")
    closed_at: Timestamp
    closed_by: str


class ListedStatement(Output):
    """A closed statement in short."""

    model_config = ConfigDict(json_schema_extra={"examples": [LISTED_STATEMENT]})

    client_id: str
    client: str
    month: str
    number: str | None
    sequence: int
    sha256: str
    previous_sha256: str | None
    closed_at: Timestamp
    closed_by: str
    kwh: Number | None
    currency: str | None = Field(description="Null where there is no tariff: energy alone.")
    net: Number | None
    vat: Number | None
    gross: Number | None

    @classmethod
    def of(cls, listed: statement_list.ListedStatement) -> "ListedStatement":
        """Return a closed month as it is listed."""
        closed, seal, statement = listed.close, listed.close.seal, listed.sum
        totals, is_priced = statement.totals, statement.currency is not None
        return cls(
            client_id=closed.client_id,
            client=statement.client,
            month=closed.month.isoformat()[: len("2026-03")],
            number=seal.number(closed.month),
            sequence=seal.sequence,
            sha256=seal.sha256,
            previous_sha256=seal.previous_sha256,
            closed_at=format_instant(seal.closed_at),
            closed_by=seal.closed_by,
            kwh=totals.kwh,
            currency=statement.currency,
            net=totals.net if is_priced else None,
            vat=totals.vat if is_priced else None,
            gross=totals.gross if is_priced else None,
        )


class StatementOutput(Schema):
    """A statement with its seal beside it, null while it is not closed.

    `statement` is canonical JSON, in these bytes: decimals are strings, and the seal's SHA-256 is
    taken over them (docs/reference/statements.md). Its `epochs` and `adjustments` name the readings
    they rest on: `at` leads to `/meters/{meterId}/readings`, `attemptId` to `/attempts/{attempt}`.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [STATEMENT]})

    seal: SealOutput | None
    statement: dict[str, Any]


class MeterChangeOutput(Schema):
    """One meter of a closed month: as billed, as adjusted since, and as it is now."""

    endpoint_id: str
    endpoint: str
    meter_id: int
    meter: str
    billed_kwh: Number | None
    adjusted_kwh: Number | None = Field(description="What later closes added or took away.")
    truth_kwh: Number | None
    would_change_by_kwh: Number | None = Field(description="What the next close adjusts.")

    @classmethod
    def of(cls, change: MeterChange) -> "MeterChangeOutput":
        """Return a meter's change as it is sent."""
        return cls(
            endpoint_id=change.endpoint_id,
            endpoint=change.endpoint,
            meter_id=change.meter_id,
            meter=change.meter,
            billed_kwh=kwh(change.billed_milliwh),
            adjusted_kwh=kwh(change.adjusted_milliwh),
            truth_kwh=kwh(change.truth_milliwh),
            would_change_by_kwh=kwh(change.would_change_milliwh),
        )


class ChangesOutput(Schema):
    """What a closed month would change by."""

    model_config = ConfigDict(json_schema_extra={"examples": [CHANGES]})

    client_id: str
    month: str
    amount: Number | None = Field(
        description="Before VAT, by the tariff it was closed with; null without one, or where "
        "nothing changed."
    )
    currency: str | None
    meters: list[MeterChangeOutput]

    @classmethod
    def of(cls, changes: MonthChanges) -> "ChangesOutput":
        """Return a month's changes as they are sent."""
        return cls(
            client_id=changes.client_id,
            month=f"{changes.month:%Y-%m}",
            amount=changes.amount,
            currency=changes.currency,
            meters=[MeterChangeOutput.of(each) for each in changes.meters],
        )
