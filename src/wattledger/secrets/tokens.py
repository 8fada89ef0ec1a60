"""Secrets of 256 random bits, of which only the SHA-256 is kept: tokens, sessions, links."""

import hashlib
import hmac
import secrets

_PREFIX = "wl_"
_BYTES = 32
_CSRF = b"wattledger csrf"


def new_token() -> str:
    """Return a new token; the prefix lets scanners of leaked secrets know it."""
    return _PREFIX + new_secret()


def new_secret() -> str:
    """Return a new secret for a session or a link."""
    return secrets.token_urlsafe(_BYTES)


def hash_token(secret: str) -> str:
    """Return what is stored of a secret. It is random, so a fast hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def csrf_token(session: str) -> str:
    """Return what proves that a page of ours, and not another site's, uses a session.

    It follows from the session's secret, so nothing more is kept, and it tells nothing of it.
    """
    return hmac.new(session.encode(), _CSRF, hashlib.sha256).hexdigest()


def is_csrf_token(session: str, shown: str) -> bool:
    """Tell whether what a page shows belongs to a session."""
    return hmac.compare_digest(csrf_token(session).encode(), shown.encode())
