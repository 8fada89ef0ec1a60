"""The figure of a portion: its energy, how well it is known, and what it rests on (LEDGER 4)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from wattledger.domain.instant import Instant
from wattledger.domain.month_report import Break, Flag, Segment, flags_of
from wattledger.domain.quality import Quality
from wattledger.domain.reading import Join
from wattledger.domain.segments import (
    INSTALL,
    EpochBreak,
    breaks_of,
    flags_of_breaks,
    kind_of,
    segments_of,
)
from wattledger.domain.settings_timeline import SettingsTimeline
from wattledger.domain.span_tally import tally_between
from wattledger.domain.standstill import Standstill
from wattledger.domain.tally import Tally
from wattledger.services.month_portions import Portion
from wattledger.store.database import Connection
from wattledger.store.epochs import Epoch, ends_of_epoch
from wattledger.store.readings import load_around


@dataclass(frozen=True, slots=True)
class Figure:
    """What is told of a portion; energy after multiplier and share, in mWh, None if not known."""

    energy_milliwh: int | None
    quality: tuple[tuple[Quality, int], ...]
    uncertainty_milliwh: int | None
    flags: tuple[Flag, ...]
    segments: tuple[Segment, ...]
    breaks: tuple[Break, ...]


def breaks_within(
    connection: Connection,
    meter_id: int,
    epochs: Iterable[Epoch],
    span: tuple[Instant, Instant],
) -> list[EpochBreak]:
    """Return the breaks between a meter's epochs that reach into a span, in order of time."""
    found: list[EpochBreak] = []
    for epoch in epochs:
        if epoch.join is Join.FIRST or epoch.at <= span[0]:
            continue
        ends = ends_of_epoch(connection, meter_id, epoch)
        if ends is None or ends[0].at >= span[1]:
            break
        found.append(EpochBreak(*ends))
    return found


@dataclass(frozen=True, slots=True)
class Footing:
    """Where figures stand on: the epochs of the meters, and their readings when needed.

    ``standing`` are the standstills of the meters in the time of the figures.
    """

    connection: Connection
    epochs: Mapping[int, Sequence[Epoch]]
    standing: Mapping[int, Sequence[Standstill]]

    def figure(self, portion: Portion) -> Figure:
        """Return the figure of a portion."""
        tally = portion.tally or Tally()
        breaks, still = self._breaks(portion, tally), self._still(portion)
        settings, changes = portion.register.settings, self._changes(portion)
        return Figure(
            energy_milliwh=portion.energy_milliwh,
            quality=_quality(portion, tally, still),
            uncertainty_milliwh=_uncertainty(portion, tally, still),
            flags=_flags(portion, breaks, still),
            segments=segments_of(tally, self._kind_at(portion), breaks, settings, changes),
            breaks=breaks_of(breaks, portion.start_at, portion.end_at),
        )

    def _still(self, portion: Portion) -> list[Standstill]:
        """Return the standstills that put a portion in doubt; what is not known is in none."""
        if portion.energy_milliwh is None:
            return []
        of_meter = self.standing.get(portion.meter.id, ())
        return [each for each in of_meter if each.touches(portion.start_at, portion.end_at)]

    def _breaks(self, portion: Portion, tally: Tally) -> list[EpochBreak]:
        """Return the breaks that reach into a portion."""
        if not tally.breaks:
            return []
        epochs, span = self.epochs.get(portion.meter.id, ()), (portion.start_at, portion.end_at)
        return breaks_within(self.connection, portion.meter.id, epochs, span)

    def _kind_at(self, portion: Portion) -> str:
        """Return how the epoch began that a portion begins in."""
        kind = INSTALL
        for epoch in self.epochs.get(portion.meter.id, ()):
            if epoch.at <= portion.start_at:
                kind = kind_of(epoch.join)
        return kind

    def _changes(self, portion: Portion) -> list[tuple[Instant, int]]:
        """Return where the register's settings change inside a portion, and the register there."""
        settings = portion.register.settings
        if not isinstance(settings, SettingsTimeline):
            return []
        changes: list[tuple[Instant, int]] = []
        for at in settings.changes_between(portion.start_at, portion.end_at):
            readings = load_around(self.connection, portion.meter.id, at, at)
            register = tally_between(readings, settings, at, at + 1).start_milliwh
            if register is not None:
                changes.append((at, register))
        return changes


def _quality(
    portion: Portion, tally: Tally, still: Sequence[Standstill]
) -> tuple[tuple[Quality, int], ...]:
    """Return a portion's energy by code: the client's parts add up to the client's energy.

    A register that stands still counts nothing: questionable is named all the same, with the 0.
    """
    parts: list[tuple[Quality, int]] = []
    counted = 0
    for code, energy in tally.quality if tally.covered else ():
        parts.append((code, portion.share(energy, counted)))
        counted += energy
    known = {code: energy for code, energy in parts if energy}
    if still:
        known.setdefault(Quality.QUESTIONABLE, 0)
    return tuple(sorted(known.items()))


def _uncertainty(portion: Portion, tally: Tally, still: Sequence[Standstill]) -> int | None:
    """Return the uncertainty of cuts and breaks, plus the resolution at each end (LEDGER 4).

    And what power and time say of a register that stood still, as far as it did not show it.
    """
    if portion.energy_milliwh is None or tally.start_at is None or tally.end_at is None:
        return None
    first = _step(portion, tally.start_at, tally.start_resolution_milliwh)
    # What was counted up to an end is worth what held up to it.
    last = _step(portion, tally.end_at - 1, tally.end_resolution_milliwh)
    whole = tally.uncertainty_milliwh + first + last + 2 * max(first, last) * tally.breaks
    whole += sum(each.unshown_between(portion.start_at, portion.end_at) for each in still)
    return -(-whole * portion.share_ppm // 1_000_000)


def _step(portion: Portion, at: Instant, shown: int | None) -> int:
    """Return what a display step is worth at an instant, after the multiplier."""
    register = portion.register.settings.at(at)
    return register.scaled(register.resolution_milliwh or shown or 0)


def _flags(
    portion: Portion, breaks: Sequence[EpochBreak], still: Sequence[Standstill]
) -> tuple[Flag, ...]:
    ended_at = portion.register.declared.ended_at
    is_ended = portion.meter.is_deleted or (ended_at is not None and ended_at <= portion.end_at)
    span = (portion.start_at, portion.end_at)
    told = set(flags_of(portion.tally, span, is_ended=is_ended))
    told |= flags_of_breaks(breaks)
    if still:
        told.add(Flag.QUESTIONABLE)
    return tuple(flag for flag in Flag if flag in told)
