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
from wattledger.domain.run import Run
from wattledger.domain.settings_timeline import AnySettings, energy_between


@dataclass(frozen=True, slots=True)
class Judgement:
    """Readings with status, join and interval energy set, and how sure that is.

    A ``calm`` judgement stays what it is when a plausible reading comes in behind it: one that lies
    no long pause behind the last, of the same serial, from a display that has not stood still for
    long, and that shows no less and at most what the register can have risen. It is good, joined
    by ``Join.ADVANCE``.

    ``settled`` are the first and last instants of good readings of one run. Nothing up to the last
    of them is changed by readings that come in behind the last one known, with what is declared
    and set as it is; and the good ones of that span are a prefix behind which the rest can be
    judged by itself. None where nothing is settled.
    """

    readings: list[Reading]
    calm: bool
    settled: tuple[Instant, Instant] | None


def accept(
    readings: Sequence[Reading],
    settings: AnySettings,
    declared: Declared = NOTHING_DECLARED,
    *,
    prefix: Sequence[Reading] = (),
) -> Judgement:
    """Judge readings that ascend in time without equal instants.

    ``prefix`` are good readings before them that are settled, as a ``Judgement`` describes them,
    and none lies between. Only ``readings`` are judged and returned.
    """
    counting = [reading for reading in readings if _counts(reading, declared)]
    explanation = explain(counting, settings, declared, prefix)
    judged = {reading.at: reading for reading in _judgements(explanation, settings, declared)}
    return Judgement(
        [
            judged.get(reading.at) or _without_energy(reading, _beyond(reading, declared))
            for reading in readings
        ],
        explanation.is_calm(),
        explanation.settled(),
    )


def _beyond(reading: Reading, declared: Declared) -> Status:
    """Return the status of a reading that no explanation looks at."""
    return Status.REJECTED if _is_put_aside(reading, declared) else Status.HELD


def _counts(reading: Reading, declared: Declared) -> bool:
    return not (_is_put_aside(reading, declared) or reading.at in declared.disputed)


def _is_put_aside(reading: Reading, declared: Declared) -> bool:
    """Tell whether a person said that a reading is wrong, or another meter's."""
    is_behind_the_end = declared.ended_at is not None and reading.at > declared.ended_at
    return is_behind_the_end or reading.at in declared.rejected


def _without_energy(reading: Reading, status: Status) -> Reading:
    if reading.status is status and reading.energy_milliwh is None and reading.join is None:
        return reading
    return replace(reading, status=status, energy_milliwh=None, join=None)


def _judgements(
    explanation: Explanation, settings: AnySettings, declared: Declared
) -> Iterator[Reading]:
    """Yield the judged readings: those of the path, then those beside it."""
    path = explanation.path
    taken: set[Instant] = set()
    before: Reading | None = None
    for node, following in zip_longest(path, path[1:]):
        run = explanation.runs[node.index]
        leave = _leave(run, following)
        members = run.members[node.entered : leave + 1]
        yield _joined(explanation, node, before, settings, declared)
        yield from _advanced(members, settings)
        before = members[-1]
        taken.update(member.at for member in members)
        for beside in _beside(run, node, leave, following):
            taken.add(beside.at)
            yield beside
    yield from _left_out(explanation, taken)


def _leave(run: Run, following: Node | None) -> int:
    if following is None or following.link is None:
        return len(run.members) - 1
    return following.link.leave


def _advanced(members: Sequence[Reading], settings: AnySettings) -> Iterator[Reading]:
    """Yield the members of a run behind its first: the register went from each to the next."""
    stands = (members[0].at, members[0].total_milliwh)
    for member in members[1:]:
        shown = (member.at, member.total_milliwh)
        yield _good(member, Join.ADVANCE, energy_between(stands, shown, settings))
        stands = shown


def _good(reading: Reading, join: Join, energy_milliwh: int | None) -> Reading:
    return Reading(
        reading.at,
        reading.total_milliwh,
        reading.resolution_milliwh,
        Status.GOOD,
        energy_milliwh,
        join,
        reading.power_mw,
        reading.serial,
        reading.reset_stamp,
        reading.source,
    )


def _joined(
    explanation: Explanation,
    node: Node,
    before: Reading | None,
    settings: AnySettings,
    declared: Declared,
) -> Reading:
    """Return the first reading of a run on the path, joined to the good one before it."""
    first = explanation.runs[node.index].members[node.entered]
    if before is None or node.link is None or node.previous is None:
        return _good(first, Join.FIRST, None)
    join, energy = node.link.join, None
    if join is Join.DECLARED:
        swaps = declared.swaps_between(before.at, first.at)
        energy = declared_energy(before, first, swaps, settings)
        join = Join.REPLACEMENT if energy is None else join
    if join is Join.ADVANCE:
        join = Join.QUESTIONABLE if node.questionable else Join.RESUMED
    if energy is None:
        mean = explanation.mean(node.previous, node.link.leave)
        energy = interval_energy(join, before, first, mean, settings)
    return _good(first, join, energy)


def _beside(run: Run, node: Node, leave: int, following: Node | None) -> Iterator[Reading]:
    """Yield what belongs to a run on the path without being good: jitter, and a frozen display."""
    members = run.members
    start = bisect_left(run.jitter, members[node.entered].at, key=_at)
    end = len(run.jitter)
    if leave + 1 < len(members):
        end = bisect_right(run.jitter, members[leave + 1].at, key=_at)
    for jitter in run.jitter[start:end]:
        yield _without_energy(jitter, Status.JITTER)
    if following is not None and following.link is not None and following.link.stale:
        for member in members[leave + 1 :]:
            yield _without_energy(member, Status.STALE)


def _left_out(explanation: Explanation, taken: set[Instant]) -> Iterator[Reading]:
    """Yield what is not on the path: held behind its end, contradicted or outdated before it."""
    path = explanation.path
    entries = [explanation.runs[node.index].members[node.entered].at for node in path]
    for run in explanation.runs:
        for reading in (*run.members, *run.jitter):
            if reading.at in taken:
                continue
            behind = bisect_right(entries, reading.at)
            status = Status.HELD if behind == len(path) else _contradicted_by(path[behind])
            yield _without_energy(reading, status)


def _contradicted_by(node: Node) -> Status:
    opens = node.link is not None and node.link.join.opens_epoch
    return Status.REJECTED if opens else Status.GLITCH


def _at(reading: Reading) -> Instant:
    return reading.at
