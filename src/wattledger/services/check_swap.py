"""Whether the final and initial read of a swap fit what the register showed around it."""

from typing import NamedTuple

from wattledger.domain.errors import InvalidInputError
from wattledger.domain.event import EventKind
from wattledger.domain.instant import MINUTE, Instant, format_instant
from wattledger.domain.reading import Reading, Status
from wattledger.domain.register import RegisterSettings
from wattledger.domain.scaled import KW, to_text
from wattledger.domain.settings_timeline import AnySettings
from wattledger.services.declaration import COARSEST, Declaration
from wattledger.services.declaration_facts import Facts, shown_event, shown_kwh
from wattledger.store.register_history import last_good_before, next_readings

_JUDGED_BY = 3
"""So many readings behind a swap contradict its initial read together: fewer may be glitches."""


def check_swap(facts: Facts, declaration: Declaration) -> None:
    """Refuse a final or initial read that would bill what cannot have been used."""
    if declaration.final_milliwh is not None:
        _check_final(facts, declaration, declaration.final_milliwh)
    if declaration.initial_milliwh is not None:
        _check_initial(facts, declaration, declaration.initial_milliwh)


def _check_final(facts: Facts, declaration: Declaration, final: int) -> None:
    before = _stood_before(facts, declaration.at)
    if before is None:
        return
    settings = facts.register.settings.over(before.at, declaration.at)
    rise, pause = final - before.milliwh, declaration.at - before.at
    if rise < 0:
        raise InvalidInputError(
            f"The final read {shown_kwh(final)} is less than the {shown_kwh(before.milliwh)} of "
            f"{before.where}. Read the old register again; if that value is wrong, reject its "
            "reading first.",
            field="finalKwh",
        )
    if not settings.can_rise(rise, pause, before.resolution_milliwh):
        raise InvalidInputError(
            f"The final read {shown_kwh(final)} is {_too_much(settings, rise, pause)} after the "
            f"{shown_kwh(before.milliwh)} of {before.where}. Read the old register again, or "
            "correct p_max.",
            field="finalKwh",
        )


class _Stood(NamedTuple):
    """When a register showed how much, and where that is written."""

    at: Instant
    milliwh: int
    resolution_milliwh: int
    where: str


def _stood_before(facts: Facts, at: Instant) -> _Stood | None:
    """Return what the old register showed last before a swap, where that is known."""
    good = last_good_before(facts.connection, facts.register.meter_id, at)
    known = (
        _Stood(good.at, good.total_milliwh, good.resolution_milliwh, _named(good)) if good else None
    )
    for stored in facts.of_kind(EventKind.SWAP):
        event = stored.event
        if event.at >= at or (known is not None and event.at <= known.at):
            continue
        where, initial = f"the initial read of {shown_event(stored)}", event.initial_milliwh
        known = None if initial is None else _Stood(event.at, initial, COARSEST, where)
    return known


def _named(reading: Reading) -> str:
    return f"the reading at {format_instant(reading.at)}"


def _check_initial(facts: Facts, declaration: Declaration, initial: int) -> None:
    ahead = [
        each.judged
        for each in next_readings(
            facts.connection, facts.register.meter_id, declaration.at, _JUDGED_BY
        )
        if each.judged.status not in {Status.REJECTED, Status.GLITCH}
        and each.judged.at < _next_swap(facts, declaration.at)
    ]
    settings = facts.register.settings
    if not ahead or any(_follows(declaration.at, initial, each, settings) for each in ahead):
        return
    first = ahead[0]
    bounds = settings.over(declaration.at, first.at)
    rise = first.total_milliwh - initial
    problem = (
        "more than" if rise < 0 else f"{_too_much(bounds, rise, first.at - declaration.at)} before"
    )
    raise InvalidInputError(
        f"The initial read {shown_kwh(initial)} is {problem} the {shown_kwh(first.total_milliwh)} "
        f"of {_named(first)}, and the readings behind it say the same. Read the new register "
        "again, or correct the instant of the swap.",
        field="initialKwh",
    )


def _next_swap(facts: Facts, at: Instant) -> Instant:
    later = (each.event.at for each in facts.of_kind(EventKind.SWAP) if each.event.at > at)
    return min(later, default=facts.now + 1)


def _follows(at: Instant, initial: int, reading: Reading, settings: AnySettings) -> bool:
    rise, bounds = reading.total_milliwh - initial, settings.over(at, reading.at)
    resolution = bounds.resolution_milliwh or reading.resolution_milliwh
    return rise >= -resolution and bounds.can_rise(rise, reading.at - at, resolution)


def _too_much(settings: RegisterSettings, rise: int, pause: int) -> str:
    """Say how much more a rise is than the register allows."""
    most, minutes = to_text(settings.p_max_mw, KW), pause // MINUTE
    return f"{shown_kwh(rise)}, more than {most} kW can make in {minutes} min,"
