"""Which value stands at each instant of a span, where several were read (LEDGER 3.6)."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from wattledger.domain.acceptance import Judgement, accept
from wattledger.domain.dispute import decide
from wattledger.domain.instant import Instant
from wattledger.domain.reading import Reading
from wattledger.store.readings import NewReading, load_whole
from wattledger.store.registers import Register


@dataclass(frozen=True, slots=True)
class Contest:
    """The readings that stand, of those stored and those new.

    ``standing`` are all of the span, unjudged or as stored; ``winners`` the new or exchanged ones
    with all that was measured beside them, ``others`` those that do not stand at the contested
    ``instants``, ``disputed`` the instants at which nobody knows; ``newly_contested`` those at
    which a value came in now that was not known.
    """

    register: Register
    standing: Sequence[Reading]
    winners: Mapping[Instant, NewReading]
    others: Sequence[NewReading]
    instants: frozenset[Instant]
    disputed: frozenset[Instant]
    newly_contested: frozenset[Instant]

    def judge(self, prefix: Sequence[Reading]) -> Judgement:
        """Judge the readings that stand, behind a settled prefix."""
        declared = replace(self.register.declared, disputed=self.disputed)
        return accept(self.standing, self.register.settings, declared, prefix=prefix)

    def is_open_at(self, at: Instant) -> bool:
        """Tell whether the reading behind an instant may yet decide what stands there."""
        return at in self.instants


def contest_of(
    connection: Connection,
    register: Register,
    before: Reading | None,
    old: Sequence[Reading],
    fresh: Mapping[Instant, Sequence[NewReading]],
    revisions: Mapping[Instant, Sequence[NewReading]],
) -> Contest:
    """Return what stands in the span behind ``before``.

    ``old`` are the readings stored there, ``revisions`` the stored values that do not stand,
    ``fresh`` the values booked now, by instant.
    """
    newly_contested = _newly_contested(old, revisions, fresh)
    contested = revisions.keys() | newly_contested
    candidates = _candidates(connection, register, contested, revisions, fresh)
    known = {each.at for each in old}
    winners = {at: new[0] for at, new in fresh.items() if at not in known | contested}
    sure = [each for each in old if each.at not in contested]
    sure += [each.unjudged for each in winners.values()]
    sure.sort(key=_at)
    decided = _decide(register, [before, *sure] if before else sure, candidates)
    winners |= {at: winner for at, (winner, _) in decided.items()}
    others = [
        each for at, values in candidates.items() for each in values if each is not winners[at]
    ]
    standing = sorted([*sure, *(winners[at].unjudged for at in contested)], key=_at)
    disputed = frozenset(at for at, (_, is_open) in decided.items() if is_open)
    return Contest(
        register, standing, winners, others, frozenset(contested), disputed, newly_contested
    )


def _at(reading: Reading) -> Instant:
    return reading.at


def _newly_contested(
    old: Sequence[Reading],
    revisions: Mapping[Instant, Sequence[NewReading]],
    fresh: Mapping[Instant, Sequence[NewReading]],
) -> frozenset[Instant]:
    """Return the instants at which a value is booked that is another than those known there."""
    known: dict[Instant, set[int]] = {at: set() for at in fresh}
    for each in old:
        if each.at in known:
            known[each.at].add(each.total_milliwh)
    for at in revisions.keys() & known.keys():
        known[at] |= {each.total_milliwh for each in revisions[at]}
    contested: set[Instant] = set()
    for at, values in fresh.items():
        totals = {each.total_milliwh for each in values}
        if totals - known[at] and len(totals | known[at]) > 1:
            contested.add(at)
    return frozenset(contested)


def _candidates(
    connection: Connection,
    register: Register,
    contested: Iterable[Instant],
    revisions: Mapping[Instant, Sequence[NewReading]],
    fresh: Mapping[Instant, Sequence[NewReading]],
) -> dict[Instant, list[NewReading]]:
    """Return the different values of each contested instant, those stored first."""
    candidates: dict[Instant, dict[int, NewReading]] = {at: {} for at in sorted(contested)}
    if not candidates:
        return {}
    for each in load_whole(connection, register.meter_id, list(candidates)):
        candidates[each.at][each.total_milliwh] = each
    for at, values in candidates.items():
        for each in (*revisions.get(at, ()), *fresh.get(at, ())):
            values.setdefault(each.total_milliwh, each)
    return {at: list(values.values()) for at, values in candidates.items()}


def _decide(
    register: Register, sure: Sequence[Reading], candidates: Mapping[Instant, list[NewReading]]
) -> dict[Instant, tuple[NewReading, bool]]:
    """Return the winner of each contested instant, and whether nobody knows if it is right.

    ``sure`` are the readings with one value, ascending: the neighbours that decide.
    """
    decided: dict[Instant, tuple[NewReading, bool]] = {}
    for at, values in candidates.items():
        by_total = {each.total_milliwh: each for each in values}
        chosen = by_total.get(register.chosen.get(at, -1))
        if chosen is not None:
            decided[at] = chosen, False
            continue
        index = bisect_left(sure, at, key=_at)
        before, after = sure[index - 1 : index], sure[index : index + 1]
        winner, is_open = decide(
            before[0] if before else None,
            [each.unjudged for each in values],
            after[0] if after else None,
            register.settings,
        )
        decided[at] = by_total[winner.total_milliwh], is_open
    return decided
