"""API tokens: 256 random bits, of which only the SHA-256 is kept."""

import hashlib
import secrets

_PREFIX = "wl_"
_BYTES = 32


def new_token() -> str:
    """Return a new secret; the prefix lets scanners of leaked secrets know it."""
    return _PREFIX + secrets.token_urlsafe(_BYTES)


def hash_token(secret: str) -> str:
    """Return what is stored of a token. It is random, so a fast hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()
