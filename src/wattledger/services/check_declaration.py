"""Whether what a person declares of a register can be so, and what to do where it cannot."""

from collections.abc import Callable
from typing import Final

from wattledger.domain.errors import ConflictError, InvalidInputError, NotFoundError
from wattledger.domain.event import EventKind
from wattledger.domain.instant import format_instant, parse_instant
from wattledger.domain.register import INT64_MAX, RegisterSettings
from wattledger.services.check_settings import check_settings
from wattledger.services.check_swap import check_swap
from wattledger.services.declaration import Declaration
from wattledger.services.declaration_facts import Facts, shown_event, shown_kwh
from wattledger.store.register_history import StoredReading, reading_at
from wattledger.store.revisions import load_revisions

_EARLIEST = parse_instant("2000-01-01T00:00:00Z")
_LONGEST_NAME = 200
_LONGEST_WHY = 2000

_VALUES: Final = {
    "total_milliwh": "totalKwh",
    "final_milliwh": "finalKwh",
    "initial_milliwh": "initialKwh",
    "settings": "settings",
}
_TAKEN: Final = {
    EventKind.SWAP: frozenset({"final_milliwh", "initial_milliwh"}),
    EventKind.CHECK: frozenset({"total_milliwh"}),
    EventKind.ACCEPT: frozenset({"total_milliwh"}),
    EventKind.REJECT: frozenset[str](),
    EventKind.SETTINGS: frozenset({"settings"}),
    EventKind.END: frozenset[str](),
}


def check_declaration(facts: Facts, declaration: Declaration) -> None:
    """Refuse what cannot be so: InvalidInputError, ConflictError or NotFoundError say why."""
    check_person(declaration.by, declaration.why)
    _check_instant(facts, declaration)
    _check_values(facts, declaration)
    _check_against_events(facts, declaration)
    _CHECKS[declaration.kind](facts, declaration)


def check_person(by: str, why: str) -> None:
    """Refuse what nobody answers for: who and why stand beside every event for ever."""
    for name, text, longest in (("by", by, _LONGEST_NAME), ("why", why, _LONGEST_WHY)):
        if not text.strip():
            wanted = "who declares this" if name == "by" else "why, in a sentence for the auditor"
            raise InvalidInputError(f"'{name}' is empty; say {wanted}.", field=name)
        if len(text) > longest:
            raise InvalidInputError(
                f"'{name}' is longer than {longest} characters; say it shorter.", field=name
            )


def _check_instant(facts: Facts, declaration: Declaration) -> None:
    at = declaration.at
    if at > facts.now:
        raise InvalidInputError(
            f"{format_instant(at)} has not come yet; declare what has happened.", field="at"
        )
    if at < _EARLIEST:
        raise InvalidInputError(
            f"{format_instant(at)} is before the year 2000; correct the date.", field="at"
        )


def _check_values(facts: Facts, declaration: Declaration) -> None:
    kind = declaration.kind
    for name, told in _VALUES.items():
        value = getattr(declaration, name)
        if value is None:
            continue
        if name not in _TAKEN[kind]:
            raise InvalidInputError(f"An event '{kind}' takes no {told}; leave it out.", field=told)
        if isinstance(value, int):
            # What the old register of a swap showed is worth what held up to it.
            at = declaration.at - (name == "final_milliwh")
            _check_range(facts.register.settings.at(at), value, told)


def _check_range(holds: RegisterSettings, value: int, told: str) -> None:
    modulus = holds.modulus_milliwh
    if value < 0:
        raise InvalidInputError(
            f"{shown_kwh(value)} is negative; a register is not. A register that may fall cannot "
            "be billed: read import and export as two meters.",
            field=told,
        )
    if modulus is not None and value >= modulus:
        raise InvalidInputError(
            f"{shown_kwh(value)} is more than the register can show: it wraps at "
            f"{shown_kwh(modulus)}. Correct the number, or the meter's modulus.",
            field=told,
        )
    _check_countable(holds, value, told)


def _check_countable(holds: RegisterSettings, value: int, told: str = "totalKwh") -> None:
    if value > INT64_MAX or holds.scaled(value) > INT64_MAX:
        raise InvalidInputError(
            f"{shown_kwh(value)} is more than can be counted; correct the number.", field=told
        )


