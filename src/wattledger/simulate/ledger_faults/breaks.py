"""Faults that break the register: resets, rollovers, replaced and restored meters."""

from functools import partial

from wattledger.domain.event import Swap
from wattledger.domain.instant import DAY, HOUR, Instant
from wattledger.domain.register import MILLIWH_PER_KWH
from wattledger.simulate.ledger_faults.fault import Fault, Recovery
from wattledger.simulate.ledger_faults.scene import MODULUS, Scene


def reset(scene: Scene, at: Instant | None = None) -> Instant:
    """Let the register start again from nothing."""
    moment = scene.moment() if at is None else at
    scene.restart(moment)
    return moment


def _reset(scene: Scene) -> None:
    reset(scene)


def _stamped_reset(scene: Scene) -> None:
    moment = reset(scene)
    for read in scene.reads:
        read.reset_stamp = "2025-01-01" if read.at < moment else "2026-03"


def _reset_in_outage(scene: Scene) -> None:
    moment = reset(scene)
    scene.drop(moment - scene.rng.randrange(9 * HOUR), moment + scene.rng.randrange(9 * HOUR))


def _two_resets(scene: Scene) -> None:
    moment = reset(scene, scene.moment(before=12 * DAY))
    reset(scene, moment + scene.rng.randrange(DAY, 8 * DAY))


def rollover(scene: Scene) -> Instant:
    """Let the register wrap at its known modulus."""
    moment = scene.moment()
    shift = MODULUS - scene.energy_at(moment)
    for read in scene.reads:
        read.register = (scene.energy_at(read.at) + shift) % MODULUS
    scene.settings = scene.settings.__class__(
        p_max_mw=scene.settings.p_max_mw, poll=scene.interval, modulus_milliwh=MODULUS
    )
    return moment


def _rollover(scene: Scene) -> None:
    rollover(scene)


def _rollover_in_outage(scene: Scene) -> None:
    moment = rollover(scene)
    scene.drop(moment - scene.rng.randrange(20 * HOUR), moment + scene.rng.randrange(20 * HOUR))


def replace_meter(scene: Scene, *, serial: bool, shows: tuple[int, int]) -> Instant:
    """Let another meter take over, that shows some kWh."""
    moment = scene.moment()
    scene.restart(moment, scene.rng.randrange(*shows) * MILLIWH_PER_KWH)
    for read in scene.reads if serial else ():
        read.serial = "A1" if read.at < moment else "B2"
    return moment


def _replacement(scene: Scene, *, serial: bool, shows: tuple[int, int]) -> None:
    replace_meter(scene, serial=serial, shows=shows)


def _replaced_in_outage(scene: Scene) -> None:
    moment = replace_meter(scene, serial=True, shows=(0, 90_000))
    scene.drop(moment - scene.rng.randrange(5 * HOUR), moment + scene.rng.randrange(5 * HOUR))


def _restored(scene: Scene) -> None:
    moment = scene.moment()
    lost = scene.energy_at(moment) - scene.energy_at(
        moment - scene.rng.randrange(8 * HOUR, 3 * DAY)
    )
    before = next(read for read in scene.reads if read.at >= moment).register
    scene.restart(moment, max(before - lost, 0))


def _declared_swap(scene: Scene) -> None:
    moment = scene.moment()
    before = scene.reads[0].register + scene.energy_at(moment) - scene.energy_at(scene.reads[0].at)
    initial = scene.rng.randrange(90_000) * MILLIWH_PER_KWH
    scene.restart(moment, initial)
    scene.drop(moment - scene.rng.randrange(6 * HOUR), moment + scene.rng.randrange(6 * HOUR))
    scene.swaps.append(Swap(moment, before, initial))


FAULTS = (
    Fault("reset to 0", _reset, Recovery.DETERMINED),
    Fault("reset with a stamp", _stamped_reset, Recovery.DETERMINED),
    Fault("reset in an outage", _reset_in_outage, Recovery.ESTIMATED),
    Fault("two resets", _two_resets, Recovery.DETERMINED),
    Fault("rollover", _rollover, Recovery.EXACT),
    Fault("rollover in an outage", _rollover_in_outage, Recovery.EXACT),
    Fault(
        "replacement, new serial",
        partial(_replacement, serial=True, shows=(0, 90_000)),
        Recovery.DETERMINED,
    ),
    Fault(
        "replacement, no serial",
        partial(_replacement, serial=False, shows=(0, 90_000)),
        Recovery.DETERMINED,
    ),
    Fault(
        "replacement by a young one",
        partial(_replacement, serial=False, shows=(0, 50)),
        Recovery.DETERMINED,
    ),
    Fault("replacement in an outage", _replaced_in_outage, Recovery.ESTIMATED),
    Fault("restored lower after power loss", _restored, Recovery.DETERMINED),
    Fault("swap declared, final and initial read", _declared_swap, Recovery.EXACT),
)
