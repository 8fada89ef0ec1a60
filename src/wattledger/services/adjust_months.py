"""Adjustments: what closed months would change by, booked with the next close (LEDGER 6)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from wattledger.domain.charge import Charge, ChargeKind
from wattledger.domain.month_report import MonthLine, Peak
from wattledger.domain.period import Calendar, calendar, next_month
from wattledger.domain.scaled import KW, to_text
from wattledger.domain.statement import Adjustment, Statement
from wattledger.domain.tariff import Tariff
from wattledger.domain.tariff_form import parse_tariff
from wattledger.domain.vat import Taxed
from wattledger.reports.stored_statement import statement_from_json
from wattledger.services.adjustment_reason import adjustment_reason
from wattledger.services.closed_costs import ClosedCosts, peak_to_price, prices_power
from wattledger.services.month_portions import month_portions
from wattledger.services.month_statements import MonthDraft, draft_month
from wattledger.services.price_month import closing_prices, price_month
from wattledger.store.assignments import clients_by_id
from wattledger.store.closes import (
    BilledEnergy,
    ClosedMonth,
    billed_so_far,
    closed_months,
    closes_of_client,
)
from wattledger.store.database import Connection
from wattledger.store.months import billed_meters

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
    billed. ``peak`` says what became of the peak power, if that changed.
    """

    month: date
    names: Mapping[int, tuple[str, str]]
    energies: Mapping[int, int]
    before: Mapping[int, int]
    reasons: Mapping[int, str]
    amount: Decimal | None
    tariff: Tariff | None
    currency: str | None
    vat_percent: Decimal | None = None
    peak: str | None = None

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

    def _adjustment(self, meter: int, by: int, amount: Decimal | None) -> Adjustment:
        before, reason = self.before[meter], self._reason(self.reasons[meter])
        return Adjustment(self.month, *self.names[meter], by, amount, reason, before, before + by)

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


@dataclass(frozen=True, slots=True)
class _Truth:
    """A month as the ledger has it now: energy by client and meter, and who was served at all.

    ``unknown`` are the meters that served a client, but of whose energy nothing is known any more.
    """

    energies: Mapping[tuple[str, int], int]
    served: frozenset[str]
    unknown: frozenset[tuple[str, int]]


@dataclass(slots=True)
class MonthAdjuster:
    """Compares closed months with the truth; each month is looked up once for all clients."""

    connection: Connection
    _drafts: dict[date, MonthDraft] = field(default_factory=dict)
    _truths: dict[date, _Truth] = field(default_factory=dict)
    _billed: dict[date, dict[tuple[str, int], int]] = field(default_factory=dict)
    _months: Mapping[str, Sequence[date]] | None = None
    _costs: ClosedCosts = field(init=False)

    def __post_init__(self) -> None:
        """Look at the costs of closed months through the same connection."""
        self._costs = ClosedCosts(self.connection)

    @property
    def months(self) -> Mapping[str, Sequence[date]]:
        """Return the months by client id that no close bills any more, but by adjustments.

        They are those that are closed, and those between them in which no meter served the client:
        if one turns out to have served it then, nobody can close such a month behind later ones.
        """
        if self._months is None:
            closed = closed_months(self.connection)
            self._months = {client_id: _whole(months) for client_id, months in closed.items()}
        return self._months

    def was_served(self, client_id: str, month: date) -> bool:
        """Tell whether any meter served a client in a month."""
        return client_id in self._truth(month).served

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
        }
        return {meter: by for meter, by in differences.items() if by}

    def has_changed(self, client_id: str) -> bool:
        """Tell whether any closed month of a client is to be adjusted."""
        return bool(self.adjustments_of(client_id))

    def adjustments_of(self, client_id: str) -> list[MonthAdjustment]:
        """Return what a client's closed months would change by; nothing if all is as billed."""
        found: list[MonthAdjustment] = []
        for month in self.months.get(client_id, ()):
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

    def _truth(self, month: date) -> _Truth:
        truth = self._truths.get(month)
        if truth is None:
            truth = self._truths[month] = _truth_of(self.connection, month)
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
        names = {meter: (meters[meter].endpoint, meters[meter].key) for meter in energies}
        billed = self._billed_so_far(month)
        before = {meter: billed.get((client_id, meter), 0) for meter in energies}
        sealed = None if closed is None else statement_of(closed)
        then = () if sealed is None else sealed.lines
        reasons = {
            meter: adjustment_reason(_of(meter, then), _of(meter, draft.lines.get(client_id, ())))
            for meter in energies
        }
        told = (month, names, energies, before, reasons)
        tariff = draft.tariff_of(client_id) if closed is None else _tariff_then(closed)
        if tariff is None:
            return MonthAdjustment(*told, None, None, None)
        lines = draft.lines.get(client_id, ())
        peak = None
        if lines and prices_power(tariff):
            peak = peak_to_price(draft.demand.peak(lines), sealed)
        amount = _cost(draft, tariff, client_id, peak) - sum(_adjusted(closes, month), Decimal(0))
        if sealed is not None:
            amount -= _own_net(sealed.charges)
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


def _whole(closed: Sequence[date]) -> list[date]:
    """Return the months from the first to the last of some."""
    months = [closed[0]]
    while months[-1] < closed[-1]:
        months.append(next_month(months[-1]))
    return months


def _tariff_then(closed: ClosedMonth) -> Tariff | None:
    return None if closed.tariff is None else parse_tariff(closed.tariff)


def _truth_of(connection: Connection, month: date) -> _Truth:
    clients = clients_by_id(connection)
    energies: dict[tuple[str, int], int] = {}
    served: set[str] = set()
    missing: set[tuple[str, int]] = set()
    for portion in month_portions(connection, billed_meters(connection), month):
        if portion.client_id is None:
            continue
        client_id = clients[portion.client_id].public_id
        served.add(client_id)
        energy, key = portion.energy_milliwh, (client_id, portion.meter.id)
        if energy is None:
            missing.add(key)
        else:
            energies[key] = energies.get(key, 0) + energy
    return _Truth(energies, frozenset(served), frozenset(missing - energies.keys()))


def _cost(draft: MonthDraft, tariff: Tariff, client_id: str, peak: Peak | None) -> Decimal:
    """Return what a client's month costs before VAT by the truth of now; 0 without a meter."""
    lines: Sequence[MonthLine] = draft.lines.get(client_id, ())
    if not lines:
        return Decimal(0)
    days = draft.calendar(client_id)
    return _own_net(price_month(tariff, draft.month, days, lines, peak).charges)


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
