"""Compare what was collected from a farm of simulated meters with what is true of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from wattledger.collect.attempt import Attempt
from wattledger.domain.outcome import Outcome
from wattledger.simulate.farm import FarmDevice


@dataclass(frozen=True, slots=True)
class Verified:
    """A simulated meter beside its attempt; ``right`` when it ended as it must, to the digit.

    ``true_milliwh`` is what the meter displayed when it answered; ``None`` for faulty ones.
    """

    device: FarmDevice
    attempt: Attempt
    true_milliwh: int | None
    right: bool

    @property
    def left_out(self) -> bool:
        """Whether the meter was not read because this machine has no browser."""
        return self.attempt.outcome is Outcome.BROWSER_MISSING


def verify_farm(devices: Iterable[FarmDevice], attempts: Mapping[str, Attempt]) -> list[Verified]:
    """Return every meter with its attempt, found by the meter's name."""
    return [_verified(device, attempts[device.spec.name]) for device in devices]


def _verified(device: FarmDevice, attempt: Attempt) -> Verified:
    expected = device.expected
    if expected.outcome is not Outcome.OK:
        told = expected.phrase.lower() in (attempt.message or "").lower()
        return Verified(device, attempt, None, attempt.outcome is expected.outcome and told)
    shown = attempt.samples[0].total_milliwh if attempt.samples else None
    # The display may step on while the attempt lasts: then either value was true.
    first, last = (device.register(at) for at in (attempt.started_at, attempt.read_at))
    step = device.spec.resolution_milliwh
    true = shown if shown in range(first, last + 1, step) else last
    return Verified(device, attempt, true, shown == true)
