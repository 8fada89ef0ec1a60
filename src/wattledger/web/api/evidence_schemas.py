"""Attempts and captures as JSON: what a reading rests on."""

from pydantic import ConfigDict, Field

from wattledger.domain.instant import format_instant
from wattledger.domain.outcome import Outcome
from wattledger.store.evidence import StoredAttempt, StoredCapture
from wattledger.web.api.meter_examples import ATTEMPT
from wattledger.web.schema import Schema, Timestamp


class CaptureOutput(Schema):
    """What a device answered."""

    id: int = Field(description="Leads to GET /captures/{capture}, the same text byte for byte.")
    taken_at: Timestamp
    url: str
    status: int | None = Field(description="HTTP status of the page.")
    sha256: str = Field(description="Of the text as it is kept, in UTF-8.")
    text: str = Field(description="The page as it is kept, without secrets. Show it as text only.")


class AttemptOutput(Schema):
    """One try at reading an endpoint."""

    model_config = ConfigDict(json_schema_extra={"examples": [ATTEMPT]})

    id: int
    endpoint_id: str
    endpoint_name: str
    run_id: int | None = Field(description="The job's run it belonged to; null: read by hand.")
    started_at: Timestamp
    milliseconds: int
    transport: str
    outcome: Outcome
    message: str | None = Field(description="What went wrong and what to do.")
    capture: CaptureOutput | None = Field(description="Null where nothing is, or is still, kept.")


def attempt_output(stored: StoredAttempt) -> AttemptOutput:
    """Return an attempt as it is shown."""
    return AttemptOutput(
        id=stored.id,
        endpoint_id=stored.endpoint_id,
        endpoint_name=stored.endpoint,
        run_id=stored.run_id,
        started_at=format_instant(stored.started_at),
        milliseconds=stored.milliseconds,
        transport=stored.transport,
        outcome=stored.outcome,
        message=stored.message,
        capture=None if stored.capture is None else _capture(stored.capture),
    )


def _capture(stored: StoredCapture) -> CaptureOutput:
    return CaptureOutput(
        id=stored.id,
        taken_at=format_instant(stored.taken_at),
        url=stored.url,
        status=stored.status,
        sha256=stored.sha256,
        text=stored.body.decode(errors="replace"),
    )
