"""How the installation is doing, as JSON."""

from pydantic import ConfigDict, Field

from wattledger.domain.instant import Instant, format_instant
from wattledger.services.examine import Finding, Verdict
from wattledger.services.show_system import SystemState
from wattledger.web.api.system_examples import SYSTEM
from wattledger.web.schema import Schema, Timestamp


class SystemDatabase(Schema):
    """The database."""

    kind: str
    size_bytes: int
    revision: str | None = Field(description="Version of its tables.")


class SystemDisk(Schema):
    """The disk that the data is on."""

    free_bytes: int
    total_bytes: int


class SystemBrowser(Schema):
    """The browser for pages that need one."""

    found: bool
    version: str | None = Field(description="Null without one, and where it does not start.")


class SystemScheduler(Schema):
    """What fires the jobs."""

    beat_at: Timestamp | None = Field(description="Its last sign of life; one comes every 5 s.")


class SystemQueue(Schema):
    """The parts of runs, each of some endpoints, that are to be worked off."""

    running: int
    pending: int = Field(description="Those whose time has come and that wait.")
    oldest_due_at: Timestamp | None = Field(description="Since when the first of them waits.")


class SystemBackups(Schema):
    """The last backup that `wattledger backup` made of this data folder."""

    last_at: Timestamp | None
    last_bytes: int | None


class SystemCheck(Schema):
    """What an examination of `wattledger doctor` found."""

    name: str
    ok: bool
    message: str
    advice: str | None = Field(description="What to do, where there is something to do.")


class SystemSetting(Schema):
    """A setting in force."""

    name: str = Field(description="As an environment variable.")
    value: str | None = Field(description="Null where it is not set, and for secrets.")
    source: str = Field(description="`environment`, `file`, `command` or `default`.")


class SystemOutput(Schema):
    """How the installation is doing."""

    model_config = ConfigDict(json_schema_extra={"examples": [SYSTEM]})

    version: str
    started_at: Timestamp
    database: SystemDatabase
    disk: SystemDisk
    browser: SystemBrowser
    scheduler: SystemScheduler
    queue: SystemQueue
    backups: SystemBackups
    checked_at: Timestamp = Field(description="When the checks were made.")
    checks: list[SystemCheck]
    settings: list[SystemSetting]


def system_output(state: SystemState) -> SystemOutput:
    """Return how the installation is doing."""
    backup, browser = state.backup, state.examined.browser
    return SystemOutput(
        version=state.version,
        started_at=format_instant(state.started_at),
        database=SystemDatabase(
            kind=state.database_kind, size_bytes=state.database_bytes, revision=state.revision
        ),
        disk=SystemDisk(free_bytes=state.disk_free, total_bytes=state.disk_total),
        browser=SystemBrowser(found=browser.program is not None, version=browser.version),
        scheduler=SystemScheduler(beat_at=_at(state.beat_at)),
        queue=SystemQueue(
            running=state.queue.claimed,
            pending=state.queue.waiting,
            oldest_due_at=_at(state.queue.oldest_at),
        ),
        backups=SystemBackups(
            last_at=_at(backup.at if backup else None),
            last_bytes=backup.size_bytes if backup else None,
        ),
        checked_at=format_instant(state.examined.at),
        checks=[_check(finding) for finding in state.examined.findings],
        settings=[
            SystemSetting(name=each.name, value=each.value, source=each.source)
            for each in state.settings
        ],
    )


def _at(instant: Instant | None) -> str | None:
    return None if instant is None else format_instant(instant)


def _check(finding: Finding) -> SystemCheck:
    return SystemCheck(
        name=finding.subject,
        ok=finding.verdict is Verdict.FINE,
        message=finding.text,
        advice=finding.fix,
    )
