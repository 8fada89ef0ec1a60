"""Intervals within which a meter's multiplier changes: their energy does not go straight."""

from collections.abc import Collection, Mapping
from itertools import pairwise

from sqlalchemy import Connection, String, cast, select

from wattledger.domain.break_energy import Bend, energy_within
from wattledger.domain.event import EventKind
from wattledger.domain.instant import Instant
from wattledger.domain.reading import Status
from wattledger.domain.register import INT64_MAX
from wattledger.store.readings import load_around
from wattledger.store.registers import Register, load_registers
from wattledger.store.tables import register_event

_CHANGED = (
    select(register_event.c.meter_id)
    .where(
        register_event.c.kind == EventKind.SETTINGS.value,
        register_event.c.withdrawn_at.is_(None),
        cast(register_event.c.settings, String).contains("multiplier"),
    )
    .distinct()
)


def bends_of(
    connection: Connection, meter_ids: Collection[int] | None = None
) -> Mapping[int, Mapping[Instant, Bend]]:
    """Return such intervals of some or all meters, by meter and by the instant they end at."""
    changed = connection.scalars(_CHANGED).all()
    asked = changed if meter_ids is None else [each for each in changed if each in meter_ids]
    registers = load_registers(connection, asked) if asked else {}
    return {number: _bends(connection, register) for number, register in registers.items()}


def _bends(connection: Connection, register: Register) -> Mapping[Instant, Bend]:
    settings = register.settings
    return {
        after.at: energy_within(before, after, settings)
        for at in settings.multiplied_anew_between(0, INT64_MAX)
        for before, after in pairwise(
            each
            for each in load_around(connection, register.meter_id, at, at)
            if each.status is Status.GOOD
        )
    }
