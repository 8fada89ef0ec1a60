"""Two faults in one month, and in one hour."""

from wattledger.domain.instant import DAY, HOUR
from wattledger.simulate.ledger_faults.breaks import replace_meter, reset, rollover
from wattledger.simulate.ledger_faults.fault import Fault, Recovery
from wattledger.simulate.ledger_faults.noise import flicker, freeze, zeros
from wattledger.simulate.ledger_faults.scene import Scene


def _reset_and_zeros(scene: Scene) -> None:
    reset(scene)
    zeros(scene, 2)


def _outage_ends_in_zeros(scene: Scene) -> None:
    moment = scene.moment()
    scene.drop(moment - scene.rng.randrange(3 * HOUR, 2 * DAY), moment)
    for read in scene.reads[scene.index(moment) :][:2]:
        read.register = 0


def _rollover_and_flicker(scene: Scene) -> None:
    rollover(scene)
    flicker(scene)


def _replacement_behind_glitch(scene: Scene) -> None:
    moment = replace_meter(scene, serial=True, shows=(0, 90_000))
    for read in scene.reads[scene.index(moment) - 2 :][:2]:
        read.register *= 10


def _frozen_then_reset(scene: Scene) -> None:
    moment = reset(scene)
    freeze(scene, moment - 3 * HOUR, 3 * HOUR)


def _outage_and_reset(scene: Scene) -> None:
    moment = reset(scene, scene.moment(before=12 * DAY)) + scene.rng.randrange(DAY, 5 * DAY)
    scene.drop(moment, moment + scene.rng.randrange(6 * HOUR, 2 * DAY))


FAULTS = (
    Fault("reset, and two zero reads", _reset_and_zeros, Recovery.DETERMINED),
    Fault("outage that ends in two zero reads", _outage_ends_in_zeros, Recovery.EXACT),
    Fault("rollover of a display that flickers", _rollover_and_flicker, Recovery.EXACT),
    Fault("replacement behind two glitches", _replacement_behind_glitch, Recovery.DETERMINED),
    Fault("frozen 3 h, then reset", _frozen_then_reset, Recovery.ESTIMATED),
    Fault("reset, and an outage", _outage_and_reset, Recovery.DETERMINED),
)
