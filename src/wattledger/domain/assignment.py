"""Assignments: which client a meter serves, from when, until when, with which share (LEDGER 6)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from wattledger.domain.errors import InvalidInputError
from wattledger.domain.instant import Instant, format_instant
from wattledger.domain.number import parse_number

WHOLE_PPM = 1_000_000
"""The whole of a meter, in millionths."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """A meter serves a client in ``[start_at, end_at)``, or from ``start_at`` on.

    ``share_ppm`` is the client's share of the meter's energy in millionths.
    """

    meter_id: int
    client_id: str
    start_at: Instant
    end_at: Instant | None = None
    share_ppm: int = WHOLE_PPM

    def serves(self, at: Instant) -> bool:
        """Tell whether the meter serves the client at an instant."""
        return self.start_at <= at and (self.end_at is None or at < self.end_at)

    def overlaps(self, other: "Assignment") -> bool:
        """Tell whether there is an instant at which both hold."""
        return self.serves(other.start_at) or other.serves(self.start_at)


@dataclass(frozen=True, slots=True)
class Share:
    """A client's share of a meter in millionths; ``client_id`` None is what serves nobody."""

    client_id: str | None
    share_ppm: int


@dataclass(frozen=True, slots=True)
class Span:
    """A part ``[start_at, end_at)`` of a period in which the same clients are served.

    The shares add up to 1,000,000: by client, and the unassigned rest, if any, last.
    """

    start_at: Instant
    end_at: Instant
    shares: tuple[Share, ...]


def parse_share(text: str) -> int:
    """Read a share in percent, with at most four decimals, as millionths.

    >>> parse_share("33.3333")
    333333
    """
    percent = parse_number(text, ".")
    millionths = Decimal(0) if percent is None else percent.scaleb(4)
    if not 1 <= millionths <= WHOLE_PPM or millionths != int(millionths):
        raise InvalidInputError(
            f"'{text}' is not a share in percent; write it like 50 or 33.3333, at most 100.",
            field="share",
        )
    return int(millionths)


def validate(assignments: Iterable[Assignment]) -> None:
    """Refuse assignments that bill energy twice, or none (LEDGER 6).

    InvalidInputError, with the field and what to do, for a share that is none, an end that is not
    after its start, a client to whom a meter is assigned twice at once, and shares of a meter that
    together exceed the whole.
    """
    by_meter: dict[int, list[Assignment]] = defaultdict(list)
    for assignment in assignments:
        _check_alone(assignment)
        by_meter[assignment.meter_id].append(assignment)
    for of_meter in by_meter.values():
        of_meter.sort(key=lambda each: each.start_at)
        # Shares only ever grow where one begins, so it is enough to look there.
        for index, newest in enumerate(of_meter):
            others = [each for each in of_meter[:index] if each.serves(newest.start_at)]
            _check_beside(newest, others)


def _check_alone(assignment: Assignment) -> None:
    if not 1 <= assignment.share_ppm <= WHOLE_PPM:
        raise InvalidInputError(
            f"A share of {assignment.share_ppm} millionths is none; it is 1 to 1,000,000 (the "
            "whole meter).",
            field="share",
        )
    if assignment.end_at is not None and assignment.end_at <= assignment.start_at:
        raise InvalidInputError(
            f"The assignment ends at {format_instant(assignment.end_at)}, which is not after its "
            f"start at {format_instant(assignment.start_at)}; set an end after the start, or none.",
            field="endAt",
        )


def _check_beside(newest: Assignment, others: Sequence[Assignment]) -> None:
    """Refuse an assignment that those running when it begins leave no room for."""
    begins = format_instant(newest.start_at)
    if any(other.client_id == newest.client_id for other in others):
        raise InvalidInputError(
            f"The meter is already assigned to the client {newest.client_id} at "
            f"{begins}; end that assignment first.",
            field="startAt",
        )
    taken = sum(other.share_ppm for other in others)
    if taken + newest.share_ppm > WHOLE_PPM:
        raise InvalidInputError(
            f"At {begins} the clients of the meter would have "
            f"{taken + newest.share_ppm} millionths of it; {WHOLE_PPM - taken} are free. End an "
            "assignment first, or lower a share.",
            field="share",
        )


def spans(assignments: Iterable[Assignment], start: Instant, end: Instant) -> list[Span]:
    """Return who is served by one meter in which part of ``[start, end)``.

    The assignments are valid and of one meter. The spans follow each other without a gap, as few
    as can be; what is assigned to nobody stands under the client None, so that no energy is lost.
    """
    ours = [
        each
        for each in assignments
        if each.start_at < end and (each.end_at is None or each.end_at > start)
    ]
    edges = {each.start_at for each in ours} | {each.end_at or end for each in ours}
    inside = sorted(edge for edge in edges if start < edge < end)
    found: list[Span] = []
    begun = start
    for edge in (*inside, end):
        shares = _shares(each for each in ours if each.serves(begun))
        if found and found[-1].shares == shares:
            found[-1] = Span(found[-1].start_at, edge, shares)
        elif begun < edge:
            found.append(Span(begun, edge, shares))
        begun = edge
    return found


def _shares(serving: Iterable[Assignment]) -> tuple[Share, ...]:
    shares = [Share(each.client_id, each.share_ppm) for each in serving]
    shares.sort(key=lambda share: share.client_id or "")
    rest = WHOLE_PPM - sum(share.share_ppm for share in shares)
    return (*shares, Share(None, rest)) if rest else tuple(shares)


def share_of(
    energy_milliwh: int, shares: Sequence[int], before_milliwh: int = 0
) -> tuple[int, ...]:
    """Split an energy by shares in millionths that add up to the whole, by cumulative floor.

    The parts add up to the energy, to the mWh. With ``before_milliwh``, the energy of the span up
    to where this one begins, the parts of days add up to the part of their month too; a part may
    then be 1 mWh off what it would be alone. ValueError where the shares are not the whole.

    >>> share_of(100, (333_333, 333_333, 333_334))
    (33, 33, 34)
    """
    if sum(shares) != WHOLE_PPM:
        raise ValueError(f"Shares add up to {sum(shares)} millionths, not to the whole.")
    parts: list[int] = []
    cumulated = counted = 0
    for share in shares:
        cumulated += share
        upto = (before_milliwh + energy_milliwh) * cumulated // WHOLE_PPM
        upto -= before_milliwh * cumulated // WHOLE_PPM
        parts.append(upto - counted)
        counted = upto
    return tuple(parts)
