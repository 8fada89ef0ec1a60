"""Runs as JSON: how far they are, how each endpoint ended, what they say."""

from pydantic import ConfigDict, Field

from wattledger.domain.instant import MILLISECOND, Instant, format_instant
from wattledger.domain.outcome import Outcome
from wattledger.store.run_log import Level, StoredLine
from wattledger.store.runs import Cause, RunRow, RunState
from wattledger.store.targets import EndpointEnd
from wattledger.web.api.job_examples import RUN_ENDPOINT, RUN_LINE, RUN_OUTPUT
from wattledger.web.api.job_schemas import RunSummary, summary_of
from wattledger.web.schema import Output, Timestamp


class RunProgress(RunSummary):
    """How far a run is; pending ones of a cancelled run were not read."""

    pending: int


class RunOutput(Output):
    """A run of a job."""

    model_config = ConfigDict(json_schema_extra={"examples": [RUN_OUTPUT]})

    id: int
    job_id: str
    job_name: str
    state: RunState
    cause: Cause = Field(
        description="The poller, the job's schedule, a person, or a person for what had failed."
    )
    started_by: str | None = Field(description="The person or token that asked for it.")
    retry_of: int | None = Field(description="The run whose failed endpoints it reads again.")
    due_at: Timestamp
    started_at: Timestamp
    finished_at: Timestamp | None
    cancelled_at: Timestamp | None
    late_milliseconds: int = Field(description="From due to started.")
    milliseconds: int | None = Field(description="From started to finished; null until then.")
    message: str | None = Field(
        description="What to know of it: why it was skipped, late, or has failed."
    )
    failed_chunks: int = Field(
        description="Chunks that were given up: their handler failed or took too long in every "
        "try, or is gone. A run with such a chunk ends as `failed`."
    )
    progress: RunProgress
    summary: RunSummary


class RunEndpoint(Output):
    """How an endpoint of a run ended: its newest attempt in it."""

    model_config = ConfigDict(json_schema_extra={"examples": [RUN_ENDPOINT]})

    endpoint_id: str
    endpoint_name: str
    outcome: Outcome | None = Field(description="Null: not read in this run, or not yet.")
    message: str | None = Field(description="What went wrong and what to do.")
    attempts: int = Field(description="How often it was tried in this run.")
    attempt_id: int | None = Field(description="Leads to GET /attempts/{attempt}.")
    started_at: Timestamp | None
    milliseconds: int | None


class RunLine(Output):
    """A line of what a run says."""

    model_config = ConfigDict(json_schema_extra={"examples": [RUN_LINE]})

    id: int
    at: Timestamp
    level: Level
    message: str


def run_output(run: RunRow) -> RunOutput:
    """Return a run as it is shown."""
    pending = run.total - run.successful - run.failed
    over = run.finished_at
    return RunOutput(
        id=run.id,
        job_id=run.job,
        job_name=run.job_name,
        state=run.state,
        cause=run.cause,
        started_by=run.started_by,
        retry_of=run.retry_of,
        due_at=format_instant(run.due_at),
        started_at=format_instant(run.started_at),
        finished_at=_at(over),
        cancelled_at=_at(run.cancelled_at),
        late_milliseconds=max(0, run.started_at - run.due_at) // MILLISECOND,
        milliseconds=None if over is None else max(0, over - run.started_at) // MILLISECOND,
        message=run.message,
        failed_chunks=run.failed_chunks,
        progress=RunProgress(
            total=run.total, successful=run.successful, failed=run.failed, pending=pending
        ),
        summary=summary_of(run),
    )


def _at(instant: Instant | None) -> str | None:
    return None if instant is None else format_instant(instant)


def run_endpoint(end: EndpointEnd) -> RunEndpoint:
    """Return how an endpoint ended as it is shown."""
    return RunEndpoint(
        endpoint_id=end.public_id,
        endpoint_name=end.name,
        outcome=end.outcome,
        message=end.message,
        attempts=end.attempts,
        attempt_id=end.attempt_id,
        started_at=_at(end.started_at),
        milliseconds=end.milliseconds,
    )


def run_line(stored: StoredLine) -> RunLine:
    """Return a line as it is shown."""
    line = stored.line
    return RunLine(id=stored.id, at=format_instant(line.at), level=line.level, message=line.message)
