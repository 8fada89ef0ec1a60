"""Faults of the reader: late, shuffled and repeated reads, clocks that step, two devices in one."""

from functools import partial

from wattledger.domain.event import Swap
from wattledger.domain.instant import DAY, HOUR, SECOND
from wattledger.domain.register import MILLIWH_PER_KWH
from wattledger.simulate.ledger_faults.fault import Fault, Recovery
from wattledger.simulate.ledger_faults.scene import Read, Scene


def _repeated(scene: Scene) -> None:
    scene.reads = [read for read in scene.reads for _ in range(scene.rng.choice((1, 1, 2)))]


def _late(scene: Scene) -> None:
    start = scene.moment()
    end = start + scene.rng.randrange(HOUR, 3 * DAY)
    scene.reads.sort(key=lambda read: (start <= read.at < end, read.at))


def _shuffled(scene: Scene) -> None:
    scene.rng.shuffle(scene.reads)


def _clock_steps(scene: Scene, by: int) -> None:
    start = scene.moment()
    end = start + scene.rng.randrange(2 * HOUR, 2 * DAY)
    for read in scene.reads:
        if start <= read.at < end:
            read.at += by


def _alternating_serials(scene: Scene) -> None:
    start = scene.moment()
    end = start + scene.rng.randrange(3 * HOUR, 2 * DAY)
    other = scene.rng.randrange(90_000) * MILLIWH_PER_KWH
    for number, read in enumerate(scene.reads):
        read.serial = "A1"
        if start <= read.at < end and number % 2:
            read.serial = "B2"
            read.register = other + scene.energy_at(read.at) // 3


def _check_reading(scene: Scene) -> None:
    at = scene.moment()
    offset = scene.reads[0].register - scene.energy_at(scene.reads[0].at)
    scene.reads.append(Read(at, offset + scene.energy_at(at)))


def _wrong_final_read(scene: Scene) -> None:
    """Declare a swap whose final read was not taken."""
    at = scene.moment()
    initial = scene.rng.randrange(90_000) * MILLIWH_PER_KWH
    scene.restart(at, initial)
    scene.swaps.append(Swap(at, None, initial))


def _clock_drifts(scene: Scene) -> None:
    # What a late stamp moves over the month's edge is load times lateness, and no reading tells it:
    # with 2 minutes three of 200 months were 0.0016 % off, beyond two display steps.
    for read in scene.reads:
        read.at += scene.rng.randrange(30 * SECOND)


FAULTS = (
    Fault("repeated reads", _repeated, Recovery.EXACT),
    Fault("late reads", _late, Recovery.EXACT),
    Fault("shuffled reads", _shuffled, Recovery.EXACT),
    Fault("reader's clock an hour ahead", partial(_clock_steps, by=HOUR), Recovery.EXACT),
    Fault("reader's clock an hour behind", partial(_clock_steps, by=-HOUR), Recovery.EXACT),
    Fault("reads stamped up to 30 s late", _clock_drifts, Recovery.EXACT),
    Fault("two devices behind one address", _alternating_serials, Recovery.EXACT),
    Fault("a check reading", _check_reading, Recovery.EXACT),
    Fault("swap declared without final read", _wrong_final_read, Recovery.DETERMINED),
)
