"""The span of a meter's readings that new ones make the ledger judge again (LEDGER 3.7).

It begins behind a settled prefix, and ends where a settled tail comes out as it is stored: nothing
before and nothing behind can change, so that the result is that of all readings in order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from wattledger.domain.instant import DAY, Instant
from wattledger.domain.reading import Reading
from wattledger.domain.stretch import is_settled_tail, settled_prefix
from wattledger.store.contest import Contest, contest_of
from wattledger.store.readings import NewReading, is_read_after, is_read_before, load_between
from wattledger.store.registers import Register
from wattledger.store.revisions import load_revisions

_DAYS = 9 * DAY
_POLLS = 40
_WIDER = 4


@dataclass(frozen=True, slots=True)
class Span:
    """One meter's readings after ``prefix``: as stored, and as judged with the new ones.

    ``is_last`` says that nothing is stored behind it.
    """

    register: Register
    prefix: Sequence[Reading]
    old: Sequence[Reading]
    judged: Sequence[Reading]
    contest: Contest
    is_last: bool
    judged_calm: bool

    @property
    def calm(self) -> bool:
        """Tell whether what plainly goes on behind the span changes nothing in it."""
        return self.judged_calm and not self.contest.is_open_at(self.judged[-1].at)

    @property
    def base(self) -> Reading | None:
        """Return the last good reading before the span."""
        return self.prefix[-1] if self.prefix else None


def judge_span(
    connection: Connection,
    register: Register,
    fresh: Mapping[Instant, Sequence[NewReading]],
    first: Instant,
    last: Instant,
) -> Span:
    """Judge what is stored from around ``first`` to around ``last``, with new readings between.

    ``fresh`` are the values booked now, by instant.
    """
    prefix, before = _before(connection, register, first, fresh)
    width = _width(register)
    while True:
        end = last + width
        is_last = not is_read_after(connection, register.meter_id, end)
        old = [*before, *load_between(connection, register.meter_id, first, end)]
        start = prefix[-1].at if prefix else None
        revisions = load_revisions(connection, register.meter_id, start, end)
        span = _judge(connection, register, prefix, old, fresh, revisions, is_last=is_last)
        if is_last or _comes_out_as_stored(span, last):
            return span
        width *= _WIDER


def _width(register: Register) -> int:
    return max(_DAYS, _POLLS * register.poll)


def _before(
    connection: Connection,
    register: Register,
    first: Instant,
    fresh: Mapping[Instant, Sequence[NewReading]],
) -> tuple[list[Reading], list[Reading]]:
    """Return a settled prefix and what is stored behind it, before ``first``."""
    width, poll = _width(register), register.poll
    while True:
        start = first - width
        stored = load_between(connection, register.meter_id, start, first)
        contested = load_revisions(connection, register.meter_id, start, first)
        prefix = settled_prefix(stored, poll, contested.keys() | fresh.keys())
        if prefix:
            later = [each for each in stored if each.at > prefix[-1].at]
            if _knows_its_device(prefix, later, fresh):
                return prefix, later
        if not is_read_before(connection, register.meter_id, start):
            return [], stored
        width *= _WIDER


def _knows_its_device(
    prefix: Sequence[Reading],
    later: Sequence[Reading],
    fresh: Mapping[Instant, Sequence[NewReading]],
) -> bool:
    """Tell whether the serial of the prefix's run is in the prefix, or nobody asks for it."""
    if any(each.serial for each in prefix):
        return True
    new = (each.serial for values in fresh.values() for each in values)
    return not any(each.serial for each in later) and not any(new)


def judge_first(
    connection: Connection, register: Register, fresh: Mapping[Instant, Sequence[NewReading]]
) -> Span:
    """Judge the first readings of a meter: nothing is stored of it."""
    return _judge(connection, register, (), (), fresh, {}, is_last=True)


def _judge(
    connection: Connection,
    register: Register,
    prefix: Sequence[Reading],
    old: Sequence[Reading],
    fresh: Mapping[Instant, Sequence[NewReading]],
    revisions: Mapping[Instant, Sequence[NewReading]],
    *,
    is_last: bool,
) -> Span:
    base = prefix[-1] if prefix else None
    contest = contest_of(connection, register, base, old, fresh, revisions)
    judgement = contest.judge(prefix)
    return Span(register, prefix, old, judgement.readings, contest, is_last, judgement.calm)


def _comes_out_as_stored(span: Span, last: Instant) -> bool:
    """Tell whether behind what is new a settled tail is judged as it is stored."""
    stored = [each for each in span.old if each.at > last]
    judged = [each for each in span.judged if each.at > last]
    same = 0
    for new, old in zip(reversed(judged), reversed(stored), strict=False):
        if new != old:
            break
        same += 1
    tail = judged[len(judged) - same :]
    return is_settled_tail(tail, span.register.poll, span.contest.instants)
