"""A figure: a number on a device's page, with all that says what it may be."""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from wattledger.domain.meter_words import Word, words_in
from wattledger.domain.unit import Quantity, quantity_of, spelled


class FigureKind(StrEnum):
    """What a figure measures, as far as its unit and its words tell."""

    ENERGY = "energy"
    POWER = "power"
    VOLTAGE = "voltage"
    CURRENT = "current"
    POWER_FACTOR = "powerFactor"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with what stands around it.

    ``label`` is what people read beside it, ``names`` the ids and keys behind it, ``section`` the
    heading it stands under, ``leaf`` the last part of a label that is a path. ``unit`` is None
    where none is told.
    """

    value: Decimal
    label: str = ""
    names: str = ""
    section: str = ""
    leaf: str = ""
    unit: str | None = None
    is_guessed: bool = False
    """Whether it is a guess which mark is that of the decimals."""

    @property
    def words(self) -> frozenset[Word]:
        """Return what label and names say."""
        return words_in(self.label) | words_in(self.names) | words_in(self.leaf)

    @property
    def kind(self) -> FigureKind:
        """Return what it measures: by its unit, and without one by its words."""
        words = self.words
        if self.unit is None:
            kind = _kind_told(words_in(self.leaf)) or _kind_told(words) or FigureKind.OTHER
        elif self.unit == "%" and Word.POWER_FACTOR not in words:
            kind = FigureKind.OTHER
        else:
            kind = _kind_of(self.unit)
        barred = Word.COST in words or Word.NOT_ACTIVE in words
        return FigureKind.OTHER if barred and kind in _ACTIVE else kind


def _kind_of(unit: str) -> FigureKind:
    quantity = quantity_of(unit)
    return FigureKind.OTHER if quantity is None else _BY_QUANTITY[quantity]


def _kind_told(words: frozenset[Word]) -> FigureKind | None:
    return next((kind for word, kind in _BY_WORD if word in words), None)


_BY_QUANTITY = {
    Quantity.ENERGY: FigureKind.ENERGY,
    Quantity.POWER: FigureKind.POWER,
    Quantity.VOLTAGE: FigureKind.VOLTAGE,
    Quantity.CURRENT: FigureKind.CURRENT,
    Quantity.POWER_FACTOR: FigureKind.POWER_FACTOR,
}
_BY_WORD = (
    (Word.POWER_FACTOR, FigureKind.POWER_FACTOR),
    (Word.ENERGY, FigureKind.ENERGY),
    (Word.VOLTAGE, FigureKind.VOLTAGE),
    (Word.CURRENT, FigureKind.CURRENT),
    (Word.POWER, FigureKind.POWER),
)
_ACTIVE = frozenset({FigureKind.ENERGY, FigureKind.POWER})

_UNIT_AT_END = re.compile(
    r"(?:^|[_\s.\-(\[]|(?<=[a-z]))([kMGm]?(?:Wh|W|VAh|VA|varh|var|V|A|Hz|Ws|J)|[km]?wh|ma|kw)[\])]?$"
)
_HOURS = re.compile(r"k(?:ilo)?-?watt-?h(?:ou)?rs?", re.IGNORECASE)

_NAMED = {"watts": "W", "volts": "V", "amps": "A"}

# Documented keys whose unit stands in no answer: NETIO, Shelly, Tasmota.
_KNOWN_KEYS = {
    "GlobalMeasure.TotalEnergy": "Wh",
    "GlobalMeasure.TotalCurrent": "mA",
    "GlobalMeasure.TotalLoad": "W",
    "ENERGY.Total": "kWh",
    "ENERGY.Power": "W",
    "total_act": "Wh",
    "total_act_ret": "Wh",
}


def unit_of_key(path: str) -> str | None:
    """Return the unit that a key of a document names, or is known to have.

    >>> unit_of_key("EnergykWh.Reading"), unit_of_key("total_wh"), unit_of_key("energy_mwh")
    ('kWh', 'Wh', None)
    """
    for known, unit in _KNOWN_KEYS.items():
        if path == known or path.endswith(f".{known}"):
            return unit
    for key in reversed(path.split(".")):
        unit_here = _unit_at_end(key)
        if unit_here is not None or _kind_told(words_in(key)) is not None:
            return unit_here  # what is named itself is not measured as what it is a part of
    return None


def _unit_at_end(key: str) -> str | None:
    if _HOURS.search(key):
        return "kWh"
    named = _UNIT_AT_END.search(key)
    if named is not None and spelled(named[1]) is not None:
        return spelled(named[1])
    return next((unit for name, unit in _NAMED.items() if key.lower().endswith(name)), None)
