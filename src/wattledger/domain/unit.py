"""Units of what meters show, and their exact worth in thousandths of ours."""

import re
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import lru_cache

from wattledger.domain.errors import InvalidInputError, UnitMismatchError
from wattledger.domain.register import INT64_MAX


class Quantity(Enum):
    """What a number measures; the value names our unit, whose thousandths we count."""

    ENERGY = "Wh"
    POWER = "W"
    VOLTAGE = "V"
    CURRENT = "A"
    POWER_FACTOR = "1"


_PREFIXES = {"m": Fraction(1, 1000), "": Fraction(1), "k": Fraction(1000)}
_LARGE = {"M": Fraction(10**6), "G": Fraction(10**9), "T": Fraction(10**12)}
_JOULE = Fraction(1, 3600)

_UNITS: dict[str, tuple[Quantity | None, Fraction]] = {
    **{f"{p}Wh": (Quantity.ENERGY, f) for p, f in (_PREFIXES | _LARGE).items()},
    **{f"{p}J": (Quantity.ENERGY, f * _JOULE) for p, f in (_PREFIXES | _LARGE).items()},
    **{f"{p}Ws": (Quantity.ENERGY, f * _JOULE) for p, f in (_PREFIXES | _LARGE).items()},
    **{f"{p}W": (Quantity.POWER, f) for p, f in (_PREFIXES | _LARGE).items()},
    **{f"{p}V": (Quantity.VOLTAGE, f) for p, f in _PREFIXES.items()},
    **{f"{p}A": (Quantity.CURRENT, f) for p, f in _PREFIXES.items()},
    "1": (Quantity.POWER_FACTOR, Fraction(1)),
    "%": (Quantity.POWER_FACTOR, Fraction(1, 100)),
    # Known, to be told from ours: apparent and reactive power are not power.
    **{
        f"{p}{u}": (None, f)
        for u in ("VA", "VAh", "var", "varh", "Ah", "Hz")
        for p, f in (_PREFIXES | _LARGE).items()
    },
}


def _spellings() -> dict[str, str]:
    """Return the units by their lower-case spelling, but those it would confuse (mW and MW)."""
    folded: dict[str, str] = {}
    confused: set[str] = set()
    for unit in _UNITS:
        if unit.lower() in folded:
            confused.add(unit.lower())
        folded[unit.lower()] = unit
    return {lower: unit for lower, unit in folded.items() if lower not in confused}


_FOLDED = _spellings()
_WORD = re.compile(r"\s*[\[(]?\s*([A-Za-z][A-Za-z\u00b7*/-]{0,6}|%)(?![A-Za-z0-9])")
_JOINTS = re.compile(r"[\u00b7*/ -]")


def spelled(unit: str) -> str | None:
    """Return our spelling of a unit, or ``None`` when it is none we know.

    Case is forgiven where it cannot mislead: "KWH" is kWh and "MWH" is MWh, but "mwh" may be
    either milli or mega and is not known.

    >>> spelled("KWh"), spelled("kW-h"), spelled("mw")
    ('kWh', 'kWh', None)
    """
    joined = _JOINTS.sub("", unit.strip())
    if joined in _UNITS:
        return joined
    if joined.isupper() and f"{joined[0]}{joined[1:].capitalize()}" in _UNITS:
        return f"{joined[0]}{joined[1:].capitalize()}"
    return _FOLDED.get(joined.lower())


def quantity_of(unit: str) -> Quantity | None:
    """Return what a unit measures; ``None`` where it is none of ours, as that of apparent power.

    >>> quantity_of("MWh"), quantity_of("kVAh")
    (<Quantity.ENERGY: 'Wh'>, None)
    """
    known = _UNITS.get(spelled(unit) or "")
    return None if known is None else known[0]


def find_unit(text: str) -> str | None:
    """Return the known unit a text begins with, as it stands behind a number.

    >>> find_unit(" kWh total"), find_unit("[kWh]"), find_unit(" since 2020")
    ('kWh', 'kWh', None)
    """
    word = _WORD.match(text)
    return None if word is None else spelled(word[1])


def to_milli(value: Decimal, unit: str, quantity: Quantity) -> int:
    """Return a value in thousandths of the quantity's unit, rounded half-even once.

    UnitMismatchError for a unit of another quantity or none; InvalidInputError beyond 64 bits.

    >>> to_milli(Decimal("12543.5"), "kWh", Quantity.ENERGY)
    12543500000
    """
    factor, divisor = _thousandths(unit, quantity)
    numerator, denominator = value.as_integer_ratio()
    scaled, rest = divmod(numerator * factor, denominator * divisor)
    if rest:
        scaled = round(Fraction(numerator * factor, denominator * divisor))
    if abs(scaled) > INT64_MAX:
        raise InvalidInputError(f"{value} {unit} is more than can be counted.")
    return scaled


def resolution_milli(value: Decimal, unit: str, quantity: Quantity) -> int:
    """Return what the last printed digit of a value is worth in thousandths; at least 1.

    >>> resolution_milli(Decimal("12543.5"), "kWh", Quantity.ENERGY)
    100000
    """
    _, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        raise InvalidInputError(f"{value} is not a finite number.")
    if exponent > 0:
        exponent = max(0, exponent - max(0, _FEWEST_DIGITS - len(digits)))
    return _step(exponent, unit, quantity)


_FEWEST_DIGITS = 6
"""So many digits programs print at least where they print an exponent, but for zeros at the end."""


@lru_cache(maxsize=1000)
def _step(exponent: int, unit: str, quantity: Quantity) -> int:
    factor, divisor = _thousandths(unit, quantity)
    step = Fraction(10) ** exponent * factor / divisor
    # Rounded up: a display that flickers by its last digit may fall by that much.
    return min(-(-step // 1), INT64_MAX)


@lru_cache(maxsize=1000)
def _thousandths(unit: str, quantity: Quantity) -> tuple[int, int]:
    """Return how many thousandths of our unit a unit is worth, as a fraction."""
    return (_factor(unit, quantity) * 1000).as_integer_ratio()


def _factor(unit: str, quantity: Quantity) -> Fraction:
    known = _UNITS.get(spelled(unit) or "")
    if known is None:
        raise UnitMismatchError(f"'{unit}' is not a unit Wattledger knows.")
    if known[0] is not quantity:
        name = quantity.name.lower().replace("_", " ")
        raise UnitMismatchError(f"{unit} is not a unit of {name}.")
    return known[1]
