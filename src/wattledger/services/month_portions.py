"""A month cut into portions: which meter served which client, in which part, with which tally."""

from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from wattledger.domain.assignment import Span, share_of, spans
from wattledger.domain.hierarchy import TOTAL, PlacedMeter, top_level
from wattledger.domain.instant import Instant
from wattledger.domain.month_report import energy_of
from wattledger.domain.period import calendar
from wattledger.domain.span_tally import tally_between
from wattledger.domain.tally import Tally
from wattledger.store.assignments import assignments_between
from wattledger.store.database import Connection
from wattledger.store.months import BilledMeter, month_tallies
from wattledger.store.readings import load_around
from wattledger.store.registers import Register, load_registers

_FEW = 500

_M = TypeVar("_M", bound=PlacedMeter)


@dataclass(frozen=True, slots=True)
class Portion:
    """The part of a month in which a meter served one client (None: nobody) with one share.

    ``shares`` are those of all that it served then, ``place`` which of them is this one's;
    ``tally`` is of the whole meter in that part.
    """

    meter: BilledMeter
    register: Register
    client_id: str | None
    start_at: Instant
    end_at: Instant
    shares: tuple[int, ...]
    place: int
    tally: Tally | None
    is_whole_month: bool

    @property
    def share_ppm(self) -> int:
        """Return the client's share in millionths."""
        return self.shares[self.place]

    def share(self, value: int, before: int = 0) -> int:
        """Return the client's part of a value of the meter, in mWh, as ``share_of`` gives it."""
        return share_of(value, self.shares, before)[self.place]

    @property
    def energy_milliwh(self) -> int | None:
        """Return the client's energy; None where it is not known."""
        energy = energy_of(self.tally)
        return None if energy is None else self.share(energy)

    def parted(self, share_ppm: int) -> "tuple[Portion, Portion]":
        """Return a part of the client's share, and the rest of it; together they are as much."""
        rest = self.share_ppm - share_ppm
        shares = (*self.shares[: self.place], share_ppm, rest, *self.shares[self.place + 1 :])
        return replace(self, shares=shares), replace(self, shares=shares, place=self.place + 1)


def month_portions(
    connection: Connection, meters: Sequence[BilledMeter], month: date
) -> Iterator[Portion]:
    """Yield the portions of the month that begins on ``month``, meter by meter, in order of time.

    Meters that serve nobody are there too if they stand at the top of their endpoint; of deleted
    endpoints, and of meters behind their end, only what the month knows of.
    """
    if not meters:
        return
    tallies = month_tallies(connection, month, [each.id for each in meters])
    months = {zone: calendar(zone).month_span(month) for zone in {m.zone for m in meters}}
    start, end = min(s for s, _ in months.values()), max(e for _, e in months.values())
    # Of one client a few are asked for; to name thousands takes longer than to read all.
    ids = [each.id for each in meters] if len(meters) < _FEW else None
    assigned = assignments_between(connection, start, end, ids)
    shown = shown_meters(meters, assigned, tallies)
    registers = load_registers(connection, [each.id for each in shown])
    for each in shown:
        span = months[each.zone]
        owners = spans(assigned.get(each.id, ()), *span)
        tally = tallies.get(each.id)
        yield from _portions(connection, each, registers[each.id], owners, span, tally)


def between(connection: Connection, portion: Portion, start: Instant, end: Instant) -> Portion:
    """Return the part of a portion that lies in ``[start, end)``, which lies in the portion."""
    if (start, end) == (portion.start_at, portion.end_at):
        return portion
    tally = _tally(connection, portion.register, (start, end))
    return replace(portion, start_at=start, end_at=end, tally=tally, is_whole_month=False)


def known_energy(portions: Iterable[Portion]) -> int | None:
    """Return the energy of portions as far as it is known: 0 of none, None where none is known."""
    energies = [portion.energy_milliwh for portion in portions]
    known = [energy for energy in energies if energy is not None]
    return sum(known) if known or not energies else None


def shown_meters(
    meters: Sequence[_M], assigned: Collection[int], known: Collection[int]
) -> list[_M]:
    """Return the meters that a month's report tells of: together they are all that was used.

    ``assigned`` are those that served clients in the month, ``known`` those it knows of.
    """
    parts = _without_wholes(meters, assigned)
    top = _top_level(parts, {*known, *assigned})
    return [
        each
        for each in parts
        if (each.id in assigned or each.id in top) and (not each.is_deleted or each.id in known)
    ]


def _without_wholes(meters: Sequence[_M], assigned: Container[int]) -> list[_M]:
    """Return the meters but for those that serve nobody while parts of them do.

    Their energy is that of their parts once more; what the parts do not tell is the balance's.
    """
    by_id = {each.id: each for each in meters}
    wholes: set[int] = set()
    parted = {each.endpoint_id for each in meters if each.id in assigned and each.key != TOTAL}
    for each in meters:
        if each.id not in assigned:
            continue
        above = by_id.get(each.parent_id or 0)
        while above is not None and above.id not in wholes:
            wholes.add(above.id)
            above = by_id.get(above.parent_id or 0)
    wholes |= {each.id for each in meters if each.key == TOTAL and each.endpoint_id in parted}
    return [each for each in meters if each.id in assigned or each.id not in wholes]


def _top_level(meters: Iterable[_M], known: Container[int]) -> set[int]:
    """Return the meters at the top of their endpoints.

    A new endpoint has a ``total`` before anything is read: one that is not known does not stand
    for the meters beside it.
    """
    by_endpoint: dict[str, list[_M]] = {}
    for each in meters:
        by_endpoint.setdefault(each.endpoint_id, []).append(each)
    return {
        meter_id
        for siblings in by_endpoint.values()
        for meter_id in top_level([each.place for each in _known(siblings, known) or siblings])
    }


def _known(siblings: Iterable[_M], known: Container[int]) -> list[_M]:
    return [each for each in siblings if each.key != TOTAL or each.id in known]


def _portions(
    connection: Connection,
    meter: BilledMeter,
    register: Register,
    owners: Sequence[Span],
    month: tuple[Instant, Instant],
    tally: Tally | None,
) -> Iterator[Portion]:
    for owner in owners:
        span = (owner.start_at, owner.end_at)
        part = tally if span == month else _tally(connection, register, span)
        if _is_gone(meter, register, owner.start_at) and not _tells_anything(part, owner.start_at):
            continue
        shares = tuple(share.share_ppm for share in owner.shares)
        for place, share in enumerate(owner.shares):
            yield Portion(
                meter, register, share.client_id, *span, shares, place, part, span == month
            )


def _is_gone(meter: BilledMeter, register: Register, at: Instant) -> bool:
    ended_at = register.declared.ended_at
    return meter.is_deleted or (ended_at is not None and ended_at <= at)


def _tells_anything(tally: Tally | None, start: Instant) -> bool:
    """Tell whether anything is known behind the start: a read of that instant ends what was."""
    if tally is None:
        return False
    return bool(tally.covered or tally.held_reads or (tally.good_reads and tally.end_at != start))


def _tally(connection: Connection, register: Register, span: tuple[Instant, Instant]) -> Tally:
    readings = load_around(connection, register.meter_id, *span)
    return tally_between(readings, register.settings, *span)


def energies(portions: Iterable[Portion]) -> dict[tuple[int, str | None], int]:
    """Return the known energy by meter and client."""
    known: dict[tuple[int, str | None], int] = {}
    for portion in portions:
        energy = portion.energy_milliwh
        if energy is not None:
            key = (portion.meter.id, portion.client_id)
            known[key] = known.get(key, 0) + energy
    return known
