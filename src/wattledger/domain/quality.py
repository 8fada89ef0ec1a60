"""Quality codes of energy (ESPI / IEC CIM): each mWh of a period carries exactly one (LEDGER 4)."""

from enum import IntEnum


class Quality(IntEnum):
    """How well a piece of energy is known.

    ``VALIDATED`` is the difference of two good readings of one epoch inside the period;
    ``ESTIMATED`` what an edge cuts out of a long interval, or a break nobody measured;
    ``QUESTIONABLE`` what another explanation was near; ``EDITED`` what a person's final and
    initial read of a swap give; ``VERIFIED`` what ends at a check reading.
    """

    EDITED = 7
    ESTIMATED = 9
    QUESTIONABLE = 10
    VALIDATED = 17
    VERIFIED = 18

    @property
    def word(self) -> str:
        """Return the name people see: ``validated``, ``estimated`` ..."""
        return self.name.lower()

    @property
    def is_measured(self) -> bool:
        """Tell whether a register showed it, rather than somebody or something reckoning it."""
        return self is not Quality.ESTIMATED
