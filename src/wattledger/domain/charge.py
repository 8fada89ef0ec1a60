"""A charge: one priced line of a client's month. Money is Decimal, rounded half up to cents."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class ChargeKind(StrEnum):
    """What a charge is for, in the order in which a statement prints them."""

    ENERGY = "energy"
    INCLUDED = "included"
    OVERAGE = "overage"
    COMMITTED_POWER = "committedPower"
    POWER_OVERAGE = "powerOverage"
    FIXED_FEE = "fixedFee"
    MINIMUM = "minimum"
    ADJUSTMENT = "adjustment"
    VAT = "vat"


@dataclass(frozen=True, slots=True)
class Charge:
    """``amount`` is ``quantity * unit_price``, rounded to cents; both are None for a lump sum.

    ``unit`` is ``kWh``, ``kW``, ``month`` or ``%``. For VAT the quantity is the net sum.
    """

    kind: ChargeKind
    description: str
    amount: Decimal
    quantity: Decimal | None = None
    unit: str = ""
    unit_price: Decimal | None = None
