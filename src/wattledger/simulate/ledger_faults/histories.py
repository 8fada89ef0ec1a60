"""Short random histories of a register, dense with faults, for tests that search for exceptions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from wattledger.domain.instant import Instant
from wattledger.domain.reading import Reading

STEP = 100_000
"""The display step, 0.1 kWh in mWh."""

_START = 5_000 * STEP


class Segment(NamedTuple):
    """What happens next; ``size`` says for how many reads, or how much."""

    kind: str
    size: int


KINDS = (
    "run", "run", "run", "load", "glitch", "dip", "spike", "jitter", "units", "freeze", "idle",
    "gap", "shift", "fall", "reset", "jump", "serial", "other", "stamp",
)  # fmt: skip


@dataclass(slots=True)
class _Meter:
    poll: int
    at: Instant = 0
    register: int = _START
    rate: int = 7
    power_mw: int | None = None
    serial: str | None = None
    stamp: str | None = None
    reads: list[Reading] = field(default_factory=list)

    def read(self, shows: int | None = None, serial: str | None = None) -> None:
        """Let a poll pass, and read; the register counts whatever is shown."""
        self.at += self.poll
        self.register += (self.rate + len(self.reads) % 3) * STEP if self.rate else 0
        shown = self.register if shows is None else shows
        told = self.serial if serial is None else serial
        reading = Reading(self.at, max(shown, 0), STEP, power_mw=self.power_mw, serial=told)
        self.reads.append(reading if self.stamp is None else _stamped(reading, self.stamp))

    def add(self, segment: Segment) -> None:
        """Let a segment happen."""
        size = segment.size
        match segment.kind:
            case "gap":
                self.at += size * self.poll
            case "shift":
                self.at += size * self.poll // 60
            case "load":
                self.rate = size % 12
            case "serial":
                self.serial = (None, "A", "B")[size % 3]
            case "stamp":
                self.stamp = (None, "1", "2")[size % 3]
            case _:
                self._show(segment.kind, size)

    def _show(self, kind: str, size: int) -> None:
        match kind:
            case "fall":
                self.register = max(self.register - size * STEP, 0)
            case "jump":
                self.register += size * 10 * STEP
            case "reset":
                self.register = size % 2 * size * STEP
            case "other":
                for _ in range(size % 5):
                    self.read(7 * self.register // 3, "Z")
                    self.read()
            case _:
                for _ in range(size):
                    self._read_oddly(kind, size)

    def _read_oddly(self, kind: str, size: int) -> None:
        before = self.reads[-1].total_milliwh if self.reads else 0
        odd = {
            "glitch": 0 if size % 2 else 65_535 * STEP,
            "freeze": before,
            "units": self.register * 10,
        }
        near = {"dip": -size * STEP, "spike": size * STEP, "jitter": -STEP}
        if kind in near:
            self.read(self.register + near[kind])
        elif kind == "idle":
            self.register = before
            self.read(before)
        else:
            self.read(odd.get(kind))


def _stamped(reading: Reading, stamp: str) -> Reading:
    return Reading(
        reading.at,
        reading.total_milliwh,
        reading.resolution_milliwh,
        power_mw=reading.power_mw,
        serial=reading.serial,
        reset_stamp=stamp,
    )


def history(segments: Sequence[Segment], poll: int) -> list[Reading]:
    """Return the reads of some segments: ascending, no two of an instant.

    >>> [r.total_milliwh for r in history([Segment("run", 2), Segment("glitch", 1)], 1)]
    [500700000, 501500000, 0]
    """
    meter = _Meter(poll)
    for segment in segments:
        meter.add(segment)
    return meter.reads


def segments_of(numbers: Sequence[int]) -> Iterator[Segment]:
    """Yield the segments that some numbers below a million stand for; runs are long, odds short."""
    for number in numbers:
        kind = KINDS[number % len(KINDS)]
        size = number // len(KINDS)
        few = kind in {"glitch", "dip", "spike", "jitter", "units"}
        yield Segment(kind, 1 + size % 4 if few else size % 40)
