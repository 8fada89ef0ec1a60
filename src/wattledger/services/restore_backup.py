"""Restore a backup: checked as a whole before anything is touched, what was there kept aside."""

import os
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from wattledger.config import Settings
from wattledger.domain.errors import ConflictError, InvalidInputError
from wattledger.domain.instant import Instant, to_datetime
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
    read_manifest,
)
from wattledger.services.progress import Progress
from wattledger.store.database import Database, StoreError
from wattledger.store.database_copy import check_copy
from wattledger.store.folder_lock import UNFINISHED, own_folder
from wattledger.store.schema_version import knows_schema

_STAGING = ".restore"
_OWNER_ONLY, _OWNERS_FOLDER = 0o600, 0o700
_LARGEST_MANIFEST = 500_000_000


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored, and the folders into which what was there before was moved."""

    manifest: Manifest
    aside: tuple[Path, ...]


def restore_backup(
    settings: Settings, source: Path, now: Instant, *, force: bool, progress: Progress
) -> Restored:
    """Restore a backup into the data folder of the settings.

    InvalidInputError when the file is no backup, damaged, or of a later version; ConflictError
    while Wattledger runs on the folder, or where data is there and ``force`` is not said. Until
    the backup is unpacked and checked nothing is changed; after that names are moved.
    """
    with _archive(source) as archive:
        manifest = _manifest(archive, source)
        settings.data_dir.mkdir(mode=_OWNERS_FOLDER, parents=True, exist_ok=True)
        with own_folder(settings.data_dir):
            places = _Places(settings, manifest)
            old = places.present()
            if old and not force:
                raise ConflictError(
                    f"There is data already ({', '.join(path.name for path in old)} in "
                    f"{settings.data_dir}); --force moves it aside first."
                )
            try:
                _unpack(archive, manifest, places, progress)
                aside = _put_in_place(settings, places, now)
            finally:
                places.remove_staging()
    return Restored(manifest, aside)


class _Places:
    """Where each part goes: into a staging folder beside its place first, then to its place."""

    def __init__(self, settings: Settings, manifest: Manifest) -> None:
        database = Database(settings.database)
        database.close()
        self._targets = {DATABASE: database.path, EVIDENCE: settings.evidence_dir}
        if manifest.has_key:
            self._targets[KEY] = settings.key_file

    def present(self) -> list[Path]:
        """Return what is there already."""
        database = self._targets[DATABASE]
        logs = [database.with_name(database.name + end) for end in ("-wal", "-shm")]
        return [path for path in (*self._targets.values(), *logs) if path.exists()]

    def staged(self, name: str) -> Path:
        """Return where a part is unpacked; InvalidInputError for a name that no backup has."""
        if name in (DATABASE, KEY) and name in self._targets:
            return _staging(self._targets[name])
        inner = PurePosixPath(name.removeprefix(EVIDENCE))
        plain = not inner.is_absolute() and ".." not in inner.parts and inner.parts
        if not name.startswith(EVIDENCE) or not plain or "\\" in name:
            raise InvalidInputError(f"It has a part '{name}', which no backup has.")
        return _staging(self._targets[EVIDENCE]).joinpath(*inner.parts)

    def moves(self) -> list[tuple[Path, Path]]:
        """Return what was unpacked and where it goes, the database last."""
        targets = sorted(self._targets.values(), key=lambda path: path == self._targets[DATABASE])
        pairs = [(_staging(target), target) for target in targets]
        return [(staged, target) for staged, target in pairs if staged.exists()]

    def remove_staging(self) -> None:
        """Remove the staging folders, also those that an earlier restore left."""
        for target in self._targets.values():
            shutil.rmtree(target.parent / _STAGING, ignore_errors=True)


def _staging(target: Path) -> Path:
    return target.parent / _STAGING / target.name


@contextmanager
def _archive(source: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(source) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError):
        raise InvalidInputError(f"{source} is no backup, or it is damaged.") from None
    except OSError as error:
        raise InvalidInputError(f"{source}: {error.strerror or error}.") from None


def _manifest(archive: zipfile.ZipFile, source: Path) -> Manifest:
    names = archive.namelist()
    if MANIFEST not in names or archive.getinfo(MANIFEST).file_size > _LARGEST_MANIFEST:
        raise InvalidInputError(f"{source} is no backup of Wattledger, or it is damaged.")
    manifest = read_manifest(archive.read(MANIFEST))
    if manifest.format > FORMAT or not knows_schema(manifest.schema_revision):
        raise InvalidInputError(
            f"{source} is of a later version of Wattledger ({manifest.version}); install that "
            "version to restore it."
        )
    if sorted(names) != sorted([MANIFEST, *(part.name for part in manifest.parts)]):
        raise InvalidInputError(f"{source} is damaged: it has not the parts that it names.")
    return manifest


def _unpack(
    archive: zipfile.ZipFile, manifest: Manifest, places: _Places, progress: Progress
) -> None:
    places.remove_staging()
    with progress("unpacking", len(manifest.parts)) as advance:
        for part in manifest.parts:
            _unpack_part(archive, part, places.staged(part.name))
            advance(1)
    database = places.staged(DATABASE)
    try:
        revision = check_copy(database)
    except StoreError as error:
        raise InvalidInputError(f"The backup is damaged: {error}") from None
    if revision != manifest.schema_revision:
        raise InvalidInputError("The backup is damaged: its database is not the one it names.")


def _unpack_part(archive: zipfile.ZipFile, part: Part, target: Path) -> None:
    target.parent.mkdir(mode=_OWNERS_FOLDER, parents=True, exist_ok=True)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    tally = Tally()
    with os.fdopen(descriptor, "wb") as file, archive.open(part.name) as packed:
        for chunk in chunks(packed):
            tally.add(chunk)
            file.write(chunk)
            if tally.bytes > part.bytes:
                break
        file.flush()
        os.fsync(file.fileno())
    if tally.part(part.name) != part:
        raise InvalidInputError(f"The backup is damaged: '{part.name}' is not what was packed.")


def _put_in_place(settings: Settings, places: _Places, now: Instant) -> tuple[Path, ...]:
    """Move what was there aside and what was unpacked to its place.

    Ended in between, it leaves a mark with which nothing else begins on the folder.
    """
    mark = settings.data_dir / UNFINISHED
    mark.touch()
    stamp = f"before-restore-{to_datetime(now):%Y%m%dT%H%M%S}"
    folders: dict[Path, None] = {}
    for path in places.present():
        folder = path.parent / stamp
        folder.mkdir(mode=_OWNERS_FOLDER, exist_ok=True)
        path.rename(folder / path.name)
        folders[folder] = None
    for staged, target in places.moves():
        staged.rename(target)
    with suppress(FileNotFoundError):
        mark.unlink()
    return tuple(folders)
