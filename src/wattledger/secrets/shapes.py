"""What secrets look like: masks those nobody named, by the words and forms around them."""

import re
from functools import lru_cache

from wattledger.secrets.redaction import MASK

_NAMES = r"passw(?:or)?d|passwd|pwd|passphrase|secret|token|api[_-]?key|session[_-]?id|csrf"
_HEADERS = r"authorization|set-cookie|cookie"

_REMEMBERED = 1024

_SECRET_NAME = re.compile(rf"(?i)(?:{_NAMES}|{_HEADERS})(?:s|_hash)?$")
_SHAPES = (
    # Our own tokens, and what the vault encrypted.
    (re.compile(r"wl[a-z]?_[A-Za-z0-9_-]{16,}"), MASK),
    (re.compile(r"gAAAA[A-Za-z0-9_-]{40,}=*"), MASK),
    # A name and password in an address.
    (re.compile(r"(://)[^\s/@]+@"), rf"\1{MASK}@"),
    # Headers as HTTP, Python or JSON write them: all up to the quote or the end of the line.
    (
        re.compile(rf"(?i)\b({_HEADERS})((?:['\"])?\s*[:=,]\s*(?:b?['\"])?)[^'\"\r\n]+"),
        rf"\1\2{MASK}",
    ),
    (re.compile(r"(?i)\b(basic|bearer|digest)\s+(?=[^\s'\"]*[0-9=])[^'\"\r\n]+"), rf"\1 {MASK}"),
    # password=..., "password": "...", pwd: ...
    (re.compile(rf"(?i)({_NAMES})(['\"]?\s*[=:]\s*)(['\"])[^'\"\r\n]*\3"), rf"\1\2\3{MASK}\3"),
    (re.compile(rf"(?i)({_NAMES})(['\"]?\s*[=:]\s*)[^\s'\"&,;)}}\]]+"), rf"\1\2{MASK}"),
)
_SIGNS = (
    *("wl", "gaaaa", "://", "auth", "cook", "bas", "bear", "gest"),
    *("pass", "pwd", "secret", "token", "key", "sess", "csrf"),
)
"""Each shape holds one of these, in any case; most of what is logged holds none.

None has an i: what the patterns take for one, in any case, is more than ``casefold`` does.
"""


@lru_cache(maxsize=_REMEMBERED)
def is_secret_name(name: str) -> bool:
    """Tell whether what has this name is not to be shown.

    >>> is_secret_name("password"), is_secret_name("Set-Cookie"), is_secret_name("endpoint")
    (True, True, False)
    """
    return _SECRET_NAME.search(name) is not None


def mask_shapes(text: str) -> str:
    """Replace by ``•••`` what looks like a secret: tokens, headers of logins, passwords by name.

    >>> mask_shapes("http://admin:pw@10.0.0.5/?pwd=1234&tab=2 Authorization: Basic YWRtaW46cHc=")
    'http://•••@10.0.0.5/?pwd=•••&tab=2 Authorization: •••'
    """
    folded = text.casefold()
    if not any(map(folded.__contains__, _SIGNS)):
        return text
    for shape, masked in _SHAPES:
        text = shape.sub(masked, text)
    return text
