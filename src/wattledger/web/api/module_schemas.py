"""Job modules as JSON."""

from pydantic import ConfigDict, Field, JsonValue

from wattledger.domain.instant import format_instant
from wattledger.jobs.manifest import JobManifest
from wattledger.services.keep_modules import ShownModule
from wattledger.web.api.job_examples import MODULE_OUTPUT
from wattledger.web.schema import Output, Timestamp


class ModuleJob(Output):
    """A job that a module brings."""

    handler: str
    display_name: str
    description: str
    timeout: int = Field(description="Milliseconds that a chunk may take.")
    retries: int = Field(description="How often more a failed endpoint is tried.")
    config_schema: dict[str, JsonValue] = Field(
        description="JSON Schema (2020-12) of the config, with defaults."
    )


class ModuleOutput(Output):
    """A job module."""

    model_config = ConfigDict(json_schema_extra={"examples": [MODULE_OUTPUT]})

    id: str
    name: str
    version: str | None = Field(description="Null where the manifest was never read.")
    display_name: str
    description: str
    built_in: bool
    path: str | None = Field(description="Its folder; null for what ships with Wattledger.")
    problem: str | None = Field(description="Why it cannot be used, and what to do.")
    seen_at: Timestamp
    jobs: list[ModuleJob]


def module_output(shown: ShownModule) -> ModuleOutput:
    """Return a module as it is shown."""
    row, manifest = shown.row, shown.manifest
    return ModuleOutput(
        id=row.public_id,
        name=row.name,
        version=None if manifest is None else manifest.version,
        display_name=row.name if manifest is None else manifest.display_name,
        description="" if manifest is None else manifest.description,
        built_in=row.path is None,
        path=row.path,
        problem=row.problem,
        seen_at=format_instant(row.seen_at),
        jobs=[] if manifest is None else [_job(job) for job in manifest.jobs],
    )


def _job(job: JobManifest) -> ModuleJob:
    return ModuleJob(
        handler=job.handler,
        display_name=job.display_name,
        description=job.description,
        timeout=job.timeout,
        retries=job.retries,
        config_schema=job.config_schema,
    )
