"""How the login of an endpoint fared in an attempt, as far as that can be told."""

from enum import Enum, auto

from wattledger.collect.attempt import Attempt
from wattledger.domain.outcome import Outcome
from wattledger.domain.recipe import AuthType
from wattledger.secrets.vault import Vault
from wattledger.services.login_at import login_kind, readable_login
from wattledger.store.endpoints import EndpointRow


class LoginFate(Enum):
    """What became of a login.

    ``unclear``: the password was sent, it never worked before, and neither that the device took it
    nor that it refused it can be seen. ``unknown``: nothing that tells of the login.
    """

    WORKED = auto()
    REFUSED = auto()
    UNCLEAR = auto()
    UNKNOWN = auto()


_SHOWN = frozenset(
    {
        Outcome.OK,
        Outcome.AMBIGUOUS_NUMBER,
        Outcome.UNIT_MISMATCH,
        Outcome.ABSENT,
    }
)
"""The place of the value was on the page, so the login led inside."""
_BEHIND_THE_LOGIN = frozenset(
    {
        Outcome.SELECTOR_MISSING,
        Outcome.STEP_FAILED,
        Outcome.PATTERN_MISSING,
        Outcome.NOT_A_NUMBER,
    }
)
_PERHAPS_OUTSIDE = _BEHIND_THE_LOGIN | {
    Outcome.AUTH_FAILED,
    Outcome.LOGIN_PAGE_AGAIN,
    Outcome.BROWSER_MISSING,
    Outcome.BROWSER_CRASHED,
}
_BY_HTTP = frozenset({AuthType.BASIC.value, AuthType.DIGEST.value})


def login_fate(row: EndpointRow, attempt: Attempt, vault: Vault) -> LoginFate:
    """Return what an attempt at an endpoint tells of its login."""
    if attempt.login_refused:
        return LoginFate.REFUSED
    if attempt.outcome in _SHOWN:
        return LoginFate.WORKED
    if not _is_sent(row, attempt) or attempt.outcome not in _PERHAPS_OUTSIDE:
        return LoginFate.UNKNOWN
    login = readable_login(row, vault)
    # With a mark of its own, a login that is not taken ends as ``auth_failed``.
    is_marked = login is not None and login.logged_in_when is not None
    if is_marked and attempt.outcome in _BEHIND_THE_LOGIN:
        return LoginFate.WORKED
    return LoginFate.UNKNOWN if row.login_has_worked else LoginFate.UNCLEAR


def _is_sent(row: EndpointRow, attempt: Attempt) -> bool:
    if login_kind(row) in _BY_HTTP:
        # It goes with each request: other answers are those to who is inside.
        return attempt.outcome is Outcome.AUTH_FAILED
    return attempt.fetched.login_sent
