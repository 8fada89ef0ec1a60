"""A meter as the ledger sees it: its register's settings, what was declared of it, its zone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from sqlalchemy import Connection, Row, bindparam, select

from wattledger.domain.event import NOTHING_DECLARED, Declared, EventKind, Swap
from wattledger.domain.instant import MINUTE, Instant
from wattledger.domain.register import DEFAULT_P_MAX_MW, RegisterSettings, parse_multiplier
from wattledger.domain.settings_timeline import AnySettings, SettingsTimeline
from wattledger.store.slices import slices
from wattledger.store.tables import endpoint, meter, register_event, site

_AnyRow: TypeAlias = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Register:
    """What a meter's readings are judged by.

    ``poll`` is the microseconds between two reads; ``chosen`` are the values that an operator
    accepted where an instant has several.
    """

    meter_id: int
    settings: AnySettings
    zone: str
    poll: int
    declared: Declared = NOTHING_DECLARED
    chosen: Mapping[Instant, int] = field(default_factory=dict)


# A booking asks for these again and again; to build one takes as long as to run it.
_METERS = (
    select(
        meter.c.id,
        meter.c.multiplier,
        meter.c.resolution_milliwh,
        meter.c.p_max_mw,
        meter.c.modulus_milliwh,
        endpoint.c.poll_minutes,
        site.c.zone,
    )
    .select_from(meter.join(endpoint).join(site, endpoint.c.site_id == site.c.id))
    .where(meter.c.id.in_(bindparam("ids", expanding=True)))
)
_EVENTS = (
    select(register_event)
    .where(
        register_event.c.meter_id.in_(bindparam("ids", expanding=True)),
        register_event.c.withdrawn_at.is_(None),
    )
    .order_by(register_event.c.meter_id, register_event.c.at, register_event.c.id)
)


def load_registers(connection: Connection, meter_ids: Iterable[int]) -> dict[int, Register]:
    """Return the registers of meters by meter id."""
    registers: dict[int, Register] = {}
    for ids in slices(meter_ids):
        for row in connection.execute(_METERS, {"ids": ids}):
            registers[row.id] = Register(
                row.id, _settings(row), row.zone, row.poll_minutes * MINUTE
            )
        for meter_id, events in _events(connection, ids).items():
            registers[meter_id] = _with_events(registers[meter_id], events)
    return registers


def _settings(row: _AnyRow) -> RegisterSettings:
    numerator, denominator = parse_multiplier(row.multiplier)
    return RegisterSettings(
        numerator=numerator,
        denominator=denominator,
        resolution_milliwh=row.resolution_milliwh,
        p_max_mw=row.p_max_mw or DEFAULT_P_MAX_MW,
        modulus_milliwh=row.modulus_milliwh,
        poll=row.poll_minutes * MINUTE,
    )


def _events(connection: Connection, meter_ids: list[int]) -> dict[int, list[_AnyRow]]:
    events: dict[int, list[_AnyRow]] = {}
    for row in connection.execute(_EVENTS, {"ids": meter_ids}):
        events.setdefault(row.meter_id, []).append(row)
    return events


def _with_events(register: Register, events: list[_AnyRow]) -> Register:
    def instants(kind: EventKind) -> list[Instant]:
        return [event.at for event in events if event.kind == kind]

    swaps = (event for event in events if event.kind == EventKind.SWAP)
    declared = Declared(
        swaps=tuple(Swap(each.at, each.final_milliwh, each.initial_milliwh) for each in swaps),
        accepted=frozenset(instants(EventKind.ACCEPT)),
        rejected=frozenset(instants(EventKind.REJECT)),
        ended_at=min(instants(EventKind.END), default=None),
        last_at=max(event.at for event in events),
    )
    chosen = {
        event.at: event.total_milliwh
        for event in events
        if event.kind == EventKind.ACCEPT and event.total_milliwh is not None
    }
    settings = _timeline(register.settings.at(0), events)
    return replace(register, settings=settings, declared=declared, chosen=chosen)


def _timeline(initial: RegisterSettings, events: list[_AnyRow]) -> AnySettings:
    """Return the settings with those that were declared to hold from an instant on."""
    later: list[tuple[Instant, RegisterSettings]] = []
    holds = initial
    for event in events:
        if event.kind == EventKind.SETTINGS:
            holds = replace(holds, **_changed(event.settings))
            later.append((event.at, holds))
    return SettingsTimeline(initial, tuple(later)) if later else initial


def _changed(columns: Mapping[str, Any]) -> dict[str, int]:
    """Return the settings that an event changes, from the columns of a meter it names."""
    changed = {name: value for name, value in columns.items() if name != "multiplier"}
    if "multiplier" in columns:
        changed["numerator"], changed["denominator"] = parse_multiplier(columns["multiplier"])
    return changed
