"""Keep secrets out of what is kept and shown: captures, messages, logs."""

import base64
import html
import json
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

from wattledger.domain.recipe import AuthConfig

MASK = "•••"

_ENCODED = re.compile(r"%[0-9A-F]{2}")
_SHORTEST = 4
"""Shorter secrets are left: replacing "1" would blind every page, and hide little."""


def login_secrets(login: AuthConfig) -> tuple[str, ...]:
    """Return what of a login is not to be shown: the password, alone and as basic logins send it.

    >>> login_secrets(AuthConfig(username="admin", password="1234"))
    ('1234', 'YWRtaW46MTIzNA==')
    """
    if login.password is None:
        return ()
    password = login.password.get_secret_value()
    basic = base64.b64encode(f"{login.username or ''}:{password}".encode())
    return password, basic.decode()


def redact(text: str, secrets: Iterable[str]) -> str:
    """Replace each secret by ``•••``, also where it stands encoded for HTML, URLs or JSON.

    >>> redact("login=admin&pw=s%26cret", ["s&cret"])
    'login=admin&pw=•••'
    """
    spellings = {form for secret in secrets if len(secret) >= _SHORTEST for form in _forms(secret)}
    if not spellings:
        return text
    longest_first = sorted(spellings, key=len, reverse=True)
    return re.sub("|".join(map(re.escape, longest_first)), MASK, text)


def _forms(secret: str) -> set[str]:
    escaped = html.escape(secret)
    urls = {quote(secret), quote(secret, safe=""), quote_plus(secret)}
    return {
        secret,
        escaped,
        escaped.replace("&#x27;", "&#39;"),
        html.escape(secret, quote=False),
        *urls,
        *(_ENCODED.sub(lambda code: code[0].lower(), url) for url in urls),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        json.dumps(secret)[1:-1].replace("/", r"\/"),
        # A page that says it is Latin-1 and is UTF-8.
        secret.encode().decode("latin-1"),
        base64.b64encode(secret.encode()).decode(),
    }
