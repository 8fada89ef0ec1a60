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
    """No place in the browser came free by the time the target names; it was not asked for more."""

    def __init__(self, places: int) -> None:
        super().__init__(
            Outcome.BUSY,
            f"All {places} places in the browser were taken by other reads; try again in a minute.",
        )


class NeedsBrowserError(AttemptError):
    """The page cannot be read without a browser; the message says why. Engine ``auto`` moves on."""
