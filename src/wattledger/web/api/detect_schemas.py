"""What looking for the register takes, and what it shows."""

import base64
from collections.abc import Mapping

from pydantic import ConfigDict, Field, model_validator

from wattledger.collect.find.find_numbers import FoundNumbers
from wattledger.collect.find.propose import Proposal
from wattledger.domain.figure import FigureKind
from wattledger.domain.outcome import Outcome
from wattledger.domain.recipe import (
    AuthConfig,
    AuthType,
    DecimalMark,
    Engine,
    PageConfig,
    ScrapingConfig,
)
from wattledger.services.detect_register import Detection, DetectOrder
from wattledger.store.evidence import RAW_LIMIT
from wattledger.web.api.detect_examples import DETECT_INPUT, DETECTION
from wattledger.web.api.endpoint_schemas import Line, RequiredLine
from wattledger.web.api.trial_schemas import TrialStep
from wattledger.web.schema import Number, Schema, kwh

_LOGIN_SHOWN_ONLY = "hasPassword"


class DetectInput(Schema):
    """Where to look for the register, and the way to its page."""

    model_config = ConfigDict(json_schema_extra={"examples": [DETECT_INPUT]})

    ip_address: RequiredLine = Field(
        description="Host, host:port or URL of the device's page.", examples=["192.168.1.100"]
    )
    auth_type: AuthType = AuthType.NONE
    auth_config: AuthConfig | None = Field(
        default=None, description="The login; as in POST /endpoints/try it is not kept."
    )
    scraping_config: PageConfig = Field(
        default_factory=PageConfig,
        description="Only what leads to the page: `steps` and `engine`.",
    )
    endpoint: Line | None = Field(
        default=None,
        description="Id or name of the endpoint that is being changed: its stored password is used "
        "where none is sent, for the address, port and login host it was given for.",
    )

    @model_validator(mode="before")
    @classmethod
    def _without_what_is_only_shown(cls, sent: object) -> object:
        if not isinstance(sent, Mapping) or not isinstance(sent.get("authConfig"), Mapping):
            return sent
        login = {
            key: value for key, value in sent["authConfig"].items() if key != _LOGIN_SHOWN_ONLY
        }
        return {**sent, "authConfig": login}

    def as_order(self) -> DetectOrder:
        """Return what the service takes."""
        return DetectOrder(
            address=self.ip_address,
            page=self.scraping_config,
            auth_type=self.auth_type,
            auth_config=self.auth_config,
            endpoint=self.endpoint or None,
        )


class DetectedNumber(Schema):
    """A number on the page."""

    label: str = Field(description="The words beside it, or its path; empty where there are none.")
    text: str = Field(description="The number as shown, with its unit.")
    value: Number
    unit: str | None
    kind: FigureKind = Field(description="What it measures, by its unit or its words.")
    selector: str = Field(description="Finds this number on the page, and no other.")
    pattern: str | None
    decimal: DecimalMark
    score: int | None = Field(
        description="Points for being the register, or for being the field of its kind; null where "
        "it can be neither."
    )
    reasons: list[str]


class DetectedRegister(Schema):
    """A number that may be the register, the likeliest first."""

    number: int = Field(description="Its place in `numbers`, from 0.")
    label: str
    text: str
    total_kwh: Number | None = Field(
        description="What `scrapingConfig` reads from the page, in kWh."
    )
    score: int
    reasons: list[str]
    scraping_config: ScrapingConfig = Field(
        description="Reads it: to be sent to POST /endpoints/try as it is, or saved."
    )


class DetectedFields(Schema):
    """The likeliest numbers beside the register, by their places in `numbers`."""

    power: int | None
    voltage: int | None
    current: int | None
    power_factor: int | None


class Detected(Schema):
    """How looking at a page went, what numbers it shows, and which may be the register."""

    model_config = ConfigDict(json_schema_extra={"examples": [DETECTION]})

    success: bool = Field(description="Whether the page was read; it may show no register.")
    outcome: Outcome
    message: str | None = Field(description="What went wrong, or what the page leaves open.")
    transport: Engine = Field(description="Whether it was read over plain HTTP or the browser.")
    milliseconds: int
    undecided: bool = Field(
        description="Whether the first two registers are about as likely: a person must look."
    )
    registers: list[DetectedRegister] = Field(description="At most 10, the likeliest first.")
    fields: DetectedFields
    numbers: list[DetectedNumber] = Field(description="At most 500, in the order of the page.")
    unaddressed: int = Field(description="How many numbers no selector tells from others.")
    has_more: bool = Field(description="Whether the page shows more than was looked at.")
    steps: list[TrialStep]
    status: int | None = Field(description="HTTP status of the page.")
    screenshot: str | None = Field(description="PNG in base64 of the page, of a failure.")
    raw_data: str | None = Field(description="The beginning of the page, of a failure.")


def detected(detection: Detection) -> Detected:
    """Return what is shown of a detection: the page and its picture only of a failure."""
    attempt, found = detection.attempt, detection.found
    fetched, failed = attempt.fetched, found is None
    picture = fetched.screenshot if failed else None
    return Detected(
        success=not failed,
        outcome=attempt.outcome,
        message=detection.advice,
        transport=attempt.transport,
        milliseconds=attempt.milliseconds,
        undecided=detection.is_close,
        registers=[] if found is None else [_register(found, each) for each in detection.proposals],
        fields=_fields(found),
        numbers=[] if found is None else _numbers(found),
        unaddressed=0 if found is None else found.unaddressed,
        has_more=found is not None and found.is_cut,
        steps=[TrialStep(label=s.label, milliseconds=s.milliseconds) for s in fetched.steps],
        status=fetched.status,
        screenshot=base64.b64encode(picture).decode("ascii") if picture else None,
        raw_data=fetched.documents[0].text[:RAW_LIMIT] if failed and fetched.documents else None,
    )


def _numbers(found: FoundNumbers) -> list[DetectedNumber]:
    return [
        DetectedNumber(
            label=number.figure.label,
            text=number.text,
            value=number.figure.value,
            unit=number.figure.unit,
            kind=judged.kind,
            selector=number.selector,
            pattern=number.pattern,
            decimal=number.decimal,
            score=judged.score,
            reasons=list(judged.reasons),
        )
        for number, judged in zip(found.numbers, found.ranking.judgements, strict=True)
    ]


def _register(found: FoundNumbers, proposal: Proposal) -> DetectedRegister:
    number, judged = found.numbers[proposal.place], found.ranking.judgements[proposal.place]
    return DetectedRegister(
        number=proposal.place,
        label=number.figure.label,
        text=number.text,
        total_kwh=kwh(proposal.sample.total_milliwh),
        score=judged.score or 0,
        reasons=list(judged.reasons),
        scraping_config=proposal.scraping_config,
    )


def _fields(found: FoundNumbers | None) -> DetectedFields:
    places = {} if found is None else found.ranking.fields
    return DetectedFields(
        power=places.get(FigureKind.POWER),
        voltage=places.get(FigureKind.VOLTAGE),
        current=places.get(FigureKind.CURRENT),
        power_factor=places.get(FigureKind.POWER_FACTOR),
    )
