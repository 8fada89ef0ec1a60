"""Attempts and captures as JSON: what a reading rests on."""

from pydantic import ConfigDict, Field

from wattledger.domain.instant import format_instant
from wattledger.domain.outcome import Outcome
from wattledger.store.kept_evidence import StoredAttempt, StoredCapture
from wattledger.web.api.meter_examples import ATTEMPT
from wattledger.web.api.trial_schemas import TrialStep
from wattledger.web.schema import Schema, Timestamp


class CaptureHeader(Schema):
    """A header that a device sent with its page."""

    name: str
    value: str


class CaptureOutput(Schema):
    """What a device answered."""

    id: int = Field(description="Leads to GET /captures/{capture}, the same text byte for byte.")
    taken_at: Timestamp
    url: str
    status: int | None = Field(description="HTTP status of the page.")
    sha256: str = Field(description="Of the text as it is kept, in UTF-8.")
    headers: list[CaptureHeader] | None = Field(
        description="Headers of the page, of an attempt that failed; without secrets, as devices "
        "say them."
    )
    text: str | None = Field(
        description="The page as it is kept, without secrets; null in lists. Show it as text only."
    )


class PictureOutput(Schema):
    """A picture of what a device answered."""

    id: int = Field(description="Leads to GET /captures/{capture}/picture, a PNG.")
    taken_at: Timestamp
    sha256: str | None = Field(description="Of the PNG; null where that was not kept yet.")


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
    steps: list[TrialStep] | None = Field(
        description="What it did and how long that took, as far as it got; kept of failures."
    )
    picture: PictureOutput | None = Field(description="Null where none was, or is still, kept.")
    capture: CaptureOutput | None = Field(description="Null where nothing is, or is still, kept.")


def attempt_output(stored: StoredAttempt) -> AttemptOutput:
    """Return an attempt as it is shown."""
    kept, steps = stored.capture, stored.steps
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
        steps=None
        if steps is None
        else [TrialStep(label=label, milliseconds=taken) for label, taken in steps],
        picture=None if kept is None else _picture(kept),
        capture=None if kept is None else _capture(kept),
    )


def _picture(stored: StoredCapture) -> PictureOutput | None:
    if stored.screenshot is None:
        return None
    return PictureOutput(
        id=stored.id, taken_at=format_instant(stored.taken_at), sha256=stored.screenshot_sha256
    )


def _capture(stored: StoredCapture) -> CaptureOutput:
    headers = stored.headers
    return CaptureOutput(
        id=stored.id,
        taken_at=format_instant(stored.taken_at),
        url=stored.url,
        status=stored.status,
        sha256=stored.sha256,
        headers=None
        if headers is None
        else [CaptureHeader(name=name, value=value) for name, value in headers],
        text=None if stored.body is None else stored.body.decode(errors="replace"),
    )
