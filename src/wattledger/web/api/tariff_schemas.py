"""Tariffs as JSON. Prices come out as exact numbers; sent as text they are as exact."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

from wattledger.domain.instant import format_instant
from wattledger.domain.tariff import PricePeriod, Tariff
from wattledger.domain.tariff_form import parse_tariff
from wattledger.services.keep_tariff import KeptTariff
from wattledger.web.api.billing_examples import TARIFF_INPUT, TARIFF_OUTPUT
from wattledger.web.api.endpoint_schemas import RequiredLine
from wattledger.web.schema import Number, Output, Schema, Timestamp

_MOST_PERIODS = 1000


class TariffInput(Schema):
    """A tariff: prices, and the local dates from which they hold."""

    model_config = ConfigDict(json_schema_extra={"examples": [TARIFF_INPUT]})

    name: RequiredLine = Field(description="Unique; capitals make no difference.")
    prices: Annotated[list[PricePeriod], Field(min_length=1, max_length=_MOST_PERIODS)] = Field(
        description="Each holds from its `fromOn` until the next. Numbers of more than 15 digits "
        "stay exact when sent as text."
    )

    def as_tariff(self) -> Tariff:
        """Return the tariff; InvalidInputError where the periods do not go together."""
        prices = [period.model_dump(by_alias=True) for period in self.prices]
        return parse_tariff({"name": self.name, "prices": prices})


class Prices(Output):
    """The prices from a local date on, in units of the currency; what is not charged is null."""

    from_on: date
    currency: str
    energy_price: Number = Field(description="Of a kWh.")
    included_kwh: Number | None = Field(description="kWh a month that cost nothing.")
    overage_price: Number | None = Field(description="Of a kWh beyond the included ones.")
    committed_kw: Number | None = Field(description="kW paid for whether drawn or not.")
    committed_price: Number | None = Field(description="Of a committed kW a month.")
    power_overage_price: Number | None = Field(description="Of a kW above the committed.")
    fixed_fee: Number | None = Field(description="Of a month.")
    pue_factor: Number = Field(description="Multiplies the kWh before they are priced.")
    minimum: Number | None = Field(description="What a month costs at least, before VAT.")
    vat_percent: Number | None = Field(description="Null: no VAT is printed; 0: a line of 0.")


class TariffOutput(Output):
    """A tariff."""

    model_config = ConfigDict(json_schema_extra={"examples": [TARIFF_OUTPUT]})

    beside_settings: ClassVar[frozenset[str]] = frozenset({"updated_at", "notices"})

    id: str
    name: str
    prices: list[Prices]
    updated_at: Timestamp
    notices: list[str] = Field(description="What to know of a change; empty else.")


def tariff_output(kept: KeptTariff) -> TariffOutput:
    """Return a tariff."""
    row = kept.row
    return TariffOutput(
        id=row.public_id,
        name=row.tariff.name,
        prices=[Prices(**vars(period)) for period in row.tariff.prices],
        updated_at=format_instant(row.updated_at),
        notices=list(kept.notices),
    )
