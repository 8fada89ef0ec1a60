"""A month as JSON: its lines, what puts bills at risk, and what became of its close."""

from decimal import Decimal
from typing import Any

from pydantic import ConfigDict, Field

from wattledger.domain.finding import Finding, FindingKind
from wattledger.domain.instant import format_instant
from wattledger.domain.month_report import Flag, MonthLine, MonthState, Peak
from wattledger.domain.scaled import KW, to_decimal
from wattledger.domain.statement import MonthBook, Statement
from wattledger.reports.fields import PERCENT
from wattledger.reports.finding_fields import finding_fields
from wattledger.reports.wording import total_measured
from wattledger.services.close_month import ClientClose, CloseOutcome
from wattledger.web.api.energy_schemas import BreakOutput, EpochOutput
from wattledger.web.api.report_examples import CLIENT_CLOSE, CLOSE_INPUT, FINDING, MONTH_REPORT
from wattledger.web.schema import Number, Schema, Timestamp, kwh


class LineOutput(Schema):
    """One meter's month for one client. Energy is after multiplier and share.

    Its readings, and what the device answered at each, are those of
    `/meters/{meterId}/readings` from `from` to `to`.
    """

    client_id: str | None
    client: str | None
    endpoint_id: str
    endpoint: str
    meter_id: int
    meter: str
    location: str | None
    start: Timestamp = Field(alias="from")
    end: Timestamp = Field(alias="to")
    time_zone: str | None = Field(description="Of its site; null where it is the report's.")
    share_percent: Number
    opening_kwh: Number | None = Field(description="The register as displayed; null in a break.")
    closing_kwh: Number | None
    opening_between: bool = Field(
        description="Whether nobody read the register at `from`: it is reckoned between reads."
    )
    closing_between: bool = Field(description="The same at `to`.")
    kwh: Number | None = Field(description="Null where it is not known, never 0.")
    previous_kwh: Number | None = Field(description="The month before.")
    previous_in_part: bool = Field(
        description="Whether less than the whole month before is known: then there is no change."
    )
    change_percent: Number | None
    year_ago_kwh: Number | None
    year_ago_in_part: bool
    year_change_percent: Number | None
    quality: dict[str, Number | None] = Field(
        description="kWh by code: 7 edited, 9 estimated, 10 questionable, 17 validated, "
        "18 verified."
    )
    measured_percent: Number | None
    uncertainty_kwh: Number | None
    flags: list[Flag]
    peak_kw: Number | None = Field(description="The largest window of 15 minutes.")
    peak_at: Timestamp | None
    p95_kw: Number | None = Field(description="The 95th percentile of the windows.")
    epochs: list[EpochOutput]
    breaks: list[BreakOutput]

    @classmethod
    def of(cls, line: MonthLine) -> "LineOutput":
        """Return a line as it is sent."""
        span: dict[str, Any] = {
            "from": format_instant(line.start_at),
            "to": format_instant(line.end_at),
        }
        return cls(
            client_id=line.client_id,
            client=line.client,
            endpoint_id=line.endpoint_id,
            endpoint=line.endpoint,
            meter_id=line.meter_id,
            meter=line.meter,
            location=line.location,
            **span,
            time_zone=line.zone,
            share_percent=to_decimal(line.share_ppm, PERCENT),
            opening_kwh=kwh(line.opening_milliwh),
            closing_kwh=kwh(line.closing_milliwh),
            opening_between=line.opening_between,
            closing_between=line.closing_between,
            kwh=kwh(line.energy_milliwh),
            previous_kwh=kwh(line.previous_milliwh),
            previous_in_part=line.previous_in_part,
            change_percent=line.change_percent,
            year_ago_kwh=kwh(line.year_ago_milliwh),
            year_ago_in_part=line.year_ago_in_part,
            year_change_percent=line.year_change_percent,
            quality={str(code.value): kwh(energy) for code, energy in line.quality},
            measured_percent=line.measured_percent,
            uncertainty_kwh=kwh(line.uncertainty_milliwh),
            flags=list(line.flags),
            **_peak(line.peak),
            epochs=[EpochOutput.of(segment) for segment in line.segments],
            breaks=[BreakOutput.of(gap) for gap in line.breaks],
        )


def _peak(peak: Peak | None) -> dict[str, Any]:
    return {
        "peak_kw": _kw(peak.peak_mw) if peak else None,
        "peak_at": format_instant(peak.peak_at) if peak else None,
        "p95_kw": _kw(peak.p95_mw) if peak else None,
    }


def _kw(milliwatts: int) -> Decimal:
    return to_decimal(milliwatts, KW)


