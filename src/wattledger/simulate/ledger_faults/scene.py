"""A scene: one meter over a month and some days around it, into which faults are put."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from wattledger.domain.event import Declared, Swap
from wattledger.domain.instant import DAY, HOUR, MINUTE, Instant
from wattledger.domain.reading import Reading
from wattledger.domain.register import MILLIWH_PER_KWH, RegisterSettings
from wattledger.simulate.ledger_faults.truth import (
    MONTH_END,
    MONTH_START,
    read_instants,
    truth,
)

RESOLUTION = MILLIWH_PER_KWH // 10
MODULUS = 100_000 * MILLIWH_PER_KWH
_LOW_P_MAX_MW = 4_000_000
_HIGH_P_MAX_MW = 25_000_000
_DEFAULT_EVERY = 4
_YOUNG_EVERY = 5
_POWER_EVERY = 3


@dataclass(slots=True)
class Read:
    """One read: the register to come on the display, and what else the device told."""

    at: Instant
    register: int
    power_mw: int | None = None
    serial: str | None = None
    reset_stamp: str | None = None


@dataclass(frozen=True, slots=True)
class Burst:
    """Power that is drawn for a while beside the load."""

    start: Instant
    lasts: int
    power_mw: int

    def upto(self, at: Instant) -> int:
        """Return what of it is drawn up to an instant, in mWh."""
        return self.power_mw * min(max(at - self.start, 0), self.lasts) // HOUR


@dataclass(slots=True)
class Scene:
    """The reads of one meter, in the order in which they arrive, and what is known beside them."""

    seed: int
    interval: int
    rng: Random
    reads: list[Read]
    settings: RegisterSettings
    swaps: list[Swap] = field(default_factory=list)
    idle: tuple[Instant, Instant] | None = None
    surge: tuple[Instant, Instant] | None = None
    burst: Burst | None = None

    def energy_at(self, at: Instant) -> int:
        """Return the true energy counted up to an instant, in mWh."""
        counted = truth(self.seed).at(at)
        if self.idle is not None:
            counted -= self._over(self.idle, at)
        if self.surge is not None:
            counted += self._over(self.surge, at)
        if self.burst is not None:
            counted += self.burst.upto(at)
        return counted

    def _over(self, span: tuple[Instant, Instant], at: Instant) -> int:
        meter = truth(self.seed)
        return meter.at(min(max(at, span[0]), span[1])) - meter.at(span[0])

    def energy_between(self, start: Instant, end: Instant) -> int:
        """Return the true energy from an instant to another, in mWh."""
        return self.energy_at(end) - self.energy_at(start)

    def moment(self, *, after: int = 4 * DAY, before: int = 4 * DAY) -> Instant:
        """Return a random instant inside the month, away from its ends."""
        return self.rng.randrange(MONTH_START + after, MONTH_END - before)

    def index(self, at: Instant) -> int:
        """Return the index of the first read at or after an instant."""
        return next(n for n, read in enumerate(self.reads) if read.at >= at)

    def drop(self, start: Instant, end: Instant) -> None:
        """Lose the reads of a span."""
        self.reads = [read for read in self.reads if not start <= read.at < end]

    def change(self, start: Instant, end: Instant, to: Callable[[Read], int]) -> None:
        """Let the display show something else during a span."""
        for read in self.reads:
            if start <= read.at < end:
                read.register = to(read)

    def restart(self, at: Instant, shows: int = 0) -> None:
        """Let the register go on from another value at an instant."""
        offset = self.energy_at(at) - shows
        self.change(at, self.reads[-1].at + 1, lambda read: self.energy_at(read.at) - offset)

    def readings(self) -> list[Reading]:
        """Return the reads as the store hands them to the ledger: by time, no two of an instant."""
        shown = {read.at: read for read in reversed(self.reads)}
        return [_reading(shown[at]) for at in sorted(shown)]

    @property
    def declared(self) -> Declared:
        """Return what operators declared."""
        return Declared(swaps=tuple(self.swaps))


def _reading(read: Read) -> Reading:
    return Reading(
        read.at,
        read.register // RESOLUTION * RESOLUTION,
        RESOLUTION,
        power_mw=read.power_mw,
        serial=read.serial,
        reset_stamp=read.reset_stamp,
    )


def scene(seed: int, interval: int = 15 * MINUTE) -> Scene:
    """Return the faultless scene of a seed.

    Every fourth meter has no breaker set, every fifth a young register, every third tells power.
    """
    rng = Random(seed * 7919 + interval // HOUR)  # noqa: S311
    meter = truth(seed)
    most = 20 if seed % _YOUNG_EVERY == 0 else 60_000
    stands = rng.randrange(most * MILLIWH_PER_KWH)
    told = seed % _POWER_EVERY == 0
    reads = [
        Read(at, stands + meter.at(at), meter.power_mw(at) if told else None)
        for at in read_instants(seed, interval)
    ]
    return Scene(seed, interval, rng, reads, _settings(seed, interval))


def _settings(seed: int, interval: int) -> RegisterSettings:
    if seed % _DEFAULT_EVERY == 0:
        return RegisterSettings(poll=interval)
    p_max_mw = _LOW_P_MAX_MW if seed % 2 else _HIGH_P_MAX_MW
    return RegisterSettings(p_max_mw=p_max_mw, poll=interval)
