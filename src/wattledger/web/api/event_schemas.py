"""Register events as JSON: what may be declared, and what it changed."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from pydantic import ConfigDict, Field

from wattledger.domain.event import EventKind
from wattledger.domain.instant import Instant, format_instant
from wattledger.domain.unit import Quantity, resolution_milli, to_milli
from wattledger.services.check_settings import NAMES
from wattledger.services.correction import ChangedReading, Correction
from wattledger.services.declaration import Declaration
from wattledger.store.events import StoredEvent
from wattledger.store.register_history import Standing
from wattledger.web.api.meter_examples import CORRECTION, EVENT, EVENT_INPUT
from wattledger.web.api.meter_schemas import (
    Exact,
    RegisterInput,
    kilowatts,
)
from wattledger.web.schema import Number, Schema, Timestamp, kwh
from wattledger.web.status_word import StatusWord, status_word

SHOWN_READINGS = 200
"""So many changed readings stand in an answer; ``readingsChanged`` counts all."""


class EventInput(Schema):
    """What a person declares of a register."""

    model_config = ConfigDict(json_schema_extra={"examples": [EVENT_INPUT]})

    kind: EventKind = Field(
        description="`swap`: the register was exchanged (`finalKwh`, `initialKwh`, each if read). "
        "`check`: a person read the display (`totalKwh`). `accept`, `reject`: a reading that is "
        "there is right or wrong (`totalKwh` where an instant has several values). `settings`: "
        "what the register is worth from then on (`settings`). `end`: taken out of use."
    )
    at: str = Field(
        max_length=40,
        description="When it was: a timestamp with offset, or a local date for its first instant.",
    )
    why: str = Field(
        min_length=1, max_length=2000, description="Why, in a sentence for the auditor."
    )
    total_kwh: Exact | None = Field(default=None, description="As displayed.")
    final_kwh: Exact | None = Field(default=None, description="What the old register showed last.")
    initial_kwh: Exact | None = Field(default=None, description="What the new one showed first.")
    settings: RegisterInput | None = None

    def as_declaration(self, at: Instant, by: str) -> Declaration:
        """Return what the service takes."""
        return Declaration(
            self.kind,
            at,
            by,
            self.why,
            total_milliwh=_milliwh(self.total_kwh),
            resolution_milliwh=(
                None
                if self.total_kwh is None
                else resolution_milli(self.total_kwh, "kWh", Quantity.ENERGY)
            ),
            final_milliwh=_milliwh(self.final_kwh),
            initial_milliwh=_milliwh(self.initial_kwh),
            settings=None if self.settings is None else self.settings.columns(),
        )


def _milliwh(value: Exact | None) -> int | None:
    return None if value is None else to_milli(value, "kWh", Quantity.ENERGY)


class EventOutput(Schema):
    """A register event as it was declared, and whether it was withdrawn."""

    model_config = ConfigDict(json_schema_extra={"examples": [EVENT]})

    id: int | None = Field(description="Null in a dry run, which keeps nothing.")
    meter_id: int
    kind: EventKind
    at: Timestamp
    by: str
    why: str
    declared_at: Timestamp
    total_kwh: Number | None
    final_kwh: Number | None
    initial_kwh: Number | None
    settings: dict[str, Number | None] | None = Field(
        description="What holds from then on, by the names of a meter's `register`."
    )
    withdrawn_by: str | None = Field(description="Null while the event counts.")
    withdrawn_at: Timestamp | None
    withdrawn_why: str | None


def event_output(stored: StoredEvent, *, is_kept: bool = True) -> EventOutput:
    """Return an event as it is shown."""
    event, withdrawn_at = stored.event, stored.withdrawn_at
    return EventOutput(
        id=stored.id if is_kept else None,
        meter_id=event.meter_id,
        kind=event.kind,
        at=format_instant(event.at),
        by=event.declared_by,
        why=event.why,
        declared_at=format_instant(stored.declared_at),
        total_kwh=kwh(event.total_milliwh),
        final_kwh=kwh(event.final_milliwh),
        initial_kwh=kwh(event.initial_milliwh),
        settings=None if event.settings is None else _settings(event.settings),
        withdrawn_by=stored.withdrawn_by,
        withdrawn_at=None if withdrawn_at is None else format_instant(withdrawn_at),
        withdrawn_why=stored.withdrawn_why,
    )


def _settings(columns: Mapping[str, Any]) -> dict[str, Number | None]:
    return {NAMES[name]: _SHOWN[name](value) for name, value in columns.items()}


def _multiplier(value: object) -> Number:
    return Decimal(str(value))


_SHOWN: dict[str, Callable[[Any], Number | None]] = {
    "multiplier": _multiplier,
    "resolution_milliwh": kwh,
    "p_max_mw": kilowatts,
    "modulus_milliwh": kwh,
}


class ReadingChange(Schema):
    """A reading that stands otherwise than before."""

    timestamp: Timestamp
    total_kwh: Number | None
    status: StatusWord
    before_kwh: Number | None = Field(description="The value that stood there; null: none.")
    before_status: StatusWord | None
    epoch: str | None = Field(description="How it begins an epoch of the register, if it does.")
    before_epoch: str | None


class MonthChange(Schema):
    """A month of another energy than before; null where there is no value."""

    month: str = Field(examples=["2026-03"])
    before_kwh: Number | None
    after_kwh: Number | None


class CorrectionOutput(Schema):
    """An event and what it changed, or in a dry run what it would change."""

    model_config = ConfigDict(json_schema_extra={"examples": [CORRECTION]})

    dry_run: bool
    event: EventOutput
    readings_changed: int
    readings: list[ReadingChange] = Field(description=f"The first {SHOWN_READINGS} of them.")
    months: list[MonthChange]


def correction_output(correction: Correction) -> CorrectionOutput:
    """Return a correction as it is shown."""
    return CorrectionOutput(
        dry_run=not correction.is_kept,
        event=event_output(correction.stored, is_kept=correction.is_kept),
        readings_changed=len(correction.readings),
        readings=[_reading_change(each) for each in correction.readings[:SHOWN_READINGS]],
        months=[
            MonthChange(
                month=f"{each.month:%Y-%m}",
                before_kwh=kwh(each.before_milliwh),
                after_kwh=kwh(each.after_milliwh),
            )
            for each in correction.months
        ],
    )


def _reading_change(changed: ChangedReading) -> ReadingChange:
    before, after = changed.before, changed.after
    return ReadingChange(
        timestamp=format_instant(changed.at),
        total_kwh=kwh(after.total_milliwh),
        status=status_word(after.status),
        before_kwh=None if before is None else kwh(before.total_milliwh),
        before_status=None if before is None else status_word(before.status),
        epoch=_epoch(after),
        before_epoch=None if before is None else _epoch(before),
    )


def _epoch(standing: Standing) -> str | None:
    return None if standing.epoch is None else standing.epoch.name.lower()
