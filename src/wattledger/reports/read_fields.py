"""The fields of a JSON document that somebody else may have written, each of the type asked for."""

import json
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn, TypeVar

from wattledger.domain.errors import InvalidInputError
from wattledger.domain.instant import Instant, format_instant, parse_instant
from wattledger.domain.scaled import KWH

_MOST_DIGITS = 25

Value = TypeVar("Value")


def parse_object(document: bytes) -> dict[str, Any]:
    """Return a JSON object without binary fractions; InvalidInputError for what is none."""
    try:
        parsed = json.loads(document.decode("utf-8"), parse_float=_refuse, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise InvalidInputError("The file is not JSON as Wattledger writes it.") from None
    if not isinstance(parsed, dict):
        raise InvalidInputError("The file holds no JSON object.")
    return parsed


def _refuse(text: str) -> NoReturn:
    raise ValueError(text)


class Fields:
    """The fields of a JSON object, each of the type that is asked for.

    What is missing or of another type is refused with a sentence that names it.
    """

    def __init__(self, content: dict[str, Any], path: str) -> None:
        self.content = content
        self._path = path

    def text(self, name: str) -> str:
        """Return a text."""
        return self._typed(name, str)

    def optional_text(self, name: str) -> str | None:
        """Return a text or None."""
        return None if self._value(name) is None else self.text(name)

    def whole(self, name: str) -> int:
        """Return a whole number."""
        value = self._typed(name, int)
        if value is True or value is False:
            raise self._wrong(name)
        return value

    def optional_whole(self, name: str) -> int | None:
        """Return a whole number or None."""
        return None if self._value(name) is None else self.whole(name)

    def flag(self, name: str) -> bool:
        """Return true or false."""
        return self._typed(name, bool)

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts."""
        entries = self._typed(name, list)
        if not all(isinstance(entry, str) for entry in entries):
            raise self._wrong(name)
        return tuple(entries)

    def nested(self, name: str) -> "Fields":
        """Return the fields of an object."""
        return Fields(self._typed(name, dict), f"{self._path}.{name}")

    def part(self, name: str) -> "Fields | None":
        """Return the fields of an object, or None."""
        return None if self._value(name) is None else self.nested(name)

    def entries(self, name: str) -> "list[Fields]":
        """Return the fields of each object of a list."""
        entries = self._typed(name, list)
        if not all(isinstance(entry, dict) for entry in entries):
            raise self._wrong(name)
        return [Fields(entry, f"{self._path}.{name}[{n}]") for n, entry in enumerate(entries)]

    def optional_entries(self, name: str) -> "list[Fields] | None":
        """Return the fields of each object of a list, or None."""
        return None if self._value(name) is None else self.entries(name)

    def decimal(self, name: str) -> Decimal:
        """Return an exact decimal."""
        return self.parsed(name, _decimal)

    def optional_decimal(self, name: str) -> Decimal | None:
        """Return an exact decimal or None."""
        return None if self._value(name) is None else self.decimal(name)

    def scaled(self, name: str, places: int) -> int:
        """Return a decimal as the whole number of its smallest parts."""
        return self.parsed(name, lambda text: _scaled_of(text, places))

    def optional_kwh(self, name: str) -> int | None:
        """Return energy in mWh, or None."""
        return None if self._value(name) is None else self.scaled(name, KWH)

    def instant(self, name: str) -> Instant:
        """Return an instant."""
        return self.parsed(name, _instant)

    def parsed(self, name: str, parse: Callable[[str], Value]) -> Value:
        """Return what a text says by a function that raises ValueError or InvalidInputError."""
        text = self.text(name)
        try:
            return parse(text)
        except (ValueError, InvalidInputError, OverflowError):
            raise self._wrong(name) from None

    def _value(self, name: str) -> object:
        if name not in self.content:
            raise InvalidInputError(f"{self._path}.{name} is missing.")
        return self.content[name]

    def _typed(self, name: str, kind: type[Value]) -> Value:
        value = self._value(name)
        if not isinstance(value, kind):
            raise self._wrong(name)
        return value

    def _wrong(self, name: str) -> InvalidInputError:
        return InvalidInputError(f"{self._path}.{name} is not what a statement says there.")


def _instant(text: str) -> Instant:
    """Read an instant in the one form we write; ValueError for all else."""
    instant = parse_instant(text)
    if format_instant(instant) != text:
        raise ValueError(text)
    return instant


def _decimal(text: str) -> Decimal:
    """Read a plain decimal; ValueError for all else."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise ValueError(text) from None
    if not value.is_finite() or len(text) > _MOST_DIGITS or format(value, "f") != text:
        raise ValueError(text)
    return value


def _scaled_of(text: str, places: int) -> int:
    """Return a plain decimal as the whole number of its parts; ValueError where it has none.

    >>> _scaled_of("12543.5", KWH)
    12543500000
    """
    whole, _, fraction = format(_decimal(text), "f").partition(".")
    if len(fraction) > places:
        raise ValueError(text)
    return int(whole + fraction.ljust(places, "0"))
