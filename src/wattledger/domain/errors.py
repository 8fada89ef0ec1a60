"""Errors of the domain, in one tree.

WattledgerError
    InvalidInputError       somebody gave a value that cannot be used; the message says what to do
        NotANumberError     a text that is no number
        AmbiguousNumberError    a text with two readings as a number, both named
        UnitMismatchError   a unit other than the declared one, or of another quantity
    NotFoundError           what was named does not exist
    ConflictError           what was asked contradicts what is there
    ChangedMeanwhileError   what was to be changed is no longer what the caller saw
    ForbiddenError          who asked may not
    UnauthorizedError       who asked did not show who it is
    TooManyTriesError       somebody tries again and again, and has to wait
    NotAsSealedError        a closed statement was changed since it was sealed
"""


class WattledgerError(Exception):
    """An error whose message is written for the person who meets it."""


class InvalidInputError(WattledgerError):
    """A value that cannot be used. ``field`` names it where it is known."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class NotANumberError(InvalidInputError):
    """A text that is not a number."""


class AmbiguousNumberError(InvalidInputError):
    """A text that may mean two different numbers."""


class UnitMismatchError(InvalidInputError):
    """A unit that is not the declared one, or not one of the quantity asked for."""


class NotFoundError(WattledgerError):
    """What was named does not exist."""


class ConflictError(WattledgerError):
    """What was asked contradicts what is there."""


class NotYetError(WattledgerError):
    """What was asked cannot be told yet; it can be in a while: after ``seconds``, where known."""

    def __init__(self, message: str, *, seconds: int | None = None) -> None:
        super().__init__(message)
        self.seconds = seconds


class ChangedMeanwhileError(WattledgerError):
    """What was to be changed is no longer what the caller saw."""


class ForbiddenError(WattledgerError):
    """Who asked may not; the message says which permission is missing."""


class UnauthorizedError(WattledgerError):
    """Who asked did not show who it is: a wrong password, a link that works no more."""


class TooManyTriesError(WattledgerError):
    """Somebody tries again and again; ``seconds`` is how long to wait."""

    def __init__(self, message: str, *, seconds: int) -> None:
        super().__init__(message)
        self.seconds = seconds


class NotAsSealedError(WattledgerError):
    """A closed statement is not kept as it was sealed; nothing is made of it."""
