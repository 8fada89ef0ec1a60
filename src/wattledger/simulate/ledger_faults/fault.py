"""What a fault of the bench is: a name, what it does to a scene, how well it can be recovered."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from wattledger.simulate.ledger_faults.scene import Scene


class Recovery(Enum):
    """How much of the energy of the month the readings tell."""

    EXACT = "exact"
    DETERMINED = "determined"
    ESTIMATED = "estimated"


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault; ``strike`` puts it into a scene.

    An exact one loses nothing of the register; a determined one at most the energy between two
    reads, an estimated one more.
    """

    name: str
    strike: Callable[[Scene], None]
    recovery: Recovery
