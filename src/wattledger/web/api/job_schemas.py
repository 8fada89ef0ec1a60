"""Jobs as JSON: what may be sent, and what is shown."""

import json
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, TypeAlias

from pydantic import AfterValidator, ConfigDict, Field, JsonValue, model_validator

from wattledger.domain.instant import format_instant
from wattledger.jobs.schedule import LONGEST
from wattledger.services.keep_job import CheckedSchedule, JobSetup, ShownJob, words_of
from wattledger.store.runs import Cause, RunRow, RunState
from wattledger.web.api.endpoint_schemas import Line, RequiredLine
from wattledger.web.api.job_examples import (
    JOB_CHANGE,
    JOB_INPUT,
    JOB_OUTPUT,
    SCHEDULE_INPUT,
    SCHEDULE_OUTPUT,
)
from wattledger.web.schema import Output, Schema, Timestamp

_SHOWN_ONLY = frozenset(
    {
        *("id", "module", "scheduleText", "nextRunAt", "lastRun", "builtIn"),
        *("createdAt", "updatedAt"),
    }
)

_Description: TypeAlias = Annotated[str, Field(max_length=2_000)]
_Cron: TypeAlias = Annotated[
    str,
    Field(
        min_length=1,
        max_length=LONGEST,
        description="When it fires, as cron writes it: minute, hour, day of the month, month, day "
        "of the week; or @hourly, @daily, @weekly, @monthly, @yearly.",
    ),
]


