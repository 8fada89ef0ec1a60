"""Faults that show something else for a read or a few, and a display that stands."""

from functools import partial

from wattledger.domain.instant import DAY, HOUR, MINUTE, Instant
from wattledger.domain.register import MILLIWH_PER_KWH
from wattledger.simulate.ledger_faults.fault import Fault, Recovery
from wattledger.simulate.ledger_faults.scene import RESOLUTION, Burst, Read, Scene
from wattledger.simulate.ledger_faults.truth import MONTH_END, truth

_SENTINELS = (4_294_967_295, 65_535, 32_767, 99_999_999)


def _show(scene: Scene, at: Instant, registers: list[int]) -> None:
    first = scene.index(at)
    for read, register in zip(scene.reads[first:], registers, strict=False):
        read.register = register


def zeros(scene: Scene, count: int) -> None:
    """Let the meter show nothing for some reads."""
    _show(scene, scene.moment(), [0] * count)


def _one_zero(scene: Scene) -> None:
    zeros(scene, 1)


def _two_zeros(scene: Scene) -> None:
    zeros(scene, 2)


def _five_zeros(scene: Scene) -> None:
    zeros(scene, 5)


def _zeros_at_month_end(scene: Scene) -> None:
    _show(scene, MONTH_END - 5 * scene.interval // 2, [0] * 4)


def flicker(scene: Scene, share: float = 0.2) -> None:
    """Let the display flicker down by one step."""
    for read in scene.reads:
        if scene.rng.random() < share:
            read.register = max(read.register - RESOLUTION, 0)


def _flicker(scene: Scene) -> None:
    flicker(scene)


def _dips(scene: Scene) -> None:
    for _ in range(6):
        read = scene.reads[scene.index(scene.moment(after=DAY, before=DAY))]
        read.register = max(read.register - scene.rng.randrange(3, 40) * RESOLUTION, 0)


def _spikes(scene: Scene) -> None:
    for _ in range(6):
        read = scene.reads[scene.index(scene.moment(after=DAY, before=DAY))]
        read.register += scene.rng.choice((1, 3, 20, 5_000)) * MILLIWH_PER_KWH


def _thousandth(scene: Scene) -> None:
    moment = scene.moment()
    scene.change(moment, moment + 2 * scene.interval, lambda read: read.register // 1000)


def _tenfold(scene: Scene) -> None:
    moment = scene.moment()
    scene.change(moment, moment + 2 * scene.interval, lambda read: read.register * 10)


def _wrong_units(scene: Scene) -> None:
    moment = scene.moment()
    scene.change(moment, moment + DAY, lambda read: read.register // 1000)


def _wrong_units_high(scene: Scene) -> None:
    moment = scene.moment()
    scene.change(moment, moment + DAY, lambda read: read.register * 1000)


def _sentinels(scene: Scene) -> None:
    moment = scene.moment()
    most = min(30, 3 + 2 * DAY // scene.interval)
    shows = scene.rng.choice(_SENTINELS) * MILLIWH_PER_KWH
    scene.change(moment, moment + scene.rng.randrange(2, most) * scene.interval, lambda _: shows)


def _sentinels_wh(scene: Scene) -> None:
    moment = scene.moment()
    most = min(30, 3 + 2 * DAY // scene.interval)
    shows = scene.rng.choice(_SENTINELS) * MILLIWH_PER_KWH // 1000
    scene.change(moment, moment + scene.rng.randrange(2, most) * scene.interval, lambda _: shows)


def freeze(scene: Scene, moment: Instant, lasts: int) -> None:
    """Let the display stand still, then catch up."""
    stands = scene.reads[scene.index(moment)].register
    scene.change(moment, moment + lasts, lambda _: stands)


def _frozen(scene: Scene) -> None:
    freeze(scene, scene.moment(), 5 * HOUR)


def _frozen_over_month_end(scene: Scene) -> None:
    freeze(scene, MONTH_END - scene.rng.randrange(HOUR, 4 * HOUR), 5 * HOUR)


def _idle_flicker(scene: Scene) -> None:
    start = scene.moment(before=12 * DAY)
    scene.idle = (start, start + scene.rng.randrange(2 * DAY, 10 * DAY))
    offset = scene.reads[0].register - scene.energy_at(scene.reads[0].at)

    def to(read: Read) -> int:
        return scene.energy_at(read.at) + offset

    scene.change(start, scene.reads[-1].at + 1, to)
    for read in scene.reads:
        if read.power_mw is not None and start <= read.at < scene.idle[1]:
            read.power_mw = 0
    flicker(scene)


def _burst(scene: Scene, *, serial: bool) -> None:
    """Let the load rise eightfold for minutes within one interval, but not beyond the breaker."""
    at = scene.reads[scene.index(scene.moment())].at
    load_mw = truth(scene.seed).power_mw(at)
    most = min(8 * load_mw, scene.settings.p_max_mw * 9 // 10)
    offset = scene.reads[0].register - scene.energy_at(scene.reads[0].at)
    scene.burst = Burst(at, 14 * MINUTE, most - load_mw)
    for read in scene.reads:
        read.register = scene.energy_at(read.at) + offset
        read.serial = "A1" if serial else None


FAULTS = (
    Fault("one zero read", _one_zero, Recovery.EXACT),
    Fault("two zero reads", _two_zeros, Recovery.EXACT),
    Fault("five zero reads", _five_zeros, Recovery.EXACT),
    Fault("zero reads over the month end", _zeros_at_month_end, Recovery.EXACT),
    Fault("flicker of one step", _flicker, Recovery.EXACT),
    Fault("dips", _dips, Recovery.EXACT),
    Fault("spikes", _spikes, Recovery.EXACT),
    Fault("misparsed: a thousandth", _thousandth, Recovery.EXACT),
    Fault("misparsed: tenfold", _tenfold, Recovery.EXACT),
    Fault("a day of wrong units, low", _wrong_units, Recovery.EXACT),
    Fault("a day of wrong units, high", _wrong_units_high, Recovery.EXACT),
    Fault("sentinels in kWh", _sentinels, Recovery.EXACT),
    Fault("sentinels in Wh", _sentinels_wh, Recovery.EXACT),
    Fault("frozen 5 h, then catch-up", _frozen, Recovery.EXACT),
    Fault("frozen 5 h over the month end", _frozen_over_month_end, Recovery.ESTIMATED),
    Fault("burst of minutes, serial told", partial(_burst, serial=True), Recovery.EXACT),
    Fault("burst of minutes, no serial", partial(_burst, serial=False), Recovery.ESTIMATED),
    Fault("idle meter that flickers", _idle_flicker, Recovery.EXACT),
)
