"""Adjustments: what closed months would change by, booked with the next close (LEDGER 6)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from wattledger.domain.charge import Charge, ChargeKind
from wattledger.domain.month_report import MonthLine, Peak
from wattledger.domain.period import Calendar, calendar, next_month
from wattledger.domain.scaled import KW, to_text
from wattledger.domain.statement import Adjustment, ChangedReads, Statement
from wattledger.domain.tariff import Tariff
from wattledger.domain.tariff_form import parse_tariff
from wattledger.domain.vat import Taxed
from wattledger.reports.stored_statement import statement_from_json
from wattledger.services.adjustment_reason import adjustment_reason
from wattledger.services.closed_costs import ClosedCosts, peak_to_price, prices_power
from wattledger.services.month_statements import MonthDraft, draft_month
from wattledger.services.month_truth import MonthTruth, month_truth
from wattledger.services.moved_meters import MovedMeters
from wattledger.services.price_month import closing_prices, price_month
from wattledger.store.closes import (
    BilledEnergy,
    ClosedMonth,
    billed_so_far,
    closed_months,
    closes_of_client,
)
from wattledger.store.database import Connection
from wattledger.store.months import BilledMeter

_CHANGED = "Readings or settings of the month changed after it was closed."
_ALL_METERS = "All meters", "charges"
"""What an adjustment names where no meter's energy changed, but what the month costs."""

_UNPRICED = {ChargeKind.ADJUSTMENT, ChargeKind.VAT}


@dataclass(frozen=True, slots=True)
class MonthAdjustment:
    """What one closed month of a client is to be adjusted by, meter by meter, and in money.

    ``energies`` are the truth less what was billed so far, which is ``before``; ``reasons`` what
    changed. ``amount`` is before VAT, by the ``tariff`` that the month was closed with, in its
    ``currency``: None without one. ``vat_percent`` is the rate of that month, at which it is taxed.
    There are no energies where the month costs something else though its meters used what was
    billed. ``peak`` says what became of the peak power, if that changed; ``changed`` which readings
    did, by meter, where that was looked for.
    """

    month: date
    meters: Mapping[int, BilledMeter]
    energies: Mapping[int, int]
    before: Mapping[int, int]
    reasons: Mapping[int, str]
    amount: Decimal | None
    tariff: Tariff | None
    currency: str | None
    vat_percent: Decimal | None = None
    peak: str | None = None
    changed: Mapping[int, ChangedReads] = field(default_factory=dict)

    @property
    def billed(self) -> list[BilledEnergy]:
        """Return the rows that record it."""
        return [BilledEnergy(meter, self.month, by) for meter, by in self.energies.items()]

    @property
    def adjustments(self) -> list[Adjustment]:
        """Return it as the statement names it; the money stands with the first meter."""
        if not self.energies:
            return [Adjustment(self.month, *_ALL_METERS, 0, self.amount, self._reason(_CHANGED))]
        amounts = [self.amount, *([None] * (len(self.energies) - 1))]
        return [
            self._adjustment(meter, by, amount)
            for (meter, by), amount in zip(self.energies.items(), amounts, strict=True)
        ]

    def _adjustment(self, number: int, by: int, amount: Decimal | None) -> Adjustment:
        meter, before = self.meters[number], self.before[number]
        return Adjustment(
            self.month,
            meter.endpoint,
            meter.key,
            by,
            amount,
            self._reason(self.reasons[number]),
            before_milliwh=before,
            after_milliwh=before + by,
            endpoint_id=meter.endpoint_id,
            meter_id=number,
            changed=self.changed.get(number),
        )

    def _reason(self, changed: str) -> str:
        return " ".join(filter(None, (changed, self.peak)))

    @property
    def charge(self) -> Taxed | None:
        """Return its charge; None without tariff."""
        if self.amount is None:
            return None
        text = f"Adjustment of {self.month:%Y-%m}"
        return Taxed(Charge(ChargeKind.ADJUSTMENT, text, self.amount), self.vat_percent)

    @property
    def without_money(self) -> "MonthAdjustment":
        """Return it for a statement that cannot charge it: the energy alone."""
        return replace(self, amount=None)


