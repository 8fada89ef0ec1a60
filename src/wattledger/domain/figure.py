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
    heading it stands under. ``unit`` is None where none is told.
    """

    value: Decimal
    label: str = ""
    names: str = ""
    section: str = ""
    unit: str | None = None
    is_guessed: bool = False
    """Whether it is a guess which mark is that of the decimals."""

    @property
    def words(self) -> frozenset[Word]:
        """Return what label and names say."""
        return words_in(self.label) | words_in(self.names)

    @property
    def kind(self) -> FigureKind:
        """Return what it measures: by its unit, and without one by its words."""
        words = self.words
        if self.unit is not None:
            quantity = quantity_of(self.unit)
            kind = FigureKind.OTHER if quantity is None else _BY_QUANTITY[quantity]
            if self.unit == "%" and Word.POWER_FACTOR not in words:
                return FigureKind.OTHER
        else:
            kind = next((kind for word, kind in _BY_WORD if word in words), FigureKind.OTHER)
        barred = Word.COST in words or Word.NOT_ACTIVE in words
        return FigureKind.OTHER if barred and kind in _ACTIVE else kind


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

# Documented keys whose unit stands in no answer: NETIO's netio.json, Shelly's EM.GetStatus.
_KNOWN_KEYS = {
    "GlobalMeasure.TotalEnergy": "Wh",
    "GlobalMeasure.TotalCurrent": "mA",
    "GlobalMeasure.TotalLoad": "W",
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
        if _HOURS.search(key):
            return "kWh"
        named = _UNIT_AT_END.search(key)
        if named is not None and (unit := spelled(named[1])) is not None:
            return unit
    return None
