"""Adjustments: what closed months would change by, booked with the next close (LEDGER 6)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from wattledger.domain.charge import Charge, ChargeKind
from wattledger.domain.month_report import MonthLine
from wattledger.domain.statement import Adjustment, Statement
from wattledger.reports.stored_statement import statement_from_json
from wattledger.services.month_statements import MonthDraft, draft_month
from wattledger.services.price_month import price_month
from wattledger.store.closes import (
    BilledEnergy,
    ClosedMonth,
    billed_so_far,
    closed_months,
    closes_of_client,
)
from wattledger.store.database import Connection

_REASON = "Readings or settings of the month changed after it was closed."


@dataclass(frozen=True, slots=True)
class MonthAdjustment:
    """What one closed month of a client is to be adjusted by, meter by meter, and in money.

    ``energies`` are the truth less what was billed; ``amount`` is before VAT, None without tariff.
    """

    month: date
    lines: Mapping[int, tuple[str, str]]
    energies: Mapping[int, int]
    amount: Decimal | None

    @property
    def billed(self) -> list[BilledEnergy]:
        """Return the rows that record it."""
        return [BilledEnergy(meter, self.month, by) for meter, by in self.energies.items()]

    @property
    def adjustments(self) -> list[Adjustment]:
        """Return it as the statement names it; the money stands with the first meter."""
        amounts = [self.amount, *([None] * (len(self.energies) - 1))]
        return [
            Adjustment(self.month, *self.lines[meter], by, amount, _REASON)
            for (meter, by), amount in zip(self.energies.items(), amounts, strict=True)
        ]

    @property
    def charge(self) -> Charge | None:
        """Return its charge; None without tariff."""
        if self.amount is None:
            return None
        return Charge(ChargeKind.ADJUSTMENT, f"Adjustment of {self.month:%Y-%m}", self.amount)


@dataclass(slots=True)
class MonthAdjuster:
    """Compares closed months with the truth; each month is looked up once for all clients."""

    connection: Connection
    _drafts: dict[date, MonthDraft] = field(default_factory=dict)
    _billed: dict[date, dict[tuple[str, int], int]] = field(default_factory=dict)
    _months: Mapping[str, Sequence[date]] | None = None

    def adjustments_of(self, client_id: str) -> list[MonthAdjustment]:
        """Return what a client's closed months would change by; nothing if all is as billed."""
        if self._months is None:
            self._months = closed_months(self.connection)
        found: list[MonthAdjustment] = []
        for month in self._months.get(client_id, ()):
            energies = self._changes(client_id, month)
            if energies:
                found.append(self._priced(client_id, month, energies))
        return found

    def _draft(self, month: date) -> MonthDraft:
        draft = self._drafts.get(month)
        if draft is None:
            draft = self._drafts[month] = draft_month(self.connection, month)
        return draft

    def _changes(self, client_id: str, month: date) -> dict[int, int]:
        """Return truth less billed by meter, where they differ."""
        billed = self._billed.get(month)
        if billed is None:
            billed = self._billed[month] = billed_so_far(self.connection, month)
        truth: dict[int, int] = {}
        for line in self._draft(month).lines.get(client_id, ()):
            truth[line.meter_id] = truth.get(line.meter_id, 0) + (line.energy_milliwh or 0)
        meters = truth.keys() | {meter for client, meter in billed if client == client_id}
        changes = {
            meter: truth.get(meter, 0) - billed.get((client_id, meter), 0)
            for meter in sorted(meters)
        }
        return {meter: by for meter, by in changes.items() if by}

    def _priced(self, client_id: str, month: date, energies: dict[int, int]) -> MonthAdjustment:
        draft = self._draft(month)
        closes = closes_of_client(self.connection, client_id)
        closed = next(each for each in closes if each.month == month)
        then = statement_of(closed)
        lines = draft.lines.get(client_id, then.lines)
        names = {line.meter_id: (line.endpoint, line.meter) for line in (*then.lines, *lines)}
        amount = self._amount(draft, then, lines)
        if amount is not None:
            amount -= sum(_adjusted(closes, month), Decimal(0))
        return MonthAdjustment(month, names, energies, amount)

    def _amount(
        self, draft: MonthDraft, then: Statement, lines: Sequence[MonthLine]
    ) -> Decimal | None:
        """Return what the month costs by the truth less what it cost, at its own tariff."""
        tariff = draft.tariffs.get(then.client_id)
        if tariff is None or then.currency is None:
            return None
        days = draft.calendar(then.client_id) if then.client_id in draft.lines else None
        if days is None:
            return -then.net
        now = replace(
            then,
            charges=price_month(tariff, then.month, days, lines, then.peak).charges,
        )
        billed = [each for each in then.charges if each.kind is not ChargeKind.ADJUSTMENT]
        return now.net - replace(then, charges=tuple(billed)).net


def _adjusted(closes: Sequence[ClosedMonth], month: date) -> Iterator[Decimal]:
    """Yield what later closes of a client adjusted a month by."""
    for closed in closes:
        for adjustment in statement_of(closed).adjustments:
            if adjustment.month == month and adjustment.amount is not None:
                yield adjustment.amount


def statement_of(closed: ClosedMonth) -> Statement:
    """Return a closed month's statement as it was sealed."""
    return replace(statement_from_json(closed.document), seal=closed.seal)
