"""Keep secrets out of what is kept and shown: captures, messages, logs."""

import base64
import re
from collections.abc import Iterable
from functools import lru_cache
from html.entities import html5

from wattledger.domain.recipe import AuthConfig

MASK = "•••"

_REMEMBERED = 1024
_PATTERNS_REMEMBERED = 512
"""A pattern of a long password takes hundreds of kilobytes."""
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
    """Replace each secret by ``•••``, in whatever way HTML, URLs, JSON or base64 write it.

    >>> redact("login=admin&pw=s%26cret", ["s&cret"])
    'login=admin&pw=•••'
    """
    found = [secret for secret in secrets if len(secret) >= _SHORTEST]
    if not found:
        return text
    encoded = [base64.b64encode(secret.encode()).decode() for secret in found]
    longest_first = sorted({*found, *encoded}, key=len, reverse=True)
    return _pattern(tuple(longest_first)).sub(MASK, text)


@lru_cache(maxsize=_PATTERNS_REMEMBERED)
def _pattern(secrets: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"{re.escape(secret)}|{_mixed(secret)}" for secret in secrets))


def _mixed(secret: str) -> str:
    """Return a pattern of a secret whose every letter may be written in a way of its own."""
    # Backslashes multiply with each text within a text: a run of them is one letter here.
    return "".join(_spellings(letter) for letter in re.sub(r"\\+", r"\\", secret))


@lru_cache(maxsize=_REMEMBERED)
def _spellings(letter: str) -> str:
    """Return a pattern of the ways to write a letter, encoded up to four times.

    Each is tried once: a page that is made to be read slowly is not.
    """
    if letter.isascii() and letter.isalnum():
        return letter
    number = ord(letter)
    names = [name for name, texts in html5.items() if texts == letter and name.endswith(";")]
    entities = "|".join([*names, f"#0{{0,5}}{number};", f"#[xX]0{{0,5}}(?i:{number:x});"])
    forms = [rf"&(?:amp;){{0,3}}(?:{entities})", _percent(letter.encode())]
    if letter == "\\":
        return f"(?>(?:{'|'.join(forms)}|\\\\){{1,16}})"
    forms += [rf"(?<=\\)u(?i:{number:04x})", rf"(?<=\\)x(?i:{number:02x})"]
    if not letter.isascii():
        # A page that says it is Latin-1 and is UTF-8, or an address in Latin-1.
        forms.append(re.escape(letter.encode().decode("latin-1")))
        forms.append(_percent(letter.encode("latin-1", "ignore")))
    if letter == " ":
        forms += [r"\+", "\xa0", r"&(?:amp;){0,3}nbsp;"]
    plain = re.escape(letter)
    return rf"(?>\\{{0,16}}(?:{'|'.join(filter(None, [*forms, plain]))}))"


def _percent(octets: bytes) -> str:
    return "".join(f"%(?:25){{0,3}}(?i:{octet:02x})" for octet in octets)
