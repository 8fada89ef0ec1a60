"""How the login of an endpoint fared in an attempt, as far as that can be told."""

from enum import Enum, auto

from wattledger.collect.attempt import Attempt
from wattledger.domain.outcome import Outcome
from wattledger.domain.recipe import AuthConfig, AuthType


class LoginFate(Enum):
    """What became of a login.

    ``unclear``: the password was sent, and neither that the device took it nor that it refused it
    can be seen. ``unknown``: nothing was sent, or the device failed for another reason.
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


def login_fate(attempt: Attempt, login: AuthConfig, kind: str) -> LoginFate:
    """Return what an attempt tells of the login of a kind that it was made with."""
    if attempt.login_refused:
        return LoginFate.REFUSED
    if attempt.outcome in _SHOWN:
        return LoginFate.WORKED
    is_sent = attempt.fetched.login_sent
    if kind in _BY_HTTP:
        is_sent = attempt.outcome is Outcome.AUTH_FAILED  # other answers are those to who is inside
    if not is_sent or attempt.outcome not in _PERHAPS_OUTSIDE:
        return LoginFate.UNKNOWN
    # With a mark of its own, a login that is not taken ends as ``auth_failed``.
    is_marked = login.logged_in_when is not None and attempt.outcome in _BEHIND_THE_LOGIN
    return LoginFate.WORKED if is_marked else LoginFate.UNCLEAR
