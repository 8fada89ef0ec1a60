"""When the last backup of a data folder was made, and how large it became."""

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import structlog

from wattledger.domain.instant import Instant

_NOTE = "last-backup.json"

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class LastBackup:
    """A backup that became whole."""

    at: Instant
    size_bytes: int


def note_backup(folder: Path, backup: LastBackup) -> None:
    """Note a backup in the data folder; the backup is good also where that cannot be written."""
    note = folder / _NOTE
    draft = note.with_suffix(".new")
    try:
        draft.write_text(json.dumps({"at": backup.at, "bytes": backup.size_bytes}))
        draft.replace(note)
    except OSError as error:
        _log.warning("backup_not_noted", file=str(note), error=error.strerror)


def last_backup(folder: Path) -> LastBackup | None:
    """Return the last backup; None where none was noted."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        told = json.loads((folder / _NOTE).read_text())
        return LastBackup(int(told["at"]), int(told["bytes"]))
    return None
