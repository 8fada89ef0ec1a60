"""Price a month anew, by what it was priced by, and take off what was billed of it (LEDGER 6)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from wattledger.domain.charge import Charge, ChargeKind
from wattledger.domain.month_report import MonthLine, Peak
from wattledger.domain.period import Calendar, calendar
from wattledger.domain.pricing import PricedMonth
from wattledger.domain.scaled import KW, to_text
from wattledger.domain.statement import Adjustment, Priced, ServedPart, Statement
from wattledger.domain.tariff import Tariff
from wattledger.domain.tariff_form import parse_tariff
from wattledger.services.closed_costs import peak_to_price, prices_power
from wattledger.services.closed_statement import statement_of
from wattledger.services.month_adjustment import Repriced
from wattledger.services.month_statements import MonthDraft
from wattledger.services.price_month import closing_prices, price_month
from wattledger.store.closes import ClosedMonth

_UNPRICED = {ChargeKind.ADJUSTMENT, ChargeKind.VAT}


@dataclass(frozen=True, slots=True)
class BilledMonth:
    """What a client was billed of a month: when it was closed, if it ever was, and since then.

    ``notes`` are those of all statements of the client.
    """

    month: date
    tariff: Tariff | None
    sealed: Statement | None
    adjustments: Sequence[Adjustment]
    notes: frozenset[str]

    @property
    def first_priced(self) -> Priced | None:
        """Return what an adjustment was priced by for the first time; None where none was."""
        return next((each.priced for each in self.adjustments if each.priced is not None), None)

    @property
    def amount(self) -> Decimal:
        """Return what was billed before VAT: charged, or named to be settled apart."""
        own = Decimal(0) if self.sealed is None else _own_net(self.sealed.charges)
        return own + sum((each.comes_to for each in self.adjustments), Decimal(0))

    def parts_of(self, meter_id: int) -> Sequence[ServedPart]:
        """Return the parts of the month for which a meter was billed the last time."""
        told = [each.parts for each in self.adjustments if each.meter_id == meter_id]
        known = [parts for parts in told if parts is not None]
        lines = self.lines_of(meter_id)
        return known[-1] if known else [*map(ServedPart.of, lines)]

    def lines_of(self, meter_id: int) -> list[MonthLine]:
        """Return the lines of a meter that the month was closed with."""
        lines = () if self.sealed is None else self.sealed.lines
        return [line for line in lines if line.meter_id == meter_id]

    def as_known(self, lines: Sequence[MonthLine]) -> list[MonthLine]:
        """Return lines of now; a meter of which nothing is known any more has what was billed.

        Of what is not known nothing is taken back: a missing number is not zero.
        """
        known = {line.meter_id for line in lines if line.energy_milliwh is not None}
        told: list[MonthLine] = []
        for line in lines:
            is_unknown = line.meter_id not in known
            told.append(self._as_billed(line) if is_unknown else line)
            known.add(line.meter_id)
        return told

    def _as_billed(self, line: MonthLine) -> MonthLine:
        sealed = self.lines_of(line.meter_id)
        energies = [each.energy_milliwh for each in sealed]
        energies += [e.energy_milliwh for e in self.adjustments if e.meter_id == line.meter_id]
        billed = [energy for energy in energies if energy is not None]
        days = tuple(day for each in sealed for day in each.days)
        return replace(line, energy_milliwh=sum(billed), days=days) if billed else line

    def tariff_of(self, draft: MonthDraft, client_id: str) -> Tariff | None:
        """Return what the month is priced by: what it was priced by, whatever is agreed now."""
        if self.sealed is not None:
            return self.tariff
        priced = self.first_priced
        return draft.tariff_of(client_id) if priced is None else priced.tariff


def billed_month(closes: Iterable[ClosedMonth], month: date) -> BilledMonth:
    """Return what the closes of a client billed of a month."""
    tariff: Tariff | None = None
    sealed: Statement | None = None
    adjustments: list[Adjustment] = []
    notes: set[str] = set()
    for closed in closes:
        statement = statement_of(closed)
        notes.update(statement.notes)
        adjustments += [each for each in statement.adjustments if each.month == month]
        if closed.month == month:
            sealed = statement
            tariff = None if closed.tariff is None else parse_tariff(closed.tariff)
    return BilledMonth(month, tariff, sealed, adjustments, frozenset(notes))


def reprice_month(
    draft: MonthDraft,
    client_id: str,
    billed: BilledMonth,
    elsewhere: Callable[[], Sequence[MonthLine]],
) -> Repriced | None:
    """Return what a client's month costs more by the truth of now than was billed of it.

    What was billed ``elsewhere`` bears what it costs alone: fees are not charged again. None where
    the month has no prices.
    """
    tariff = billed.tariff_of(draft, client_id)
    if tariff is None:
        return None
    lines = billed.as_known(draft.lines.get(client_id, ()))
    peak = _peak(draft, tariff, lines, billed.sealed)
    whole = _priced(draft, tariff, lines, peak)
    others = elsewhere()
    alone = _priced(draft, tariff, others, _peak(draft, tariff, others, None))
    amount = _own_net(whole.charges) - _own_net(alone.charges) - billed.amount
    return Repriced(
        _like_before(draft, client_id, billed, tariff, amount),
        tariff,
        tuple(_news(whole.notes, alone.notes, billed)),
        _peak_change(peak, billed.sealed),
    )


def _like_before(
    draft: MonthDraft, client_id: str, billed: BilledMonth, tariff: Tariff, amount: Decimal
) -> Priced:
    """Return an amount with its currency and rate: those of the first time."""
    if billed.sealed is None and billed.first_priced is not None:
        first = billed.first_priced
        return Priced(amount, first.currency, first.vat_percent, tariff)
    prices = closing_prices(tariff, draft.month, *_billed_days(draft, client_id, billed.sealed))
    kept = tariff if billed.sealed is None else None
    return Priced(amount, prices.currency, prices.vat_percent, kept)


def _billed_days(
    draft: MonthDraft, client_id: str, sealed: Statement | None
) -> tuple[Calendar | None, Sequence[MonthLine]]:
    """Return the days and lines by which a month was billed; those of now where it never was."""
    if sealed is not None:
        return calendar(sealed.zone), sealed.lines
    lines = draft.lines.get(client_id, ())
    return (draft.calendar(client_id) if lines else None), lines


def _priced(
    draft: MonthDraft, tariff: Tariff, lines: Sequence[MonthLine], peak: Peak | None
) -> PricedMonth:
    """Return what lines of a client's month cost by the truth of now; nothing without any."""
    if not lines:
        return PricedMonth("", (), ())
    days = draft.calendar(lines[0].client_id or "")
    return price_month(tariff, draft.month, days, lines, peak)


def _news(notes: Iterable[str], alone: Sequence[str], billed: BilledMonth) -> Iterable[str]:
    """Return notes that no statement told so far, nor concern what was billed elsewhere."""
    own = () if billed.sealed is None else billed.sealed.notes
    for note in notes:
        told = f"Adjustment of {billed.month:%Y-%m}: {note}"
        if note not in {*own, *alone} and told not in billed.notes:
            yield note


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
