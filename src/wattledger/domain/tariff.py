"""Tariffs: what energy and power cost, from which local date on (LEDGER 6). Data, not code.

Prices are exact decimals of the currency's unit. The keys of the JSON form are the names here in
camel case; docs/reference/tariffs.md shows what each price makes of a month.
"""

from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
)
from pydantic.alias_generators import to_camel

from wattledger.domain.errors import InvalidInputError
from wattledger.domain.money import parse_currency
from wattledger.domain.period import next_month

_DEAREST = 1_000_000_000


class _Model(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True
    )


def _plain(value: Decimal) -> Decimal:
    """Return a number without an exponent: 1E+3 is kept as 1000."""
    return Decimal(format(value, "f"))


def _currency(text: str) -> str:
    try:
        return parse_currency(text)
    except InvalidInputError as error:
        raise ValueError(str(error)) from None


Price: TypeAlias = Annotated[
    Decimal, Field(ge=0, le=_DEAREST, decimal_places=8), AfterValidator(_plain)
]
"""An amount of money, or a price of a kWh, a kW or a month."""

Quantity: TypeAlias = Annotated[
    Decimal, Field(ge=0, le=_DEAREST, decimal_places=3), AfterValidator(_plain)
]
"""A number of kWh or kW a month."""

Factor: TypeAlias = Annotated[Decimal, Field(ge=1, le=10, decimal_places=4), AfterValidator(_plain)]
Percent: TypeAlias = Annotated[
    Decimal, Field(ge=0, le=100, decimal_places=4), AfterValidator(_plain)
]


class PricePeriod(_Model):
    """The prices from a local date on, until the next ones.

    ``energy_price`` is of each kWh; with ``included_kwh`` a month, only of those beyond, unless
    ``overage_price`` says otherwise. ``committed_price`` is of each kW of ``committed_kw`` a
    month, whether drawn or not; ``power_overage_price`` of each kW by which the month's peak
    exceeds it. ``pue_factor`` multiplies the kWh before they are priced. ``minimum`` is what a
    month costs at least, before VAT. Without ``vat_percent`` no VAT is printed; with 0 a line of 0.
    """

    from_on: date
    currency: Annotated[str, AfterValidator(_currency)]
    energy_price: Price
    included_kwh: Quantity | None = None
    overage_price: Price | None = None
    committed_kw: Quantity | None = None
    committed_price: Price | None = Field(default=None, validate_default=True)
    power_overage_price: Price | None = None
    fixed_fee: Price | None = None
    pue_factor: Factor = Decimal(1)
    minimum: Price | None = None
    vat_percent: Percent | None = None

    @field_validator("overage_price")
    @classmethod
    def _beyond_something(cls, price: Decimal | None, info: ValidationInfo) -> Decimal | None:
        if price is not None and info.data.get("included_kwh", 0) is None:
            raise ValueError("An overage price needs 'includedKwh'; set it, or leave this out.")
        return price

    @field_validator("committed_price")
    @classmethod
    def _both_or_none(cls, price: Decimal | None, info: ValidationInfo) -> Decimal | None:
        if "committed_kw" in info.data and (price is None) != (info.data["committed_kw"] is None):
            raise ValueError(
                "Committed power needs 'committedKw' and 'committedPrice'; set both, or neither."
            )
        return price

    @field_validator("power_overage_price")
    @classmethod
    def _above_something(cls, price: Decimal | None, info: ValidationInfo) -> Decimal | None:
        if price is not None and info.data.get("committed_kw", 0) is None:
            raise ValueError(
                "A price of power above the committed needs 'committedKw'; set it (0 prices all "
                "of the peak), or leave this out."
            )
        return price


class Tariff(_Model):
    """Prices by date, ascending. Before the first ones nothing is priced."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    prices: Annotated[tuple[PricePeriod, ...], Field(min_length=1)]

    @field_validator("prices")
    @classmethod
    def _in_order(cls, prices: tuple[PricePeriod, ...]) -> tuple[PricePeriod, ...]:
        ordered = sorted(prices, key=lambda period: period.from_on)
        for before, after in pairwise(ordered):
            if before.from_on == after.from_on:
                raise ValueError(f"Two periods begin on {after.from_on}; leave one of them out.")
            if before.currency != after.currency and after.from_on.day != 1:
                raise ValueError(
                    f"The currency changes on {after.from_on}, inside a month, which then has no "
                    "sum; let it change on the first of a month."
                )
        return tuple(ordered)

    def on(self, day: date) -> PricePeriod | None:
        """Return the prices of a local date; None before the first."""
        found = None
        for period in self.prices:
            if period.from_on <= day:
                found = period
        return found


def month_parts(
    tariff: Tariff, month: date, from_on: date | None = None, until_on: date | None = None
) -> tuple[tuple[date, date], ...]:
    """Return the parts of a month in which prices stay the same: first date, and date after it.

    ``month`` is the first date of the month; ``from_on`` and ``until_on`` narrow it to the days
    for which the client has a contract. Their energies are what ``charges`` prices.
    """
    first = max(month, from_on or month)
    last = min(next_month(month), until_on or next_month(month))
    inside = [period.from_on for period in tariff.prices if first < period.from_on < last]
    edges = (first, *inside, last)
    return tuple(pairwise(edges)) if first < last else ()
