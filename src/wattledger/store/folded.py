"""Texts in which capitals make no difference, in every script.

SQLite's ``lower`` and LIKE know A to Z alone, so that ``casefold`` is Python's: the door to the
database gives it to each connection.
"""

from typing import Any

from sqlalchemy import ColumnElement, LargeBinary, UnaryExpression, case, cast, func


def casefold(text: str | None) -> str | None:
    """Return a text as one without capitals is compared; it is ``casefold`` in SQL.

    >>> casefold("MÜLLER GmbH") == casefold("Müller GmbH")
    True
    """
    return None if text is None else text.casefold()


def folded(column: ColumnElement[Any]) -> ColumnElement[str]:
    """Return a column without capitals, as ``casefold`` has it."""
    # A text of as many bytes as characters is ASCII: SQLite does that by itself, several times as
    # fast as it calls Python for a row.
    is_ascii = func.length(column) == func.length(cast(column, LargeBinary))
    return case((is_ascii, func.lower(column)), else_=func.casefold(column))


def spelled(name: str) -> str:
    """Return a name without needless spaces.

    >>> spelled(" Client  XYZ ")
    'Client XYZ'
    """
    return " ".join(name.split())


def same_name(name: str) -> str:
    """Return what is the same of all spellings of a name: of capitals and of spaces.

    >>> same_name(" Client  XYZ ")
    'client xyz'
    """
    return spelled(name).casefold()


def named(column: ColumnElement[str], name: str) -> ColumnElement[bool]:
    """Return the condition of the rows of that name; capitals make no difference."""
    return folded(column) == casefold(name)


def as_written(column: ColumnElement[str], name: str) -> UnaryExpression[bool]:
    """Return the order in which a row of exactly that name stands before its likes.

    Databases of before may hold names that differ in capitals beyond A to Z alone.
    """
    return (column == name).desc()
