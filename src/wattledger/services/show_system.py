"""How the installation is doing: what it stands on, and what the doctor says of it."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from threading import Lock

from wattledger.config import Setting
from wattledger.domain.errors import WattledgerError
from wattledger.domain.instant import MINUTE, Instant
from wattledger.services.examine import (
    Finding,
    Verdict,
    examine_disk,
    examine_evidence,
    examine_folder,
    examine_user,
)
from wattledger.services.examine_browser import FoundBrowser, examine_browser
from wattledger.services.examine_channels import examine_channels
from wattledger.services.examine_clock import examine_clock
from wattledger.services.examine_database import examine_database, examine_zone
from wattledger.services.examine_server import examine_passwords, examine_scheduler
from wattledger.services.last_backup import LastBackup, last_backup
from wattledger.services.scheduler_beat import scheduler_beat
from wattledger.services.system import System
from wattledger.store.observed import Queue, queue
from wattledger.store.schema_version import schema_revision
from wattledger.version import __version__


@dataclass(frozen=True, slots=True)
class Examined:
    """What the examinations found at an instant."""

    at: Instant
    findings: Sequence[Finding]
    browser: FoundBrowser


@dataclass(frozen=True, slots=True)
class SystemState:
    """How the installation is doing. Settings come without secrets."""

    version: str
    started_at: Instant
    database_kind: str
    database_bytes: int
    revision: str | None
    disk_free: int
    disk_total: int
    beat_at: Instant | None
    queue: Queue
    backup: LastBackup | None
    examined: Examined
    settings: Sequence[Setting]


class SystemWatch:
    """Looks at the installation when asked; what takes long is looked at once a minute at most."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._started_at = system.clock.now()
        self._examining = Lock()
        self._examined: Examined | None = None

    def state(self) -> SystemState:
        """Return how the installation is doing now; its examinations are at most a minute old."""
        system, examined = self._system, self._examinations()
        disk = shutil.disk_usage(system.database.path.parent)
        beat = scheduler_beat(system.database)
        with system.database.connect() as connection:
            waiting = queue(connection, system.clock.now())
        return SystemState(
            version=__version__,
            started_at=self._started_at,
            database_kind=system.database.engine.dialect.name,
            database_bytes=_size(system),
            revision=schema_revision(system.database),
            disk_free=disk.free,
            disk_total=disk.total,
            beat_at=None if beat is None else beat.at,
            queue=waiting,
            backup=last_backup(system.settings.data_dir),
            examined=examined,
            settings=system.settings.told(),
        )

    def _examinations(self) -> Examined:
        with self._examining:
            now, known = self._system.clock.now(), self._examined
            if known is None or not 0 <= now - known.at < MINUTE:
                known = self._examined = _examine(self._system, now)
            return known


def _size(system: System) -> int:
    """Return the bytes of the database, with what is not yet written into its file."""
    path = system.database.path
    files = (path, path.with_name(f"{path.name}-wal"))
    return sum(file.stat().st_size for file in files if file.exists())


def _examine(system: System, now: Instant) -> Examined:
    browser = examine_browser(system.settings)
    return Examined(now, tuple(_findings(system, browser, now)), browser)


def _findings(system: System, browser: FoundBrowser, now: Instant) -> Iterator[Finding]:
    """Yield what ``wattledger doctor`` says, of a server that runs; no page is opened."""
    settings, database = system.settings, system.database
    yield examine_folder(settings.data_dir)
    yield examine_evidence(settings.evidence_dir)
    yield examine_disk(settings.data_dir)
    yield examine_user()
    yield browser.finding
    yield examine_database(settings, database)
    yield _passwords(lambda: examine_passwords(database, system.vault))
    yield examine_clock(database, now)
    yield examine_scheduler(database, now, is_used=True)
    yield examine_channels(database)
    yield examine_zone(settings, database)


def _passwords(look: Callable[[], Finding]) -> Finding:
    try:
        return look()
    except WattledgerError as error:  # the key file is gone, or is none
        fix = "restore the key file from your backup"
        return Finding("passwords", Verdict.BROKEN, str(error), fix)
