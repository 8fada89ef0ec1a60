"""Rotate the key of the stored passwords: a new one encrypts, and in the end old ones are gone.

Whenever it is ended, by whatever, each password can be read with a key that is there: the new key
joins the old ones first, passwords follow in small transactions, and an old key goes last.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wattledger.domain.errors import ConflictError
from wattledger.secrets.keys import KeyFile, VaultError, new_key
from wattledger.secrets.vault import Vault
from wattledger.services.progress import Progress
from wattledger.store.credentials import (
    BEGINNING,
    Credential,
    count_credentials,
    credentials_after,
    replace_credential,
)
from wattledger.store.database import Database

_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class KeyUse:
    """How many stored passwords each key encrypted, the first key first; ``lost`` those none did.

    ``source`` says where the keys are.
    """

    source: str
    by_key: Sequence[int]
    lost: int

    @property
    def old(self) -> int:
        """Return how many passwords still need an old key."""
        return sum(self.by_key[1:])


def key_use(database: Database, vault: Vault) -> KeyUse:
    """Return which keys the stored passwords need."""
    by_key = [0] * len(vault.source.load())
    lost = 0
    for part in _parts(database):
        for each in part:
            number = vault.key_of(each.sealed)
            if number is None:
                lost += 1
            else:
                by_key[number] += 1
    return KeyUse(vault.source.name, by_key, lost)


def add_key(vault: Vault) -> None:
    """Make a new key that encrypts from now on; the others still decrypt.

    ConflictError where the keys are a setting, which only people can change.
    """
    file = _file(vault, "put a new key before the others in it: 'wattledger key new' makes one")
    file.replace([new_key(), *file.load()])


def renew_credentials(database: Database, vault: Vault, progress: Progress) -> int:
    """Encrypt every stored password with the first key; returns how many had another.

    VaultError when one was encrypted with none of the keys; the others are not touched by that.
    """
    with database.connect() as connection:
        total = count_credentials(connection)
    renewed, after = 0, BEGINNING
    lost: VaultError | None = None
    with progress("encrypting passwords", total) as advance:
        while True:
            # Read and written in one transaction: a password changed meanwhile is not undone.
            with database.begin() as connection:
                part = credentials_after(connection, after, _AT_ONCE)
                for each in part:
                    if vault.key_of(each.sealed) == 0:
                        continue
                    try:
                        replace_credential(connection, each.key, vault.renew(each.sealed))
                        renewed += 1
                    except VaultError as error:
                        lost = error
            if not part:
                break
            after = part[-1].key
            advance(len(part))
    if lost is not None:
        raise lost
    return renewed


def drop_old_keys(database: Database, vault: Vault) -> int:
    """Forget all keys but the first; returns how many. ConflictError while a password needs one."""
    file = _file(vault, "take the old keys out of it; nothing needs them")
    use = key_use(database, vault)
    if use.old or use.lost:
        raise ConflictError(
            f"{use.old + use.lost} stored passwords still need an old key; run "
            "'wattledger key rotate' again."
        )
    keys = file.load()
    file.replace(keys[:1])
    return len(keys) - 1


def _parts(database: Database) -> Iterator[Sequence[Credential]]:
    after = BEGINNING
    while True:
        with database.connect() as connection:
            part = credentials_after(connection, after, _AT_ONCE)
        if not part:
            return
        yield part
        after = part[-1].key


def _file(vault: Vault, instead: str) -> KeyFile:
    if not isinstance(vault.source, KeyFile):
        raise ConflictError(f"The keys are in {vault.source.name}: {instead}.")
    return vault.source
