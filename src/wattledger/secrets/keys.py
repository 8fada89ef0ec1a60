"""Where the keys of the vault are: a file of its owner alone, or a setting.

The first key encrypts, all decrypt, so that a key can be replaced while both are there.
"""

import os
from collections.abc import Hashable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from cryptography.fernet import Fernet

from wattledger.domain.errors import WattledgerError

_OWNER_ONLY = 0o600
_OTHERS = 0o077
_SETTING = "WATTLEDGER_KEY"


class VaultError(WattledgerError):
    """The key cannot be used, or is not the one something was encrypted with."""


class Keys(Protocol):
    """The keys, wherever they are; ``name`` says where."""

    name: str

    def stamp(self) -> Hashable:
        """Return what changes when the keys do; None where they are not there."""
        ...

    def load(self) -> Sequence[str]:
        """Return the keys; VaultError when they cannot be used."""
        ...


class GivenKeys:
    """Keys from a setting, separated by commas."""

    name = _SETTING

    def __init__(self, keys: str) -> None:
        self._keys = [key.strip() for key in keys.split(",") if key.strip()]

    def stamp(self) -> Hashable:
        """Return what never changes: so do they."""
        return _SETTING

    def load(self) -> Sequence[str]:
        """Return the keys; VaultError names no key."""
        if not self._keys or not all(map(is_key, self._keys)):
            raise VaultError(
                f"{_SETTING} is no list of keys; 'wattledger key new' makes a key for it."
            )
        return self._keys


class KeyFile:
    """Keys in a file, one a line. It is only ever replaced as a whole."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = f"the key file {path}"

    def stamp(self) -> Hashable:
        """Return which file it is and since when."""
        with suppress(FileNotFoundError):
            found = self.path.stat()
            return found.st_ino, found.st_mtime_ns, found.st_size
        return None

    def load(self) -> Sequence[str]:
        """Return the keys; a missing file is made, with a new key."""
        if not self.path.exists():
            self._create()
        if self.path.stat().st_mode & _OTHERS:
            raise VaultError(
                f"Others may read the key file {self.path}; run: chmod 600 {self.path}"
            )
        try:
            keys = self.path.read_text(encoding="ascii").split()
        except (ValueError, OSError) as error:
            raise VaultError(f"The key file {self.path} cannot be used: {error}.") from None
        if not keys:
            raise VaultError(
                f"The key file {self.path} is empty; put back the one of this database."
            )
        if not all(map(is_key, keys)):
            raise VaultError(
                f"The key file {self.path} cannot be used: not every line is a key; put back the "
                "one of this database."
            )
        return keys

    def replace(self, keys: Sequence[str]) -> None:
        """Write other keys, whole or not at all."""
        draft = self._draft(keys)
        draft.replace(self.path)
        _sync_folder(self.path.parent)

    def _create(self) -> None:
        """Write a new key, whole or not at all; of two processes at once, one wins."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self._draft([new_key()])
        try:
            with suppress(FileExistsError):
                self.path.hardlink_to(draft)
        finally:
            draft.unlink()

    def _draft(self, keys: Sequence[str]) -> Path:
        draft = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ONLY)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.writelines(f"{key}\n" for key in keys)
            file.flush()
            os.fsync(file.fileno())
        return draft


def new_key() -> str:
    """Return a new key."""
    return Fernet.generate_key().decode()


def is_key(text: str) -> bool:
    """Tell whether a text is a key."""
    try:
        Fernet(text)
    except ValueError:
        return False
    return True


def _sync_folder(folder: Path) -> None:
    """Have the change of a name in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
