"""How a charge tells that its energy is metered energy times a PUE factor, and what that tells."""

import re
from decimal import Decimal
from typing import NamedTuple

_TOLD = re.compile(r", ([0-9]+(?:\.[0-9]+)?) kWh x PUE ([0-9]+(?:\.[0-9]+)?)$")


class Metered(NamedTuple):
    """The metered energy of a charge in kWh, and the factor it is charged with."""

    kwh: Decimal
    factor: Decimal


def pue_text(metered: Metered) -> str:
    """Return what ends the description of a charge; nothing where the factor is 1.

    >>> pue_text(Metered(Decimal("1000.000"), Decimal("1.35")))
    ', 1000.000 kWh x PUE 1.35'
    """
    return "" if metered.factor == 1 else f", {metered.kwh:f} kWh x PUE {metered.factor:f}"


def told_pue(description: str) -> Metered | None:
    """Return what ends a description; None where it tells no factor.

    >>> told_pue("Energy, 1000.000 kWh x PUE 1.35").factor
    Decimal('1.35')
    """
    found = _TOLD.search(description)
    return None if found is None else Metered(Decimal(found[1]), Decimal(found[2]))
