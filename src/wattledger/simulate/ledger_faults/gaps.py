"""Faults that lose reads: outages of the reader or the network, and a meter that comes late."""

from functools import partial

from wattledger.domain.instant import DAY, HOUR, MINUTE
from wattledger.simulate.ledger_faults.fault import Fault, Recovery
from wattledger.simulate.ledger_faults.scene import Scene
from wattledger.simulate.ledger_faults.truth import FIRST_READ, MONTH_END, MONTH_START


def _none(_scene: Scene) -> None:
    """Leave the meter alone; the clock goes forward in its month."""


def _outage(scene: Scene) -> None:
    start = scene.moment()
    scene.drop(start, start + scene.rng.randrange(6 * HOUR, 3 * DAY))


def _over_month_end(scene: Scene, lasts: int) -> None:
    start = MONTH_END - scene.rng.randrange(lasts // 4, 3 * lasts // 4)
    scene.drop(start, start + lasts)


def _missing_first_days(scene: Scene) -> None:
    first = MONTH_START + scene.rng.randrange(DAY, 6 * DAY)
    scene.drop(FIRST_READ, first)


def _gap_then_double_load(scene: Scene) -> None:
    start = scene.moment()
    scene.surge = (start, MONTH_END + 2 * DAY)
    offset = scene.reads[0].register - scene.energy_at(scene.reads[0].at)
    scene.change(start, scene.reads[-1].at + 1, lambda read: scene.energy_at(read.at) + offset)
    scene.drop(start, start + scene.rng.randrange(8 * HOUR, 2 * DAY))


def _one_read_in_four_lost(scene: Scene) -> None:
    scene.reads = [read for read in scene.reads if scene.rng.random() > 1 / 4]


def _short_outages(scene: Scene) -> None:
    for _ in range(8):
        start = scene.moment(after=DAY, before=DAY)
        scene.drop(start, start + scene.rng.randrange(40 * MINUTE, 4 * HOUR))


FAULTS = (
    Fault("none", _none, Recovery.EXACT),
    Fault("outage mid-month", _outage, Recovery.EXACT),
    Fault(
        "7 h outage over the month end",
        partial(_over_month_end, lasts=7 * HOUR),
        Recovery.ESTIMATED,
    ),
    Fault(
        "36 h outage over the month end",
        partial(_over_month_end, lasts=36 * HOUR),
        Recovery.ESTIMATED,
    ),
    Fault("missing first days", _missing_first_days, Recovery.EXACT),
    Fault("long gap, then double load", _gap_then_double_load, Recovery.EXACT),
    Fault("one read in four lost", _one_read_in_four_lost, Recovery.EXACT),
    Fault("eight short outages", _short_outages, Recovery.EXACT),
)
