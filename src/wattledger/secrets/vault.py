"""Device credentials at rest: Fernet (AES-128-CBC with HMAC-SHA-256) under keys from secrets/keys.

The keys are looked at anew whenever their file changed, so that a running server follows when they
are rotated.
"""

import json
from collections.abc import Hashable
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from wattledger.secrets.keys import GivenKeys, KeyFile, Keys, VaultError

__all__ = ["Vault", "VaultError"]


class Vault:
    """Encrypts and decrypts small documents with the keys of a file, or with those ``given``."""

    def __init__(self, key_file: Path, given: str | None = None) -> None:
        self._source: Keys = KeyFile(key_file) if given is None else GivenKeys(given)
        keys = self._load()
        self._loaded: tuple[Hashable, list[Fernet]] = self._source.stamp(), keys

    @property
    def source(self) -> Keys:
        """Return where the keys are."""
        return self._source

    @property
    def stamp(self) -> Hashable:
        """Return what stands for the keys as they are now: others have another."""
        self._keys()
        return self._loaded[0]

    def encrypt(self, document: dict[str, Any]) -> bytes:
        """Return the document encrypted with the first key."""
        return self._keys()[0].encrypt(json.dumps(document).encode())

    def decrypt(self, encrypted: bytes) -> dict[str, Any]:
        """Return the document; VaultError when none of the keys encrypted it."""
        try:
            document: dict[str, Any] = json.loads(MultiFernet(self._keys()).decrypt(encrypted))
        except InvalidToken:
            raise self._another() from None
        return document

    def renew(self, encrypted: bytes) -> bytes:
        """Return it encrypted with the first key; VaultError when none of the keys did."""
        try:
            return MultiFernet(self._keys()).rotate(encrypted)
        except InvalidToken:
            raise self._another() from None

    def key_of(self, encrypted: bytes) -> int | None:
        """Return which of the keys encrypted it, 0 for the first; None when none did."""
        for number, key in enumerate(self._keys()):
            try:
                key.decrypt(encrypted)
            except InvalidToken:
                continue
            return number
        return None

    def _keys(self) -> list[Fernet]:
        known, keys = self._loaded
        stamp = self._source.stamp()
        # Where the file is gone, what it held is still good; it is missed at the next start.
        if stamp is not None and stamp != known:
            keys = self._load()
            self._loaded = stamp, keys
        return keys

    def _load(self) -> list[Fernet]:
        return [Fernet(key) for key in self._source.load()]

    def _another(self) -> VaultError:
        return VaultError(
            f"Stored passwords were not encrypted with the key in {self._source.name}; "
            "put back the key file that belongs to this database."
        )
