"""The one error of this layer: an attempt that failed, named by its outcome."""

from wattledger.collect.attempt import NOTHING_FETCHED, Fetched
from wattledger.domain.errors import WattledgerError
from wattledger.domain.outcome import Outcome


class AttemptError(WattledgerError):
    """An attempt that failed.

    It carries the outcome's kind, a sentence that says what to do, and what the device had
    answered by then.
    """

    def __init__(
        self, outcome: Outcome, message: str, *, fetched: Fetched = NOTHING_FETCHED
    ) -> None:
        super().__init__(message)
        self.outcome = outcome
        self.message = message
        self.fetched = fetched


class NoTurnError(AttemptError):
    """Other reads kept the device or the browser until the time that the target names."""

    def __init__(self, message: str) -> None:
        super().__init__(Outcome.BUSY, message)


class LoginRefusedError(AttemptError):
    """The device was sent a password and said no to it."""

    def __init__(self, message: str) -> None:
        super().__init__(Outcome.AUTH_FAILED, message)


class NeedsBrowserError(AttemptError):
    """The page cannot be read without a browser; the message says why. Engine ``auto`` moves on."""
