"""The clock of a system under test."""

from wattledger.clock import SetClock
from wattledger.services.system import System


def set_clock(system: System) -> SetClock:
    """Return the clock of a system, to be put."""
    assert isinstance(system.clock, SetClock)
    return system.clock
