"""From a text with numbers to spots, by the product's own parser and units."""

from collections.abc import Iterator
from dataclasses import dataclass

from wattledger.collect.errors import AttemptError
from wattledger.collect.extract import Value, Wanted, value_at
from wattledger.collect.find.tokens import Token, parses_twice, patterns_for, tokens_in
from wattledger.collect.place import Place
from wattledger.domain.errors import InvalidInputError
from wattledger.domain.number import parse_number
from wattledger.domain.recipe import DecimalMark


@dataclass(frozen=True, slots=True)
class Told:
    """A number of a text: its token, the pattern that takes it out, and what is read so."""

    token: Token
    pattern: str | None
    value: Value
    decimal: DecimalMark
    is_guessed: bool

    @property
    def unit(self) -> str | None:
        """Return the unit that stands beside it; None where there is none."""
        return self.value.unit or None


def told_in(place: Place, mark: DecimalMark, guess: DecimalMark = ".") -> Iterator[Told]:
    """Yield the numbers of a place that can be read from it.

    ``mark`` is that of the page; where it shows none, ``guess`` is taken for what may mean two.
    """
    for token in tokens_in(place.text):
        decimal, is_guessed = _decimal(token.text, mark, guess)
        try:
            number = parse_number(token.text, decimal)
        except InvalidInputError:
            continue
        for pattern in patterns_for(place.text, token):
            value = _read(place, wanted(pattern, decimal))
            if value is not None and value.number == number:
                yield Told(token, pattern, value, decimal, is_guessed)
                break


def wanted(pattern: str | None, decimal: DecimalMark, unit: str | None = None) -> Wanted:
    """Return what asks for a number of any kind; without a unit its unit is ""."""
    return Wanted("", pattern, unit, decimal, None, "")


def _read(place: Place, asked: Wanted) -> Value | None:
    try:
        return value_at(place, asked)
    except AttemptError:
        return None


def _decimal(text: str, mark: DecimalMark, guess: DecimalMark) -> tuple[DecimalMark, bool]:
    """Return the decimal mark of a number, and whether it is a guess."""
    if mark != "auto" and _parses(text, mark):
        return mark, False
    if _parses(text, "auto"):
        return "auto", False
    return guess, parses_twice(text)


def _parses(text: str, mark: DecimalMark) -> bool:
    try:
        return parse_number(text, mark) is not None
    except InvalidInputError:
        return False
