"""A reading with what proves it: the attempt that took it and the hash of what the device said."""

from dataclasses import dataclass

from wattledger.domain.instant import Instant
from wattledger.domain.reading import Source, Status


@dataclass(frozen=True, slots=True)
class EvidencedReading:
    """A reading that a statement rests on; the register is as displayed.

    ``energy_milliwh`` is the energy, after the multiplier, that was booked from the good reading
    before it: None where there was none, or it is not told. ``attempt_id`` and ``evidence_sha256``
    are None where there is none, as for imported readings.
    """

    endpoint_id: str
    meter_id: int
    at: Instant
    total_milliwh: int
    status: Status
    energy_milliwh: int | None = None
    attempt_id: int | None = None
    evidence_sha256: str | None = None
    source: Source = Source.COLLECTED
