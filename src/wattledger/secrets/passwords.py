"""Passwords as Argon2id hashes; each check costs the same, also where there is no password."""

from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from wattledger.secrets.tokens import new_secret

_HASHER = PasswordHasher()  # RFC 9106's second choice: 64 MiB, 3 passes

# Each hash takes 64 MiB: strangers who sign in all at once shall not take all memory.
_AT_ONCE = BoundedSemaphore(2)


def hash_password(password: str) -> str:
    """Return what is stored of a password."""
    with _AT_ONCE:
        return _HASHER.hash(password)


def is_password(stored: str | None, password: str) -> bool:
    """Tell whether a password is the one that was stored.

    Without a stored one the work is done all the same, so that the time tells nobody whether there
    is such an account.
    """
    with _AT_ONCE:
        try:
            _HASHER.verify(_nobodys() if stored is None else stored, password)
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None


def is_outdated(stored: str) -> bool:
    """Tell whether a stored hash was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(stored)


@cache
def _nobodys() -> str:
    """Return the hash of a password that nobody knows."""
    return _HASHER.hash(new_secret())
