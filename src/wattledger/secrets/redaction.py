"""Keep secrets out of what is kept and shown: captures, messages, logs."""

import html
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

MASK = "•••"

_SHORTEST = 4
"""Shorter secrets are left: replacing "1" would blind every page, and hide little."""


def redact(text: str, secrets: Iterable[str]) -> str:
    """Replace each secret by ``•••``, also where it stands HTML- or URL-encoded.

    >>> redact("login=admin&pw=s%26cret", ["s&cret"])
    'login=admin&pw=•••'
    """
    spellings = {form for secret in secrets if len(secret) >= _SHORTEST for form in _forms(secret)}
    if not spellings:
        return text
    longest_first = sorted(spellings, key=len, reverse=True)
    return re.sub("|".join(map(re.escape, longest_first)), MASK, text)


def _forms(secret: str) -> tuple[str, ...]:
    return (
        secret,
        html.escape(secret),
        html.escape(secret, quote=False),
        quote(secret),
        quote(secret, safe=""),
        quote_plus(secret),
    )
