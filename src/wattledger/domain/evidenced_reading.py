"""A reading with what proves it: the attempt that took it and the hash of what the device said."""

from dataclasses import dataclass
from typing import TypeAlias

from wattledger.domain.instant import Instant
from wattledger.domain.month_report import NamedRead
from wattledger.domain.reading import Source, Status

EvidencedRow: TypeAlias = tuple[Instant, int, int, int | None, int, int | None, str | None]
"""Its bare values: instant, register, status, energy, source, attempt, hash of the evidence.

A month has millions of them, which are sealed and kept, and not looked into.
"""


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

    @classmethod
    def of_row(cls, endpoint_id: str, meter_id: int, row: EvidencedRow) -> "EvidencedReading":
        """Return a meter's reading of a row."""
        at, total, status, energy, source, attempt, evidence = row
        told = (Status(status), energy, attempt, evidence, Source(source))
        return cls(endpoint_id, meter_id, at, total, *told)

    @property
    def row(self) -> EvidencedRow:
        """Return its row."""
        return (
            self.at,
            self.total_milliwh,
            int(self.status),
            self.energy_milliwh,
            int(self.source),
            self.attempt_id,
            self.evidence_sha256,
        )

    @property
    def named(self) -> NamedRead:
        """Return it as a statement names it."""
        return NamedRead(self.at, self.attempt_id, self.evidence_sha256)