def _storable(config: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """Refuse what JSON lets through and nothing can store: halves of characters, infinity."""
    try:
        json.dumps(config, ensure_ascii=False, allow_nan=False).encode()
    except UnicodeEncodeError:
        raise ValueError("It holds half a character; send whole ones.") from None
    except ValueError:
        raise ValueError("It holds a number that is too large.") from None
    except RecursionError:
        raise ValueError("It is nested too deeply.") from None
    return config


_Config: TypeAlias = Annotated[dict[str, JsonValue], AfterValidator(_storable)]
_HANDLER = (
    "Which handler of the module runs. `jobs/collect-consumption.js`, "
    "`jobs/collect_consumption.py` and `collect-consumption` mean the same."
)
_MODULE = "Id or name of a module, as GET /modules tells."
_ZONE = "IANA time zone of the schedule; left out, that of the first site."
_CONFIG = (
    "What the handler is told; its schema is in GET /modules. `endpoints` is `all`, `due` or a "
    "list of endpoint ids. Defaults are filled in. At most 500,000 characters of JSON."
)


class _Sent(Schema):
    """A job as it is sent: what is only shown may be sent along and is ignored."""

    @model_validator(mode="before")
    @classmethod
    def _without_what_is_only_shown(cls, sent: object) -> object:
        if not isinstance(sent, Mapping):
            return sent
        return {name: value for name, value in sent.items() if name not in _SHOWN_ONLY}


class JobInput(_Sent):
    """A job as a person sets it up.

    What is only shown (`id`, `nextRunAt` ...) may be sent along and is ignored, so that what was
    shown can be changed and sent back.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [JOB_INPUT]})

    name: RequiredLine = Field(description="Unique among the jobs that are not deleted.")
    description: _Description = ""
    module_id: RequiredLine = Field(description=_MODULE)
    handler: RequiredLine = Field(description=_HANDLER)
    schedule: _Cron
    time_zone: Line | None = Field(default=None, description=_ZONE)
    enabled: bool = Field(default=True, description="Whether it fires by itself.")
    config: _Config = Field(default={}, description=_CONFIG)

    def as_setup(self) -> JobSetup:
        """Return what the service takes."""
        return JobSetup(
            name=self.name,
            module=self.module_id,
            handler=self.handler,
            schedule=self.schedule,
            description=self.description,
            time_zone=self.time_zone or None,
            enabled=self.enabled,
            config=self.config,
        )


class JobChange(_Sent):
    """What to change of a job; what is left out stays. Of the poller only `enabled` can be."""

    model_config = ConfigDict(json_schema_extra={"examples": [JOB_CHANGE]})

    name: RequiredLine | None = None
    description: _Description | None = None
    module_id: RequiredLine | None = Field(default=None, description=_MODULE)
    handler: RequiredLine | None = Field(default=None, description=_HANDLER)
    schedule: _Cron | None = None
    time_zone: RequiredLine | None = Field(default=None, description=_ZONE)
    enabled: bool | None = Field(default=None, description="Whether it fires by itself.")
    config: _Config | None = Field(
        default=None, description=_CONFIG + " Another one takes the place of the whole config."
    )

    def as_changes(self) -> dict[str, Any]:
        """Return what was sent, by the names of the service's fields; null is nothing sent."""
        changes = {name: getattr(self, name) for name in self.model_fields_set}
        if "module_id" in changes:
            changes["module"] = changes.pop("module_id")
        return {name: value for name, value in changes.items() if value is not None}


class RunSummary(Output):
    """How many endpoints of a run were read, and how many were not."""

    total: int
    successful: int
    failed: int


class LastRun(Output):
    """The last run of a job that was not skipped."""

    id: int
    state: RunState
    cause: Cause
    started_at: Timestamp
    finished_at: Timestamp | None
    summary: RunSummary


class JobOutput(Output):
    """A job."""

    model_config = ConfigDict(json_schema_extra={"examples": [JOB_OUTPUT]})
    beside_settings: ClassVar[frozenset[str]] = frozenset(
        {"module_id", "next_run_at", "last_run", "updated_at"}
    )

    id: str
    name: str
    description: str
    module_id: str | None = Field(description="Null where the module was never found.")
    module: str
    handler: str
    schedule: str | None = Field(description="Null for the built-in poller.")
    schedule_text: str = Field(description="The schedule in words.")
    time_zone: str | None
    enabled: bool
    config: dict[str, JsonValue]
    next_run_at: Timestamp | None = Field(description="Null while it is paused.")
    last_run: LastRun | None
    built_in: bool = Field(description="Ships with Wattledger: can be paused, not deleted.")
    created_at: Timestamp
    updated_at: Timestamp


class RemovedJob(Schema):
    """A job that was deleted."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "0199f3a4-5b6c-7d8e-9f01-23456789abcd",
                    "name": "Hourly Consumption Collection",
                }
            ]
        }
    )

    id: str
    name: str


class Firings(Schema):
    """When a job fires next."""

    firings: list[Timestamp]


class ScheduleInput(Schema):
    """A schedule to be checked."""

    model_config = ConfigDict(json_schema_extra={"examples": [SCHEDULE_INPUT]})

    schedule: _Cron
    time_zone: Line | None = Field(default=None, description=_ZONE)


class ScheduleOutput(Schema):
    """What a schedule means."""

    model_config = ConfigDict(json_schema_extra={"examples": [SCHEDULE_OUTPUT]})

    schedule_text: str = Field(description="In words.")
    time_zone: str
    firings: list[Timestamp] = Field(description="The next ones.")


def job_output(shown: ShownJob) -> JobOutput:
    """Return a job as it is shown."""
    row = shown.row
    return JobOutput(
        id=row.public_id,
        name=row.name,
        description=row.description,
        module_id=shown.module_id,
        module=row.module,
        handler=row.handler,
        schedule=row.schedule,
        schedule_text=words_of(row),
        time_zone=row.time_zone,
        enabled=row.enabled,
        config=dict(row.config),
        next_run_at=None if row.next_due_at is None else format_instant(row.next_due_at),
        last_run=None if shown.last_run is None else _last_run(shown.last_run),
        built_in=row.is_built_in,
        created_at=format_instant(row.created_at),
        updated_at=format_instant(row.updated_at),
    )


def _last_run(run: RunRow) -> LastRun:
    return LastRun(
        id=run.id,
        state=run.state,
        cause=run.cause,
        started_at=format_instant(run.started_at),
        finished_at=None if run.finished_at is None else format_instant(run.finished_at),
        summary=summary_of(run),
    )


def summary_of(run: RunRow) -> RunSummary:
    """Return the figures of a run."""
    return RunSummary(total=run.total, successful=run.successful, failed=run.failed)


def schedule_output(checked: CheckedSchedule) -> ScheduleOutput:
    """Return a schedule in words and its next firings."""
    return ScheduleOutput(
        schedule_text=checked.words,
        time_zone=checked.time_zone,
        firings=[format_instant(at) for at in checked.firings],
    )
