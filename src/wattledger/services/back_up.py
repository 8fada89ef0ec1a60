"""Back up: database, pictures and, where asked for, the key, in one file, while all goes on."""

import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from wattledger.config import Settings
from wattledger.domain.errors import InvalidInputError
from wattledger.domain.instant import Instant, format_instant
from wattledger.services.backup_manifest import (
    DATABASE,
    EVIDENCE,
    FORMAT,
    KEY,
    MANIFEST,
    Manifest,
    Part,
    Tally,
    chunks,
)
from wattledger.services.last_backup import LastBackup, note_backup
from wattledger.services.progress import Advance, Progress
from wattledger.store.database import Database
from wattledger.store.database_copy import check_copy, copy_database, count_pages
from wattledger.version import __version__

_OWNER_ONLY = 0o600
_MEGABYTE = 1_000_000
_FAST = 1
"""Of the levels of compression: what matters is the time, and pages full of numbers shrink."""


def check_target(target: Path) -> None:
    """Refuse what can be no backup, before any work."""
    if target.is_dir():
        raise InvalidInputError(f"{target} is a folder; name a file in it, as {target}/backup.zip.")


def back_up(
    settings: Settings,
    database: Database,
    target: Path,
    now: Instant,
    *,
    with_key: bool,
    progress: Progress,
) -> Manifest:
    """Write a backup as of now to a file, which appears when it is whole.

    Readings may be booked meanwhile. Pictures are copied after the database, so that it names
    none that is not there. InvalidInputError when the file cannot be written.
    """
    check_target(target)
    key = _key(settings) if with_key else None
    try:
        with TemporaryDirectory(dir=target.parent, prefix=".wattledger-backup-") as folder:
            copy = Path(folder) / DATABASE
            with progress("copying the database", count_pages(database)) as advance:
                copy_database(database, copy, advance)
            files = [(DATABASE, copy), *_pictures(settings.evidence_dir)]
            files += [] if key is None else [(KEY, key)]
            draft = Path(folder) / target.name
            manifest = _pack(draft, files, now, check_copy(copy), progress)
            _sync(draft)
            size = draft.stat().st_size
            draft.replace(target)
    except OSError as error:
        raise InvalidInputError(
            f"{target} cannot be written ({error.strerror}); name a file in another folder."
        ) from None
    note_backup(settings.data_dir, LastBackup(now, size))
    return manifest


def _key(settings: Settings) -> Path:
    if settings.key is not None:
        raise InvalidInputError(
            "The keys are in WATTLEDGER_KEY, not in a file: keep them where you keep that setting, "
            "and back up without --with-key."
        )
    if not settings.key_file.is_file():
        raise InvalidInputError(f"There is no key file {settings.key_file}; leave out --with-key.")
    return settings.key_file


def _pictures(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield EVIDENCE + path.relative_to(folder).as_posix(), path


def _pack(
    draft: Path, files: list[tuple[str, Path]], now: Instant, revision: str, progress: Progress
) -> Manifest:
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    size = sum(path.stat().st_size for _, path in files if path.exists())
    with (
        os.fdopen(descriptor, "wb") as file,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_FAST) as archive,
        progress("packing (MB)", max(1, -(-size // _MEGABYTE))) as advance,
    ):
        meter = _Megabytes(advance)
        parts = [part for name, path in files if (part := _add(archive, name, path, meter))]
        manifest = Manifest(
            format=FORMAT,
            version=__version__,
            schema_revision=revision,
            created_at=format_instant(now),
            parts=tuple(parts),
        )
        archive.writestr(MANIFEST, manifest.to_json())
        meter.end(max(1, -(-size // _MEGABYTE)))
    return manifest


def _add(archive: zipfile.ZipFile, name: str, path: Path, meter: "_Megabytes") -> Part | None:
    """Add a file; None where it is gone meanwhile: a picture whose time had come."""
    tally = Tally()
    try:
        source = path.open("rb")
    except FileNotFoundError:
        return None
    with source, archive.open(name, "w", force_zip64=True) as packed:
        for chunk in chunks(source):
            tally.add(chunk)
            packed.write(chunk)
            meter.add(len(chunk))
    return tally.part(name)


class _Megabytes:
    """Tells of whole megabytes as bytes pass."""

    def __init__(self, advance: Advance) -> None:
        self._advance = advance
        self._bytes = 0
        self._told = 0

    def add(self, count: int) -> None:
        """Count bytes."""
        self._bytes += count
        whole = self._bytes // _MEGABYTE
        if whole > self._told:
            self._advance(whole - self._told)
            self._told = whole

    def end(self, total: int) -> None:
        """Tell of the rest."""
        if total > self._told:
            self._advance(total - self._told)


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
