"""A statement: one client's month, as it is printed, priced, sealed and frozen (LEDGER 6)."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import IntEnum
from typing import Protocol

from wattledger.domain.charge import Charge, ChargeKind
from wattledger.domain.earlier import Earlier, of_lines, together
from wattledger.domain.instant import Instant
from wattledger.domain.month_report import (
    MonthLine,
    MonthReport,
    MonthState,
    NamedRead,
    Peak,
    printed_sum,
)
from wattledger.domain.tariff import Tariff


class Schema(IntEnum):
    """The forms a statement is sealed in; what was sealed in one stays in it for ever.

    ``COMPARED`` adds the client's own earlier months, the zones of lines and what adjustments start
    from; ``EVIDENCED`` the readings: those of its segments and adjustments by name, and the hash of
    all that it was closed with; and what adjustments are of and were priced by.
    """

    FIRST = 1
    COMPARED = 2
    EVIDENCED = 3


@dataclass(frozen=True, slots=True)
class SealedReadings:
    """What a statement was closed with: how many readings, and the SHA-256 of their CSV.

    All of them, and the good ones alone, which are what a client gets.
    """

    count: int
    sha256: str
    good_count: int
    good_sha256: str


@dataclass(frozen=True, slots=True)
class ChangedReads:
    """The readings of a closed month that are not as they were at its close: the outermost two.

    They are those of now, or of then where none of that instant counts any more.
    """

    count: int
    first: NamedRead
    last: NamedRead


class Served(Protocol):
    """What tells in which part of a month a meter served a client, and with which share."""

    @property
    def start_at(self) -> Instant:
        """Return the first instant of the part."""
        ...

    @property
    def end_at(self) -> Instant:
        """Return the instant at which it is over."""
        ...

    @property
    def share_ppm(self) -> int:
        """Return the share in millionths."""
        ...


@dataclass(frozen=True, slots=True)
class ServedPart:
    """A part ``[start_at, end_at)`` of a month in which a meter served a client with a share."""

    start_at: Instant
    end_at: Instant
    share_ppm: int

    @classmethod
    def of(cls, served: "Served") -> "ServedPart":
        """Return the part that a line or a portion is of."""
        return cls(served.start_at, served.end_at, served.share_ppm)

    def share_at(self, at: Instant) -> int:
        """Return the share at an instant; 0 outside of the part."""
        return self.share_ppm if self.start_at <= at < self.end_at else 0


@dataclass(frozen=True, slots=True)
class Priced:
    """What an adjustment comes to before VAT, and by what: the next one of its month is by that.

    ``tariff`` is None where the month was closed, for its own close says it.
    """

    amount: Decimal
    currency: str
    vat_percent: Decimal | None = None
    tariff: Tariff | None = None


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A closed month's statement set right in a later one, at the closed month's tariff.

    ``energy_milliwh`` is the truth less what was billed, of one meter (signed): ``after_milliwh``
    less ``before_milliwh``, which are None in statements that were sealed without them.

    ``endpoint_id`` and ``meter_id`` are None in those too, and where it is of no one meter.
    ``changed`` are the meter's readings that changed since the month was closed; None where none
    did, or the close did not keep them.

    ``parts`` are those of the month that ``after_milliwh`` is of, None as ``meter_id``.
    ``amount`` is what is charged; ``priced`` what it comes to: also where it is not charged but to
    be settled apart, because it is of another currency. Both are None without prices.
    """

    month: date
    endpoint: str
    meter: str
    energy_milliwh: int
    amount: Decimal | None
    reason: str
    before_milliwh: int | None = None
    after_milliwh: int | None = None
    endpoint_id: str | None = None
    meter_id: int | None = None
    changed: ChangedReads | None = None
    parts: tuple[ServedPart, ...] | None = None
    priced: Priced | None = None

    @property
    def comes_to(self) -> Decimal:
        """Return what it was charged or is to be settled by, in the currency of its month."""
        return (self.amount if self.priced is None else self.priced.amount) or Decimal(0)


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

    ``previous`` and ``year_ago`` are the client's own months of then; None in statements that were
    sealed without them (``Schema.FIRST``).

    ``readings`` are those it was closed with; None while it is not closed, and before
    ``Schema.EVIDENCED``.
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
    previous: Earlier | None = None
    year_ago: Earlier | None = None
    readings: SealedReadings | None = None
    schema: Schema = Schema.EVIDENCED

    @property
    def total_kwh(self) -> Decimal | None:
        """Return the sum of the printed lines; None where no line has a value (never 0)."""
        return printed_sum(line.energy_milliwh for line in self.lines)

    @property
    def before(self) -> Earlier:
        """Return the month before: the client's own, else as far as the lines know it."""
        then = [line.previous_milliwh for line in self.lines]
        return self.previous or of_lines(self._energies, then)

    @property
    def year_before(self) -> Earlier:
        """Return the same month a year ago, alike."""
        then = [line.year_ago_milliwh for line in self.lines]
        return self.year_ago or of_lines(self._energies, then)

    @property
    def _energies(self) -> list[int | None]:
        return [line.energy_milliwh for line in self.lines]

    @property
    def change_percent(self) -> Decimal | None:
        """Return the change against the month before, where both are known."""
        return self.before.change_to(self._comparable)

    @property
    def year_change_percent(self) -> Decimal | None:
        """Return the change against the same month a year ago, where both are known."""
        return self.year_before.change_to(self._comparable)

    @property
    def _comparable(self) -> Decimal | None:
        """Return the energy where it is that of all lines: a part compares with nothing.

        Of a statement that was sealed before clients had a month before, lines without one are
        in neither.
        """
        return self.total_kwh if all(map(self._compares, self.lines)) else None

    def _compares(self, line: MonthLine) -> bool:
        return line.is_comparable or (self.previous is None and line.energy_milliwh is None)

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
    unassigned_before: Earlier = field(default_factory=Earlier)
    unassigned_year_before: Earlier = field(default_factory=Earlier)
    zones: tuple[str, ...] = ()

    @property
    def report(self) -> MonthReport:
        """Return all lines of the month."""
        lines = [line for statement in self.statements for line in statement.lines]
        every = (*lines, *self.unassigned)
        return MonthReport(self.month, self.zone, self.state, every, self.zones)

    @property
    def before(self) -> Earlier:
        """Return the month before, of all clients and of what served nobody then."""
        return together([*(each.before for each in self.statements), self.unassigned_before])

    @property
    def change_percent(self) -> Decimal | None:
        """Return the change of all lines against the month before, where both are known."""
        lines = self.report.lines
        is_whole = all(line.is_comparable for line in lines)
        return self.before.change_to(self.report.total_kwh) if is_whole else None
