"""What `doctor` looks at: each examination says what it found and how to mend it."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from tempfile import NamedTemporaryFile

from wattledger.domain.errors import WattledgerError

_LITTLE_DISK = 1_000_000_000


class Verdict(Enum):
    """How much a finding matters."""

    FINE = 1
    WARNING = 2
    BROKEN = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """What an examination found; ``fix`` is what to do, when there is something to do."""

    subject: str
    verdict: Verdict
    text: str
    fix: str | None = None


def examine_folder(folder: Path) -> Finding:
    """Tell whether the data folder can be written to."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=folder):
            return Finding("data folder", Verdict.FINE, str(folder.resolve()))
    except OSError as error:
        return Finding(
            "data folder",
            Verdict.BROKEN,
            f"{folder} cannot be written: {error.strerror}",
            "give the folder to the user that runs wattledger, or set WATTLEDGER_DATA_DIR",
        )


def examine_evidence(folder: Path) -> Finding:
    """Tell whether pictures can be kept."""
    if not folder.exists():
        return Finding("evidence", Verdict.FINE, "no pictures yet")
    try:
        with NamedTemporaryFile(dir=folder):
            return Finding("evidence", Verdict.FINE, str(folder.resolve()))
    except OSError as error:
        text = f"{folder} cannot be written: {error.strerror}; reads that fail are not booked"
        fix = "give the folder to the user that runs wattledger"
        return Finding("evidence", Verdict.BROKEN, text, fix)


def examine_disk(folder: Path) -> Finding:
    """Tell how much room is left beside the data."""
    there = next(part for part in (folder, *folder.absolute().parents) if part.exists())
    free = shutil.disk_usage(there).free
    text = f"{free // 1_000_000:,} MB free"
    if free < _LITTLE_DISK:
        return Finding("disk", Verdict.WARNING, text, "make room: readings and evidence grow")
    return Finding("disk", Verdict.FINE, text)


def examine_user() -> Finding:
    """Tell whether the browser will have to run without its sandbox."""
    if os.geteuid() == 0:
        return Finding(
            "user",
            Verdict.WARNING,
            "running as root: the browser runs without its sandbox",
            "run wattledger as a user of its own",
        )
    return Finding("user", Verdict.FINE, "not root")


def examine(
    subject: str, look: Callable[[], str], fix: str, *, verdict: Verdict = Verdict.BROKEN
) -> Finding:
    """Run a look that raises a WattledgerError where something is wrong."""
    try:
        return Finding(subject, Verdict.FINE, look())
    except WattledgerError as error:
        return Finding(subject, verdict, str(error), fix)
