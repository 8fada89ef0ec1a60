"""How an attempt to read a device ended (SOURCES 7)."""

from enum import StrEnum


class Outcome(StrEnum):
    """The kind of end of an attempt; whether trying again soon can help is ``retryable``."""

    OK = "ok"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    TLS = "tls"
    HTTP_STATUS = "http_status"
    AUTH_FAILED = "auth_failed"
    LOGIN_PAGE_AGAIN = "login_page_again"
    BUSY = "busy"
    STEP_FAILED = "step_failed"
    SELECTOR_MISSING = "selector_missing"
    PATTERN_MISSING = "pattern_missing"
    NOT_A_NUMBER = "not_a_number"
    AMBIGUOUS_NUMBER = "ambiguous_number"
    UNIT_MISMATCH = "unit_mismatch"
    ABSENT = "absent"
    TOO_LARGE = "too_large"
    TRUNCATED = "truncated"
    BROWSER_CRASHED = "browser_crashed"
    BROWSER_MISSING = "browser_missing"
    REFUSED = "refused"
    HELD = "held"
    INTERNAL_ERROR = "internal_error"

    @property
    def retryable(self) -> bool:
        """Whether the same attempt may well succeed a little later."""
        return self in _RETRYABLE


_RETRYABLE = frozenset(
    {
        Outcome.UNREACHABLE,
        Outcome.TIMEOUT,
        Outcome.HTTP_STATUS,
        Outcome.BUSY,
        Outcome.TRUNCATED,
        Outcome.BROWSER_CRASHED,
        Outcome.SELECTOR_MISSING,
        Outcome.PATTERN_MISSING,
        Outcome.ABSENT,
        Outcome.STEP_FAILED,
    }
)