def _check_against_events(facts: Facts, declaration: Declaration) -> None:
    kind, at = declaration.kind, declaration.at
    for stored in facts.standing:
        if stored.event.kind is kind and stored.event.at == at:
            raise ConflictError(
                f"The same stands declared already: {shown_event(stored)}. Withdraw that event "
                "first to declare it anew."
            )
    ends = facts.of_kind(EventKind.END)
    if kind is EventKind.END and ends:
        raise ConflictError(
            f"The meter has an end already: {shown_event(ends[0])}. Withdraw that event first."
        )
    if kind not in {EventKind.END, EventKind.REJECT} and ends and at > ends[0].event.at:
        raise ConflictError(
            f"The meter was taken out of use before: {shown_event(ends[0])}. Withdraw that event "
            "first, or correct the instant."
        )


def _check_check(facts: Facts, declaration: Declaration) -> None:
    if declaration.total_milliwh is None:
        raise InvalidInputError(
            "A check reading needs totalKwh: the number on the display, before any multiplier.",
            field="totalKwh",
        )
    known = _reading(facts, declaration)
    if known is not None:
        raise ConflictError(
            f"At {format_instant(declaration.at)} the ledger has a reading already, "
            f"{shown_kwh(known.booked.total_milliwh)}. Give the second at which the display was "
            "read; to decide about that reading, accept or reject it."
        )


def _check_accept(facts: Facts, declaration: Declaration) -> None:
    known = _required(facts, declaration)
    opposite = _opposite(facts, declaration, EventKind.REJECT)
    if opposite is not None:
        raise ConflictError(f"{opposite} rejects that reading; withdraw that event first.")
    at = declaration.at
    others = load_revisions(facts.connection, facts.register.meter_id, at, at + 1).get(at, [])
    values = sorted({known.booked.total_milliwh, *(each.total_milliwh for each in others)})
    told = ", ".join(map(shown_kwh, values))
    if declaration.total_milliwh is None and len(values) > 1:
        raise InvalidInputError(
            f"At {format_instant(at)} the meter showed {len(values)} different values: {told}. Say "
            "with totalKwh which one is right.",
            field="totalKwh",
        )
    if declaration.total_milliwh is not None and declaration.total_milliwh not in values:
        raise InvalidInputError(
            f"At {format_instant(at)} the meter did not show "
            f"{shown_kwh(declaration.total_milliwh)} but {told}; accept what it showed, or declare "
            "a check reading.",
            field="totalKwh",
        )
    _check_countable(facts.register.settings.at(at), declaration.total_milliwh or values[0])


def _check_reject(facts: Facts, declaration: Declaration) -> None:
    _required(facts, declaration)
    opposite = _opposite(facts, declaration, EventKind.ACCEPT)
    if opposite is not None:
        raise ConflictError(f"{opposite} accepts that reading; withdraw that event first.")


def _check_end(_facts: Facts, _declaration: Declaration) -> None:
    """Let a meter end: that there is no other end was looked at."""


def _opposite(facts: Facts, declaration: Declaration, kind: EventKind) -> str | None:
    found = (each for each in facts.of_kind(kind) if each.event.at == declaration.at)
    return next((shown_event(each).capitalize() for each in found), None)


def _reading(facts: Facts, declaration: Declaration) -> StoredReading | None:
    return reading_at(facts.connection, facts.register.meter_id, declaration.at)


def _required(facts: Facts, declaration: Declaration) -> StoredReading:
    known = _reading(facts, declaration)
    if known is None:
        raise NotFoundError(
            f"The meter has no reading at {format_instant(declaration.at)}; 'wattledger ledger "
            "show' and GET /meters/{id}/readings tell the instants, to the microsecond."
        )
    return known


_CHECKS: dict[EventKind, Callable[[Facts, Declaration], None]] = {
    EventKind.SWAP: check_swap,
    EventKind.CHECK: _check_check,
    EventKind.ACCEPT: _check_accept,
    EventKind.REJECT: _check_reject,
    EventKind.SETTINGS: check_settings,
    EventKind.END: _check_end,
}
