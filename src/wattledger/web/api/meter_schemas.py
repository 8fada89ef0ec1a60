"""Meters as JSON: how a register is set up, what it showed, and what the ledger made of it."""

from decimal import Decimal
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import ConfigDict, Field, WithJsonSchema

from wattledger.domain.assignment import WHOLE_PPM
from wattledger.domain.instant import format_instant
from wattledger.domain.reading import Source
from wattledger.domain.scaled import KW, to_decimal
from wattledger.domain.unit import Quantity, to_milli
from wattledger.services.meter_readings import LedgerReading
from wattledger.services.show_meters import ShownMeter
from wattledger.store.readings import NewReading
from wattledger.web.api.endpoint_schemas import Line
from wattledger.web.api.meter_examples import LEDGER_READING, METER, METER_CHANGE
from wattledger.web.schema import Number, Output, Schema, Timestamp, kwh, milli
from wattledger.web.status_word import StatusWord, status_word

Exact: TypeAlias = Annotated[
    Decimal,
    Field(ge=0, le=10**13, decimal_places=9),
    WithJsonSchema({"type": "number", "minimum": 0}),
]
"""A number that comes in, as a JSON number or, beyond 15 digits, as a text."""

SourceWord = Literal["collected", "imported", "check"]

_SOURCE: dict[Source, SourceWord] = {
    Source.COLLECTED: "collected",
    Source.IMPORTED: "imported",
    Source.CHECK: "check",
}


class RegisterInput(Schema):
    """Settings of a register; what is left out stays as it is."""

    multiplier: Exact | None = Field(
        default=None, description="What a displayed kWh is worth (CT/PT ratio).", examples=[40]
    )
    resolution_kwh: Exact | None = Field(
        default=None, description="Worth of the last digit; null: the last printed one."
    )
    p_max_kw: Exact | None = Field(
        default=None, description="Breaker x volts x phases x 1.1: the most it can draw."
    )
    modulus_kwh: Exact | None = Field(
        default=None, description="Where the register wraps, as 100000; null: not known."
    )

    def columns(self) -> dict[str, int | str | None]:
        """Return what was sent, as the columns of a meter have it."""
        values = {
            "multiplier": None if self.multiplier is None else format(self.multiplier, "f"),
            "resolution_milliwh": _energy(self.resolution_kwh),
            "p_max_mw": _power(self.p_max_kw),
            "modulus_milliwh": _energy(self.modulus_kwh),
        }
        sent = zip(_SETTINGS, values.items(), strict=True)
        return {name: value for key, (name, value) in sent if key in self.model_fields_set}


_SETTINGS = ("multiplier", "resolution_kwh", "p_max_kw", "modulus_kwh")


def _energy(value: Decimal | None) -> int | None:
    return None if value is None else to_milli(value, "kWh", Quantity.ENERGY)


def _power(value: Decimal | None) -> int | None:
    return None if value is None else to_milli(value, "kW", Quantity.POWER)