@dataclass(slots=True)
class MonthAdjuster:
    """Compares closed months with the truth; each month is looked up once for all clients.

    ``closing`` is the month that is closed now: where it is a client's first, those before it count
    as those before the first one closed do.
    """

    connection: Connection
    closing: date | None = None
    _drafts: dict[date, MonthDraft] = field(default_factory=dict)
    _truths: dict[date, MonthTruth] = field(default_factory=dict)
    _billed: dict[date, dict[tuple[str, int], int]] = field(default_factory=dict)
    _closed: Mapping[str, Sequence[date]] | None = None
    _since: dict[str, Mapping[int, date]] = field(default_factory=dict)
    _costs: ClosedCosts = field(init=False)
    _moved: MovedMeters = field(init=False)

    def __post_init__(self) -> None:
        """Look at the costs of closed months, and at what was moved, in the same database."""
        self._costs = ClosedCosts(self.connection)
        self._moved = MovedMeters(self.connection, self._truth)

    @property
    def closed(self) -> Mapping[str, Sequence[date]]:
        """Return the closed months by client id."""
        if self._closed is None:
            self._closed = closed_months(self.connection)
        return self._closed

    def months(self, client_id: str) -> Iterator[date]:
        """Yield the months of a client that no close bills any more, but by adjustments.

        They are those that are closed, and those between them in which no meter served the client:
        if one turns out to have served it then, nobody can close such a month behind later ones.
        Before the first they are those since another gave back what it was billed of a meter.
        """
        first, closed = self._first(client_id), self.closed.get(client_id, ())
        if first is None:
            return
        month = min([first, *self._moved_since(client_id).values()])
        while month < first or (closed and month <= closed[-1]):
            yield month
            month = next_month(month)

    def _first(self, client_id: str) -> date | None:
        """Return a client's first closed month, or the one that becomes it."""
        closed = self.closed.get(client_id)
        return closed[0] if closed else self.closing

    def _moved_since(self, client_id: str) -> Mapping[int, date]:
        since, first = self._since.get(client_id), self._first(client_id)
        if since is None:
            since = {} if first is None else self._moved.since(client_id, first)
            self._since[client_id] = since
        return since

    def _counts(self, client_id: str, month: date, meter: int) -> bool:
        """Tell whether a client's month is accounted for here, as far as a meter goes."""
        first = self._first(client_id)
        if first is None or month >= first:
            return True
        since = self._moved_since(client_id).get(meter)
        return since is not None and since <= month

    def was_served(self, client_id: str, month: date) -> bool:
        """Tell whether any meter served a client in a month."""
        return self._truth(month).was_served(client_id)

    def changes(self, client_id: str, month: date) -> dict[int, int]:
        """Return truth less billed of a month by meter, where they differ.

        Of what is not known any more nothing is taken back: a missing number is not zero.
        """
        billed, now = self._billed_so_far(month), self._truth(month)
        truth = now.energies
        told = (truth.keys() | billed.keys()) - now.unknown
        meters = {meter for client, meter in told if client == client_id}
        differences = {
            meter: truth.get((client_id, meter), 0) - billed.get((client_id, meter), 0)
            for meter in sorted(meters)
            if self._counts(client_id, month, meter)
        }
        return {meter: by for meter, by in differences.items() if by}

    def has_changed(self, client_id: str) -> bool:
        """Tell whether any closed month of a client is to be adjusted."""
        return bool(self.adjustments_of(client_id))

    def adjustments_of(self, client_id: str) -> list[MonthAdjustment]:
        """Return what a client's closed months would change by; nothing if all is as billed."""
        found: list[MonthAdjustment] = []
        for month in self.months(client_id):
            energies = self.changes(client_id, month)
            if energies:
                found.append(self._priced(client_id, month, energies))
            elif self._costs.may_differ(client_id, month):
                change = self._priced(client_id, month, energies)
                if change.amount and not self._is_told(client_id, change):
                    found.append(change)
        return found

    def _is_told(self, client_id: str, change: MonthAdjustment) -> bool:
        """Tell whether a statement in another currency named the same money already."""
        (told,) = change.without_money.adjustments
        closes = closes_of_client(self.connection, client_id)
        return any(told in statement_of(closed).adjustments for closed in closes)

    def truth_of(self, client_id: str, month: date) -> dict[int, int]:
        """Return the energy of a client's month by meter as the ledger has it now."""
        energies = self._truth(month).energies
        return {
            meter: energy for (client, meter), energy in energies.items() if client == client_id
        }

    def _truth(self, month: date) -> MonthTruth:
        truth = self._truths.get(month)
        if truth is None:
            truth = self._truths[month] = month_truth(self.connection, month)
        return truth

    def _billed_so_far(self, month: date) -> Mapping[tuple[str, int], int]:
        billed = self._billed.get(month)
        if billed is None:
            billed = self._billed[month] = billed_so_far(self.connection, month)
        return billed

    def _draft(self, month: date) -> MonthDraft:
        draft = self._drafts.get(month)
        if draft is None:
            draft = self._drafts[month] = draft_month(self.connection, month)
        return draft

    def _priced(self, client_id: str, month: date, energies: dict[int, int]) -> MonthAdjustment:
        draft = self._draft(month)
        closes = closes_of_client(self.connection, client_id)
        closed = next((each for each in closes if each.month == month), None)
        meters = draft.demand.meters
        billed = self._billed_so_far(month)
        before = {meter: billed.get((client_id, meter), 0) for meter in energies}
        sealed = None if closed is None else statement_of(closed)
        then = () if sealed is None else sealed.lines
        reasons = {
            meter: adjustment_reason(_of(meter, then), _of(meter, draft.lines.get(client_id, ())))
            for meter in energies
        }
        told = (month, {each: meters[each] for each in energies}, energies, before, reasons)
        tariff = draft.tariff_of(client_id) if closed is None else _tariff_then(closed)
        if tariff is None:
            return MonthAdjustment(*told, None, None, None)
        lines = draft.lines.get(client_id, ())
        peak = _peak(draft, tariff, lines, sealed)
        amount = _cost(draft, tariff, lines, peak) - sum(_adjusted(closes, month), Decimal(0))
        if sealed is not None:
            amount -= _own_net(sealed.charges)
        # What served before the first close and nobody gave back was billed elsewhere.
        elsewhere = [each for each in lines if not self._counts(client_id, month, each.meter_id)]
        amount -= _cost(draft, tariff, elsewhere, _peak(draft, tariff, elsewhere, None))
        prices = closing_prices(tariff, month, *_billed_days(draft, client_id, sealed))
        by = (tariff, prices.currency, prices.vat_percent)
        return MonthAdjustment(*told, amount, *by, _peak_change(peak, sealed))


