"""A statement: one client's month, as it is printed, priced, sealed and frozen (LEDGER 6)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from wattledger.domain.charge import Charge, ChargeKind
from wattledger.domain.instant import Instant
from wattledger.domain.month_report import MonthLine, MonthReport, MonthState, Peak, printed_sum


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

    def number(self, month: date) -> str:
        """Return what people name a closed statement of a month by, as ``2026-03/17``."""
        return f"{month:%Y-%m}/{self.sequence}"


@dataclass(frozen=True, slots=True)
class Statement:
    """One client's month. ``currency`` is None where the client has no tariff: energy alone.

    ``peak`` is of all lines together, window by window; None where it is not known.

    ``notes`` are sentences an accountant must read, such as why estimates were accepted.
    """

    month: date
    zone: str
    state: MonthState
    client_id: str
    client: str
    lines: tuple[MonthLine, ...]
    peak: Peak | None = None
    currency: str | None = None
    charges: tuple[Charge, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
    notes: tuple[str, ...] = ()
    seal: Seal | None = None

    @property
    def total_kwh(self) -> Decimal | None:
        """Return the sum of the printed lines; None where no line has a value (never 0)."""
        return printed_sum(line.energy_milliwh for line in self.lines)

    @property
    def previous_kwh(self) -> Decimal | None:
        """Return the month before, as its lines print it."""
        return printed_sum(line.previous_milliwh for line in self.lines)

    @property
    def year_ago_kwh(self) -> Decimal | None:
        """Return the same month a year ago, as its lines print it."""
        return printed_sum(line.year_ago_milliwh for line in self.lines)

    @property
    def number(self) -> str | None:
        """Return what people name a closed statement by; others have none."""
        return None if self.seal is None else self.seal.number(self.month)

    @property
    def net(self) -> Decimal:
        """Return the sum of the charges before VAT."""
        amounts = (c.amount for c in self.charges if c.kind is not ChargeKind.VAT)
        return sum(amounts, Decimal(0))

    @property
    def vat(self) -> Decimal:
        """Return the sum of the VAT."""
        return self.gross - self.net

    @property
    def gross(self) -> Decimal:
        """Return the sum of all charges."""
        return sum((charge.amount for charge in self.charges), Decimal(0))


@dataclass(frozen=True, slots=True)
class MonthBook:
    """All statements of a month, and the lines of the meters that served nobody."""

    month: date
    zone: str
    state: MonthState
    statements: tuple[Statement, ...]
    unassigned: tuple[MonthLine, ...] = ()

    @property
    def report(self) -> MonthReport:
        """Return all lines of the month."""
        lines = [line for statement in self.statements for line in statement.lines]
        return MonthReport(self.month, self.zone, self.state, (*lines, *self.unassigned))
