"""What a trial of a recipe shows."""

import base64

from pydantic import ConfigDict, Field

from wattledger.collect.attempt import Attempt
from wattledger.domain.outcome import Outcome
from wattledger.domain.reading import Sample
from wattledger.domain.recipe import Engine
from wattledger.store.evidence import RAW_LIMIT
from wattledger.web.api.examples import TRIAL
from wattledger.web.schema import Number, Schema, kwh, milli


class TrialStep(Schema):
    """A step and how long it took."""

    label: str
    milliseconds: int


class TrialFields(Schema):
    """What stood beside the register."""

    power: Number | None = Field(description="W")
    voltage: Number | None = Field(description="V")
    current: Number | None = Field(description="A")
    power_factor: Number | None


class TrialMeter(TrialFields):
    """What one meter of the device showed."""

    key: str
    total_kwh: Number | None = Field(description="The register as displayed.")


class Trial(Schema):
    """How reading a device went."""

    model_config = ConfigDict(json_schema_extra={"examples": [TRIAL]})

    success: bool
    outcome: Outcome
    message: str | None = Field(description="What went wrong and what to do.")
    transport: Engine = Field(description="Whether it was read over plain HTTP or the browser.")
    milliseconds: int
    value: Number | None = Field(description="The register as displayed, in kWh.")
    fields: TrialFields | None
    meters: list[TrialMeter]
    steps: list[TrialStep]
    status: int | None = Field(description="HTTP status of the page.")
    screenshot: str | None = Field(
        description="PNG in base64 of the page: of a failure, and where a picture is asked for."
    )
    raw_data: str | None = Field(description="The beginning of the page, of a failure.")


def trial(attempt: Attempt, *, picture: bool = False) -> Trial:
    """Return what is shown of an attempt: the page only of a failure, and so its picture.

    With ``picture`` that is shown of a success, too.
    """
    failed = attempt.outcome is not Outcome.OK
    fetched = attempt.fetched
    first = attempt.samples[0] if attempt.samples else None
    screenshot = fetched.screenshot if failed or picture else None
    return Trial(
        success=not failed,
        outcome=attempt.outcome,
        message=attempt.message,
        transport=attempt.transport,
        milliseconds=attempt.milliseconds,
        value=kwh(first.total_milliwh) if first else None,
        fields=TrialFields(**_fields(first)) if first else None,
        meters=[_meter(sample) for sample in attempt.samples],
        steps=[TrialStep(label=s.label, milliseconds=s.milliseconds) for s in fetched.steps],
        status=fetched.status,
        screenshot=base64.b64encode(screenshot).decode("ascii") if screenshot else None,
        raw_data=fetched.documents[0].text[:RAW_LIMIT] if failed and fetched.documents else None,
    )


def _meter(sample: Sample) -> TrialMeter:
    return TrialMeter(key=sample.key, total_kwh=kwh(sample.total_milliwh), **_fields(sample))


def _fields(sample: Sample) -> dict[str, Number | None]:
    return {
        "power": milli(sample.power_mw),
        "voltage": milli(sample.voltage_mv),
        "current": milli(sample.current_ma),
        "power_factor": milli(sample.pf_milli),
    }
