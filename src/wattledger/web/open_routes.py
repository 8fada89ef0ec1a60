"""The only routes under /api that need no account: those with which people get into theirs.

All others are refused to strangers, also those that are not there.
"""

from collections.abc import Mapping

_SESSION = "/api/v1/session"

OPEN_ROUTES: Mapping[tuple[str, str], str] = {
    ("POST", _SESSION): "sign in with name and password",
    ("POST", f"{_SESSION}/set-up"): "create the first administrator with the set-up link",
    ("POST", f"{_SESSION}/link"): "sign in with a one-time link",
}
"""By method and path, what it is for."""