class ClientMonthOutput(Schema):
    """What the month comes to for one client; money where it has a tariff."""

    client_id: str
    client: str
    state: MonthState
    number: str | None = Field(description="Of its statement, once that is closed.")
    meters: int
    kwh: Number | None = Field(description="The sum of its lines, each rounded to the Wh.")
    previous_kwh: Number | None = Field(
        description="The client's own month before: of all that served it then."
    )
    previous_in_part: bool = Field(description="Whether some meter of then is known in part.")
    change_percent: Number | None
    measured_percent: Number | None
    currency: str | None
    net: Number | None
    gross: Number | None

    @classmethod
    def of(cls, statement: Statement) -> "ClientMonthOutput":
        """Return what a statement comes to."""
        is_priced = statement.currency is not None
        return cls(
            client_id=statement.client_id,
            client=statement.client,
            state=statement.state,
            number=statement.number,
            meters=len({line.meter_id for line in statement.lines}),
            kwh=statement.total_kwh,
            previous_kwh=statement.before.kwh,
            previous_in_part=statement.before.in_part,
            change_percent=statement.change_percent,
            measured_percent=total_measured(statement.lines),
            currency=statement.currency,
            net=statement.net if is_priced else None,
            gross=statement.gross if is_priced else None,
        )


class ReportOutput(Schema):
    """The month of all meters, or of one client's; what serves nobody stands last."""

    model_config = ConfigDict(json_schema_extra={"examples": [MONTH_REPORT]})

    month: str
    time_zone: str = Field(description="Of most lines; each is of the month at its own site.")
    time_zones: list[str] = Field(description="Those of all lines.")
    state: MonthState
    total_kwh: Number | None = Field(description="The sum of the lines, each rounded to the Wh.")
    previous_kwh: Number | None = Field(
        description="The month before: of the clients and of what served nobody then."
    )
    previous_in_part: bool = Field(description="Whether some meter of then is known in part.")
    change_percent: Number | None
    clients: list[ClientMonthOutput]
    lines: list[LineOutput]

    @classmethod
    def of(cls, book: MonthBook) -> "ReportOutput":
        """Return a month as it is sent."""
        report = book.report
        return cls(
            month=f"{report.month:%Y-%m}",
            time_zone=report.zone,
            time_zones=list(report.zones),
            state=report.state,
            total_kwh=report.total_kwh,
            previous_kwh=book.before.kwh,
            previous_in_part=book.before.in_part,
            change_percent=book.change_percent,
            clients=[ClientMonthOutput.of(statement) for statement in book.statements],
            lines=[LineOutput.of(line) for line in report.lines],
        )


class FindingOutput(Schema):
    """What stands between a month and its close."""

    model_config = ConfigDict(json_schema_extra={"examples": [FINDING]})

    kind: FindingKind
    blocks: bool = Field(description="Whether a person must mend or accept it before the close.")
    client_id: str | None
    client: str | None
    endpoint_id: str
    endpoint: str
    meter_id: int
    meter: str
    sentence: str = Field(description="What is wrong and what to do.")

    @classmethod
    def of(cls, finding: Finding) -> "FindingOutput":
        """Return a finding as it is sent."""
        return cls.model_validate(finding_fields(finding))


class CloseInput(Schema):
    """What to close: all clients, or one by id or name."""

    model_config = ConfigDict(json_schema_extra={"examples": [CLOSE_INPUT]})

    client_id: str | None = Field(default=None, max_length=200)
    accept_estimates: bool = Field(
        default=False, description="Close what findings block; needs a reason."
    )
    reason: str = Field(default="", max_length=2000, description="It stands in the notes.")


class ClientCloseOutput(Schema):
    """What became of one client's month."""

    model_config = ConfigDict(json_schema_extra={"examples": [CLIENT_CLOSE]})

    client_id: str
    client: str
    outcome: CloseOutcome
    number: str | None = Field(description="The statement's number, if it was closed now.")
    sha256: str | None
    reason: str | None = Field(description="Why it is blocked, where no finding blocks it.")
    findings: list[FindingOutput]

    @classmethod
    def of(cls, close: ClientClose) -> "ClientCloseOutput":
        """Return a client's close as it is sent."""
        statement = close.statement
        seal = statement.seal if statement else None
        return cls(
            client_id=close.client_id,
            client=close.client,
            outcome=close.outcome,
            number=statement.number if statement else None,
            sha256=seal.sha256 if seal else None,
            reason=close.reason,
            findings=[FindingOutput.of(finding) for finding in close.findings],
        )