class MeterChange(RegisterInput):
    """What to change of a meter; what is left out stays as it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [METER_CHANGE]})

    parent_id: int | None = Field(
        default=None, description="The meter it is behind, at the same site; null: none."
    )
    feed: Literal["A", "B"] | None = Field(default=None, description="Of redundant feeds, which.")
    rack: Annotated[Line, Field(max_length=100)] | None = None

    def columns(self) -> dict[str, Any]:
        """Return what was sent, as the columns of a meter have it."""
        place = {"parent_id": self.parent_id, "feed": self.feed, "rack": self.rack or None}
        sent = {name: value for name, value in place.items() if name in self.model_fields_set}
        return super().columns() | sent


class RegisterOutput(Output):
    """How a register is set up from its first reading on; see its events for dated changes."""

    multiplier: Number
    resolution_kwh: Number | None = Field(description="Null: the last printed digit counts.")
    p_max_kw: Number | None = Field(description="Null: 100 kW are taken; set the breaker.")
    modulus_kwh: Number | None = Field(description="Where it wraps; null: not known.")


class ServedClient(Output):
    """A client that a meter serves now, and the share of its energy."""

    name: str
    share_percent: Number


class MeterOutput(Output):
    """A meter: one register of an endpoint."""

    model_config = ConfigDict(json_schema_extra={"examples": [METER]})

    id: int
    key: str
    endpoint_id: str
    endpoint_name: str
    register_: RegisterOutput = Field(validation_alias="register", serialization_alias="register")
    feed: Literal["A", "B"] | None
    rack: str | None
    parent_id: int | None = Field(description="The meter it is behind.")
    clients: list[ServedClient] = Field(description="Whom it serves now, the greatest share first.")


def meter_output(shown: ShownMeter) -> MeterOutput:
    """Return a meter as it is shown."""
    row = shown.row
    feed: Literal["A", "B"] | None = "A" if row.feed == "A" else "B" if row.feed == "B" else None
    return MeterOutput(
        id=row.id,
        key=row.key,
        endpoint_id=row.endpoint_id,
        endpoint_name=row.endpoint,
        register_=RegisterOutput(
            multiplier=Decimal(row.multiplier),
            resolution_kwh=kwh(row.resolution_milliwh),
            p_max_kw=kilowatts(row.p_max_mw),
            modulus_kwh=kwh(row.modulus_milliwh),
        ),
        feed=feed,
        rack=row.rack,
        parent_id=row.parent_id,
        clients=[
            ServedClient(name=each.client, share_percent=_percent(each.share_ppm))
            for each in shown.serves
        ],
    )


def kilowatts(milliwatts: int | None) -> Decimal | None:
    """Return milliwatts as kW."""
    return None if milliwatts is None else to_decimal(milliwatts, KW)


def _percent(share_ppm: int) -> Decimal:
    return to_decimal(share_ppm * 100, len(str(WHOLE_PPM)) - 1)


class OtherValue(Output):
    """A value that was read at the same instant and does not stand."""

    total_kwh: Number | None
    serial: str | None
    source: SourceWord
    attempt_id: int | None


class LedgerReadingOutput(Output):
    """A reading as the ledger sees it: what it showed, what became of it, what it rests on."""

    model_config = ConfigDict(json_schema_extra={"examples": [LEDGER_READING]})

    timestamp: Timestamp
    total_kwh: Number | None = Field(description="The register as displayed.")
    status: StatusWord = Field(description="Only good readings end an interval.")
    join: str | None = Field(
        description="How it is joined to the good one before it: `first`, `advance`, `resumed`, "
        "`questionable`, `catch_up`; from `rollover` on (`rollover_questionable`, `reset`, "
        "`restored`, `replacement`, `declared`) another epoch of the register begins."
    )
    energy_kwh: Number | None = Field(
        description="Energy of the interval that ends here, times the multiplier; null for what "
        "is not counted, and for a meter's first."
    )
    quality: int | None = Field(
        description="Code of that energy: 7 edited, 9 estimated, 10 questionable, 17 validated, "
        "18 verified by a check reading."
    )
    power: Number | None = Field(description="W")
    serial: str | None = Field(description="Who the device said it is.")
    reset_stamp: str | None = Field(description="When the device said its register was reset.")
    source: SourceWord
    attempt_id: int | None = Field(description="Leads to GET /attempts/{attempt}.")
    other_values: list[OtherValue] = Field(
        description="What else was read at this instant; accept one to let it stand."
    )


def ledger_reading_output(reading: LedgerReading) -> LedgerReadingOutput:
    """Return a reading as it is shown."""
    booked, judged = reading.booked, reading.judged
    counted = judged.energy_milliwh is not None
    return LedgerReadingOutput(
        timestamp=format_instant(booked.at),
        total_kwh=kwh(booked.total_milliwh),
        status=status_word(judged.status),
        join=None if judged.join is None else judged.join.name.lower(),
        energy_kwh=kwh(judged.energy_milliwh),
        quality=int(judged.quality) if counted else None,
        power=milli(booked.power_mw),
        serial=booked.serial,
        reset_stamp=booked.reset_stamp,
        source=_SOURCE[booked.source],
        attempt_id=booked.attempt_id,
        other_values=[_other(each) for each in reading.others],
    )


def _other(value: NewReading) -> OtherValue:
    return OtherValue(
        total_kwh=kwh(value.total_milliwh),
        serial=value.serial,
        source=_SOURCE[value.source],
        attempt_id=value.attempt_id,
    )
