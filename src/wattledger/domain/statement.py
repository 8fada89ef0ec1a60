"""A statement: one client's month, as it is printed, priced, sealed and frozen (LEDGER 6)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from wattledger.domain.charge import Charge, ChargeKind
from wattledger.domain.instant import Instant
from wattledger.domain.month_report import MonthLine, MonthState


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A closed month's statement set right in a later one, at the closed month's tariff.

    ``energy_milliwh`` is the truth less what was billed, of one meter (signed).
    """

    month: date
    endpoint: str
    meter: str
    energy_milliwh: int
    amount: Decimal | None
    reason: str


@dataclass(frozen=True, slots=True)
class Seal:
    """What proves a closed statement: its hash, and the hash of the one closed before it."""

    sequence: int
    sha256: str
    previous_sha256: str | None
    closed_at: Instant
    closed_by: str


@dataclass(frozen=True, slots=True)
class Statement:
    """One client's month. ``currency`` is None where the client has no tariff: energy alone.

    ``notes`` are sentences an accountant must read, such as why estimates were accepted.
    """

    month: date
    zone: str
    state: MonthState
    client_id: str
    client: str
    lines: tuple[MonthLine, ...]
    currency: str | None = None
    charges: tuple[Charge, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
    notes: tuple[str, ...] = ()
    seal: Seal | None = None

    @property
    def total_kwh(self) -> Decimal | None:
        """Return the sum of the printed lines; None where no line has a value (never 0)."""
        printed = [line.printed_kwh for line in self.lines if line.printed_kwh is not None]
        return sum(printed, Decimal(0)) if printed else None

    @property
    def net(self) -> Decimal:
        """Return the sum of the charges before VAT."""
        amounts = (c.amount for c in self.charges if c.kind is not ChargeKind.VAT)
        return sum(amounts, Decimal(0))

    @property
    def gross(self) -> Decimal:
        """Return the sum of all charges."""
        return sum((charge.amount for charge in self.charges), Decimal(0))
