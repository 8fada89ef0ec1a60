"""Compare what was collected from a farm of simulated meters with what is true of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from wattledger.collect.attempt import Attempt
from wattledger.domain.outcome import Outcome
from wattledger.domain.scaled import KWH, MILLI, to_text
from wattledger.simulate.farm import FarmDevice
from wattledger.simulate.kind import Expected


@dataclass(frozen=True, slots=True)
class Verified:
    """A simulated meter beside its attempt, and in words what did not end as it must.

    ``read_milliwh`` and ``read_power_mw`` are what was read off the display, ``true_milliwh`` is
    what the register displayed when the meter answered; all are ``None`` for faulty ones.
    """

    device: FarmDevice
    attempt: Attempt
    faults: tuple[str, ...]
    read_milliwh: int | None = None
    true_milliwh: int | None = None
    read_power_mw: int | None = None

    @property
    def right(self) -> bool:
        """Whether the meter ended as it must, to the digit."""
        return not self.faults

    @property
    def left_out(self) -> bool:
        """Whether the meter was not read because this machine has no browser."""
        return self.attempt.outcome is Outcome.BROWSER_MISSING


def verify_farm(devices: Iterable[FarmDevice], attempts: Mapping[str, Attempt]) -> list[Verified]:
    """Return every meter with its attempt, found by the meter's name."""
    return [_verified(device, attempts[device.spec.name]) for device in devices]


def _verified(device: FarmDevice, attempt: Attempt) -> Verified:
    ended_wrong = tuple(_wrong_end(device.expected, attempt))
    if device.expected.outcome is not Outcome.OK:
        return Verified(device, attempt, ended_wrong)
    sample = attempt.samples[0] if attempt.samples else None
    milliwh = sample.total_milliwh if sample else None
    power_mw = sample.power_mw if sample and device.tells_power else None
    true_milliwh = _true_register(device, attempt, milliwh)
    true_power_mw = _true_power(device, attempt, power_mw) if device.tells_power else None
    # A read that failed brought no figures: how it ended says all.
    faults = ended_wrong or (
        *_difference("register", "kWh", to_text(milliwh, KWH), to_text(true_milliwh, KWH)),
        *_difference("power", "W", to_text(power_mw, MILLI), to_text(true_power_mw, MILLI)),
    )
    return Verified(device, attempt, faults, milliwh, true_milliwh, power_mw)


def _wrong_end(expected: Expected, attempt: Attempt) -> Iterator[str]:
    message = attempt.message or "no message"
    if attempt.outcome is not expected.outcome:
        yield f"it ended as {attempt.outcome} instead of {expected.outcome} ({message})"
    elif expected.phrase.lower() not in message.lower():
        yield f"its message does not say '{expected.phrase}' ({message})"


def _true_register(device: FarmDevice, attempt: Attempt, read: int | None) -> int:
    """Return what the register was: the value read, if it was displayed during the attempt."""
    # The display may step on while the attempt lasts: then either value was true.
    first, last = (device.register(at) for at in (attempt.started_at, attempt.read_at))
    step = device.spec.resolution_milliwh
    return read if read is not None and read in range(first, last + 1, step) else last


def _true_power(device: FarmDevice, attempt: Attempt, read: int | None) -> int:
    """Return what the power was: the value read, if it was displayed during the attempt."""
    displayed = device.powers(attempt.started_at, attempt.read_at)
    return read if read is not None and read in displayed else device.face(attempt.read_at).power_mw


def _difference(what: str, unit: str, read: str | None, true: str | None) -> Iterator[str]:
    if read != true:
        told = "was not read" if read is None else f"was read as {read} {unit}"
        yield f"its {what} {told} and is {true} {unit}"
