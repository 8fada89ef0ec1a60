"""Accepting readings (LEDGER 3): which belong to the register, how they are joined, what is held.

No reading is good unless the register can have gone there. What is doubted is held: shown, booked
nowhere, until later readings tell. The judgement is that of the least-cost explanation.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from wattledger.domain.break_energy import declared_energy, interval_energy
from wattledger.domain.event import NOTHING_DECLARED, Declared
from wattledger.domain.explanation import Explanation, Node, explain
from wattledger.domain.instant import Instant
from wattledger.domain.reading import Join, Reading, Status
from wattledger.domain.register import RegisterSettings
from wattledger.domain.run import Run

_REMARKABLE = 3
"""So many readings left out make the interval over them questionable."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """Readings with status, join and interval energy set; ``calm`` where nothing is in doubt.

    A calm judgement stays what it is when a plausible reading comes in behind it: one that lies no
    long pause behind the last, of the same serial, from a display that has not stood still for
    long, and that shows no less and at most what the register can have risen. It is good, joined
    by ``Join.ADVANCE``.
    """

    readings: list[Reading]
    calm: bool


def accept(
    readings: Sequence[Reading],
    settings: RegisterSettings,
    declared: Declared = NOTHING_DECLARED,
    *,
    prefix: Sequence[Reading] = (),
) -> Judgement:
    """Judge readings that ascend in time without equal instants.

    ``prefix`` are members of one run known to be good, the last ones before ``readings``; see
    ``Explanation`` for where a history may be cut like that. Only ``readings`` are returned.
    """
    judged = {each.at: _without_energy(each, _beyond(each, declared)) for each in readings}
    counting = [reading for reading in readings if _counts(reading, declared)]
    explanation = explain(counting, settings, declared, prefix)
    path = explanation.path()
    for reading in _judgements(explanation, path, settings, declared):
        if reading.at in judged:
            judged[reading.at] = reading
    return Judgement(list(judged.values()), explanation.is_calm(path))


def _beyond(reading: Reading, declared: Declared) -> Status:
    """Return the status of a reading that no explanation looks at."""
    return Status.HELD if reading.at in declared.disputed else Status.REJECTED


def _counts(reading: Reading, declared: Declared) -> bool:
    if reading.at in declared.rejected or reading.at in declared.disputed:
        return False
    return declared.ended_at is None or reading.at <= declared.ended_at


def _without_energy(reading: Reading, status: Status) -> Reading:
    return replace(reading, status=status, energy_milliwh=None, join=None)


def _judgements(
    explanation: Explanation, path: Sequence[Node], settings: RegisterSettings, declared: Declared
) -> Iterator[Reading]:
    """Yield the judged readings: those of the path, then those beside it."""
    taken: set[Instant] = set()
    before: Reading | None = None
    for node, following in zip_longest(path, path[1:]):
        run = explanation.runs[node.index]
        leave = _leave(run, following)
        first = run.members[node.entered]
        yield _joined(explanation, node, before, first, settings, declared)
        yield from _advanced(run.members[node.entered : leave + 1], settings)
        before = run.members[leave]
        taken.update(member.at for member in run.members[node.entered : leave + 1])
        for beside in _beside(run, node, leave, following):
            taken.add(beside.at)
            yield beside
    yield from _left_out(explanation, path, taken)


def _leave(run: Run, following: Node | None) -> int:
    if following is None or following.link is None:
        return len(run.members) - 1
    return following.link.leave


def _advanced(members: Sequence[Reading], settings: RegisterSettings) -> Iterator[Reading]:
    """Yield the members of a run behind its first: the register went from each to the next."""
    stands = settings.scaled(members[0].total_milliwh)
    for member in members[1:]:
        counted = settings.scaled(member.total_milliwh)
        yield replace(
            member, status=Status.GOOD, energy_milliwh=counted - stands, join=Join.ADVANCE
        )
        stands = counted


def _joined(
    explanation: Explanation,
    node: Node,
    before: Reading | None,
    first: Reading,
    settings: RegisterSettings,
    declared: Declared,
) -> Reading:
    """Return the first reading of a run on the path, joined to the good one before it."""
    if before is None or node.link is None or node.previous is None:
        return replace(first, status=Status.GOOD, energy_milliwh=None, join=Join.FIRST)
    join, energy = node.link.join, None
    if join is Join.DECLARED:
        swaps = declared.swaps_between(before.at, first.at)
        energy = declared_energy(before, first, swaps, settings)
        join = Join.REPLACEMENT if energy is None else join
    if join is Join.ADVANCE:
        join = Join.QUESTIONABLE if _is_questionable(explanation, node) else Join.RESUMED
    if energy is None:
        mean = explanation.mean(node.previous, node.link.leave)
        energy = interval_energy(join, before, first, mean, settings)
    return replace(first, status=Status.GOOD, energy_milliwh=energy, join=join)


def _is_questionable(explanation: Explanation, node: Node) -> bool:
    """Tell whether another explanation of what was left out was near."""
    if node.previous is None:
        return False
    skipped = explanation.runs[node.previous.index + 1 : node.index]
    return node.misfit or any(len(run.members) >= _REMARKABLE for run in skipped)


def _beside(run: Run, node: Node, leave: int, following: Node | None) -> Iterator[Reading]:
    """Yield what belongs to a run on the path without being good: jitter, and a frozen display."""
    start = bisect_left(run.jitter, run.members[node.entered].at, key=_at)
    end = len(run.jitter)
    if leave + 1 < len(run.members):
        end = bisect_right(run.jitter, run.members[leave + 1].at, key=_at)
    for jitter in run.jitter[start:end]:
        yield _without_energy(jitter, Status.JITTER)
    if following is not None and following.link and following.link.join is Join.CATCH_UP:
        for stale in run.members[leave + 1 :]:
            yield _without_energy(stale, Status.STALE)


def _left_out(
    explanation: Explanation, path: Sequence[Node], taken: set[Instant]
) -> Iterator[Reading]:
    """Yield what is not on the path: held behind its end, contradicted or outdated before it."""
    entries = [explanation.runs[node.index].members[node.entered].at for node in path]
    for run in explanation.runs:
        for reading in (*run.members, *run.jitter):
            if reading.at in taken:
                continue
            behind = bisect_right(entries, reading.at)
            if behind == len(path):
                yield _without_energy(reading, Status.HELD)
            else:
                yield _without_energy(reading, _contradicted_by(path[behind]))


def _contradicted_by(node: Node) -> Status:
    opens = node.link is not None and node.link.join.opens_epoch
    return Status.REJECTED if opens else Status.GLITCH


def _at(reading: Reading) -> Instant:
    return reading.at
