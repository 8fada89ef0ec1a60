"""What readings say of one local day or month of one meter, as numbers that add up (LEDGER 4)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from wattledger.domain.instant import Instant
from wattledger.domain.quality import Quality
from wattledger.domain.register import interpolate

Counts: TypeAlias = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A piece [start, end) of an interval and its share of the energy."""

    start: Instant
    end: Instant
    energy_milliwh: int


def cut(start: Instant, end: Instant, energy_milliwh: int, edges: Sequence[Instant]) -> list[Part]:
    """Cut an interval at ascending edges strictly inside it, by cumulative floor.

    The shares add up to the energy exactly, and to those of any coarser cut (LEDGER 4).

    >>> [part.energy_milliwh for part in cut(0, 3, 100, [1, 2])]
    [33, 33, 34]
    """
    upto = partial(interpolate, (start, 0), (end, energy_milliwh))
    return cut_by(upto, start, end, edges)


def cut_by(
    upto: Callable[[Instant], int], start: Instant, end: Instant, edges: Sequence[Instant]
) -> list[Part]:
    """Cut an interval at such edges by the energy that it holds up to each instant."""
    parts: list[Part] = []
    begun, counted = start, 0
    for edge in (*edges, end):
        energy = upto(edge)
        parts.append(Part(begun, edge, energy - counted))
        begun, counted = edge, energy
    return parts


@dataclass(slots=True)
class Tally:
    """The energy of a day or month by quality, and what it rests on.

    Energy that is none of estimated, edited, questionable or verified is *validated*. ``covered``
    is the microseconds between good readings; ``breaks`` the ends of epochs, and ``gaps`` the long
    pauses, that reach into it. ``uncertainty_milliwh`` is that of cuts and breaks alone. ``start``
    and ``end`` are the first and last instants known inside, with the register as displayed
    there: None where a break spans that instant.
    """

    energy_milliwh: int = 0
    estimated_milliwh: int = 0
    edited_milliwh: int = 0
    questionable_milliwh: int = 0
    verified_milliwh: int = 0
    uncertainty_milliwh: int = 0
    breaks: int = 0
    gaps: int = 0
    good_reads: int = 0
    held_reads: int = 0
    covered: int = 0
    start_at: Instant | None = None
    start_milliwh: int | None = None
    start_resolution_milliwh: int | None = None
    end_at: Instant | None = None
    end_milliwh: int | None = None
    end_resolution_milliwh: int | None = None

    def count(self, part: Part, quality: Quality) -> None:
        """Add a part of an interval."""
        self.energy_milliwh += part.energy_milliwh
        self.covered += part.end - part.start
        if quality is Quality.VALIDATED:
            return
        if quality is Quality.ESTIMATED:
            self.estimated_milliwh += part.energy_milliwh
        elif quality is Quality.EDITED:
            self.edited_milliwh += part.energy_milliwh
        elif quality is Quality.QUESTIONABLE:
            self.questionable_milliwh += part.energy_milliwh
        else:
            self.verified_milliwh += part.energy_milliwh

    def stretch(self, at: Instant, register_milliwh: int | None, resolution_milliwh: int) -> None:
        """Widen the known span to an instant; the register there, None inside a break."""
        if self.start_at is None or at < self.start_at:
            self.start_at, self.start_milliwh = at, register_milliwh
            self.start_resolution_milliwh = resolution_milliwh
        if self.end_at is None or at >= self.end_at:
            self.end_at, self.end_milliwh = at, register_milliwh
            self.end_resolution_milliwh = resolution_milliwh

    @property
    def quality(self) -> tuple[tuple[Quality, int], ...]:
        """Return the energy by code, ascending, without the codes that nothing carries."""
        known = {
            Quality.EDITED: self.edited_milliwh,
            Quality.ESTIMATED: self.estimated_milliwh,
            Quality.QUESTIONABLE: self.questionable_milliwh,
            Quality.VERIFIED: self.verified_milliwh,
        }
        validated = self.energy_milliwh - sum(known.values())
        codes = known | {Quality.VALIDATED: validated}
        return tuple(sorted((code, energy) for code, energy in codes.items() if energy))

    @property
    def counts(self) -> Counts:
        """Return the parts that add up, in the order of ``COUNTS``."""
        return tuple(getattr(self, name) for name in COUNTS)


COUNTS = (
    "energy_milliwh",
    "estimated_milliwh",
    "edited_milliwh",
    "questionable_milliwh",
    "verified_milliwh",
    "uncertainty_milliwh",
    "breaks",
    "gaps",
    "good_reads",
    "held_reads",
    "covered",
)
"""The fields of a tally that add up over neighbouring spans."""