def _of(meter: int, lines: Sequence[MonthLine]) -> list[MonthLine]:
    return [line for line in lines if line.meter_id == meter]


def _billed_days(
    draft: MonthDraft, client_id: str, sealed: Statement | None
) -> tuple[Calendar | None, Sequence[MonthLine]]:
    """Return the days and lines by which a month was billed; those of now where it never was."""
    if sealed is not None:
        return calendar(sealed.zone), sealed.lines
    lines = draft.lines.get(client_id, ())
    return (draft.calendar(client_id) if lines else None), lines


def _tariff_then(closed: ClosedMonth) -> Tariff | None:
    return None if closed.tariff is None else parse_tariff(closed.tariff)


def _cost(
    draft: MonthDraft, tariff: Tariff, lines: Sequence[MonthLine], peak: Peak | None
) -> Decimal:
    """Return what lines of a client's month cost before VAT by the truth of now; 0 without any."""
    if not lines:
        return Decimal(0)
    days = draft.calendar(lines[0].client_id or "")
    return _own_net(price_month(tariff, draft.month, days, lines, peak).charges)


def _peak(
    draft: MonthDraft, tariff: Tariff, lines: Sequence[MonthLine], sealed: Statement | None
) -> Peak | None:
    """Return the peak that lines are priced by; None where the tariff prices none."""
    if not lines or not prices_power(tariff):
        return None
    return peak_to_price(draft.demand.peak(lines), sealed)


def _peak_change(peak: Peak | None, sealed: Statement | None) -> str | None:
    """Return what became of a peak that is priced; None where it is as it was."""
    if peak is None or sealed is None:
        return None
    then = "without a known one" if sealed.peak is None else f"with {_kilowatts(sealed.peak)}"
    now = _kilowatts(peak)
    if sealed.peak is not None and now == _kilowatts(sealed.peak):
        return None
    return f"The peak power is {now} now; the month was closed {then}."


def _kilowatts(peak: Peak) -> str:
    return f"{to_text(peak.peak_mw, KW)} kW"


def _own_net(charges: Sequence[Charge]) -> Decimal:
    """Return the sum of a month's own charges: without VAT, and what it adjusts of others."""
    return sum((each.amount for each in charges if each.kind not in _UNPRICED), Decimal(0))


def _adjusted(closes: Sequence[ClosedMonth], month: date) -> Iterator[Decimal]:
    """Yield what later closes of a client adjusted a month by."""
    for closed in closes:
        for adjustment in statement_of(closed).adjustments:
            if adjustment.month == month and adjustment.amount is not None:
                yield adjustment.amount


def statement_of(closed: ClosedMonth) -> Statement:
    """Return a closed month's statement as it was sealed."""
    return replace(statement_from_json(closed.document), seal=closed.seal)
