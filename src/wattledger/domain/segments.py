"""What a period's figure rests on: a segment of each epoch, and the breaks between (LEDGER 4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from wattledger.domain.instant import Instant
from wattledger.domain.month_report import Break, Flag, Segment
from wattledger.domain.reading import Join, Reading
from wattledger.domain.register import RegisterSettings, interpolate
from wattledger.domain.settings_timeline import AnySettings
from wattledger.domain.tally import Tally

_FLAGS = {
    Join.ROLLOVER: Flag.ROLLOVER,
    Join.ROLLOVER_QUESTIONABLE: Flag.ROLLOVER,
    Join.RESET: Flag.RESET,
    Join.RESTORED: Flag.RESTORED,
    Join.REPLACEMENT: Flag.REPLACEMENT,
    Join.DECLARED: Flag.REPLACEMENT,
}
INSTALL = "install"


def kind_of(join: Join) -> str:
    """Return the word for how an epoch begins: ``install``, ``reset``, ``rollover`` ..."""
    flag = _FLAGS.get(join)
    return INSTALL if flag is None else flag.value


def flag_of(join: Join) -> Flag | None:
    """Return the flag of a break; None for what is none."""
    return _FLAGS.get(join)


def multiplier_text(settings: RegisterSettings) -> str:
    """Return a multiplier as people write it.

    >>> multiplier_text(RegisterSettings(numerator=1, denominator=2))
    '0.5'
    """
    return format(Decimal(settings.numerator) / Decimal(settings.denominator), "f")


@dataclass(frozen=True, slots=True)
class EpochBreak:
    """Two neighbouring good readings of different epochs."""

    before: Reading
    after: Reading

    @property
    def join(self) -> Join:
        """Return how the second is joined to the first."""
        return self.after.join or Join.FIRST

    def energy_between(self, start: Instant, end: Instant) -> int:
        """Return the part of the break's energy in [start, end), by cumulative floor."""
        first, last = (self.before.at, 0), (self.after.at, self.after.energy_milliwh or 0)
        begins, ends = max(start, self.before.at), min(end, self.after.at)
        return interpolate(first, last, ends) - interpolate(first, last, begins)


def flags_of_breaks(breaks: Sequence[EpochBreak]) -> set[Flag]:
    """Return the flags of breaks: what each is, and that its energy is an estimate, also of 0."""
    told = {flag for each in breaks if (flag := flag_of(each.join)) is not None}
    if any(each.join.is_estimated for each in breaks):
        told.add(Flag.ESTIMATED)
    return told


def segments_of(
    tally: Tally,
    kind: str,
    breaks: Sequence[EpochBreak],
    settings: AnySettings,
    changes: Sequence[tuple[Instant, int]] = (),
) -> tuple[Segment, ...]:
    """Return the segments of a tally's span, one an epoch, and one a setting within an epoch.

    ``kind`` is how the epoch at the start began; ``breaks`` those that reach into the span, in
    order; ``changes`` the instants at which settings change, with the register there.
    """
    if tally.start_at is None or tally.end_at is None:
        return ()
    stretches: list[tuple[str, Instant, int, Instant, int]] = []
    at, register = tally.start_at, tally.start_milliwh
    for each in breaks:
        if register is not None and each.before.at >= at:
            stretches.append((kind, at, register, each.before.at, each.before.total_milliwh))
        kind, at, register = kind_of(each.join), each.after.at, each.after.total_milliwh
    if register is not None and tally.end_milliwh is not None and at <= tally.end_at:
        stretches.append((kind, at, register, tally.end_at, tally.end_milliwh))
    return tuple(part for stretch in stretches for part in _by_setting(*stretch, settings, changes))


def _by_setting(
    kind: str,
    at: Instant,
    register: int,
    end_at: Instant,
    end: int,
    settings: AnySettings,
    changes: Sequence[tuple[Instant, int]],
) -> list[Segment]:
    inside = [each for each in changes if at < each[0] < end_at]
    parts: list[Segment] = []
    for last_at, last in (*inside, (end_at, end)):
        multiplier = multiplier_text(settings.at(at))
        parts.append(Segment(kind, at, register, last_at, last, multiplier))
        at, register = last_at, last
    return parts


def breaks_of(breaks: Sequence[EpochBreak], start: Instant, end: Instant) -> tuple[Break, ...]:
    """Return the breaks as a statement names them, each with its energy in [start, end)."""
    return tuple(
        Break(
            kind_of(each.join),
            each.before.at,
            each.after.at,
            each.energy_between(start, end),
        )
        for each in breaks
    )
