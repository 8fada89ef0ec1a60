"""Device credentials at rest: Fernet (AES-128-CBC with HMAC-SHA-256) under keys in a file.

The key file holds one key a line: the first encrypts, all decrypt, so that a key can be replaced.
"""

import json
import os
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from wattledger.domain.errors import WattledgerError

_OWNER_ONLY = 0o600
_OTHERS = 0o077


class VaultError(WattledgerError):
    """The key cannot be used, or is not the one something was encrypted with."""


class Vault:
    """Encrypts and decrypts small documents with the keys of a file."""

    def __init__(self, key_file: Path) -> None:
        self._path = key_file
        self._keys = MultiFernet(_load(key_file))

    def encrypt(self, document: dict[str, Any]) -> bytes:
        """Return the document encrypted."""
        return self._keys.encrypt(json.dumps(document).encode())

    def decrypt(self, encrypted: bytes) -> dict[str, Any]:
        """Return the document; VaultError when none of the keys encrypted it."""
        try:
            document: dict[str, Any] = json.loads(self._keys.decrypt(encrypted))
        except InvalidToken:
            raise VaultError(
                f"Stored passwords were not encrypted with the key in {self._path}; "
                "put back the key file that belongs to this database."
            ) from None
        return document


def _load(path: Path) -> list[Fernet]:
    if not path.exists():
        _create(path)
    if path.stat().st_mode & _OTHERS:
        raise VaultError(f"Others may read the key file {path}; run: chmod 600 {path}")
    try:
        keys = [Fernet(line) for line in path.read_text(encoding="ascii").split()]
    except (ValueError, OSError) as error:
        raise VaultError(f"The key file {path} cannot be used: {error}.") from None
    if not keys:
        raise VaultError(f"The key file {path} is empty; put back the one of this database.")
    return keys


def _create(path: Path) -> None:
    """Write a new key, whole or not at all; of two processes at once, one wins."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ONLY)
    with os.fdopen(descriptor, "wb") as file:
        file.write(Fernet.generate_key() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
