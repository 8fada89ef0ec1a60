"""Whether a closed month costs something else though its meters used what was billed (LEDGER 6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from wattledger.domain.month_report import Peak
from wattledger.domain.period import next_month
from wattledger.domain.statement import Statement
from wattledger.domain.tariff import Tariff
from wattledger.domain.tariff_form import parse_tariff
from wattledger.services.closed_statement import statement_of
from wattledger.services.month_demand import month_demand
from wattledger.store.closes import closed_month, closed_tariffs
from wattledger.store.database import Connection


@dataclass(slots=True)
class ClosedCosts:
    """Looks for closed months whose costs hang on more than the energy of each meter.

    To price every closed month anew with each close would take longer with each month that is
    closed. So only those are looked at whose tariff prices the peak power, or changes its prices
    inside the month, where a day's energy counts; and of the former only the peak is measured.
    """

    connection: Connection
    _tariffs: Mapping[tuple[str, date], Tariff] | None = None

    @property
    def tariffs(self) -> Mapping[tuple[str, date], Tariff]:
        """Return what closed months were priced by: those that cost more than their energy."""
        if self._tariffs is None:
            known: dict[str, Tariff] = {}
            told: dict[tuple[str, date], Tariff] = {}
            for client_id, month, document in closed_tariffs(self.connection):
                text = repr(document)
                tariff = known.get(text)
                if tariff is None:
                    tariff = known[text] = parse_tariff(document)
                if prices_power(tariff) or _changes_inside(tariff, month):
                    told[client_id, month] = tariff
            self._tariffs = told
        return self._tariffs

    def may_differ(self, client_id: str, month: date) -> bool:
        """Tell whether a closed month may cost something else now; False says that it does not."""
        tariff = self.tariffs.get((client_id, month))
        if tariff is None:
            return False
        return _changes_inside(tariff, month) or self._has_another_peak(client_id, month)

    def _has_another_peak(self, client_id: str, month: date) -> bool:
        closed = closed_month(self.connection, client_id, month)
        sealed = None if closed is None else statement_of(closed)
        if sealed is None or not sealed.lines:
            return False
        meter_ids = {line.meter_id for line in sealed.lines}
        peak = month_demand(self.connection, month, meter_ids).peak(sealed.lines)
        return peak is not None and not _is_priced_alike(peak, sealed.peak)


def _is_priced_alike(peak: Peak, then: Peak | None) -> bool:
    return then is not None and (peak.peak_mw, peak.peak_at) == (then.peak_mw, then.peak_at)


def prices_power(tariff: Tariff) -> bool:
    """Tell whether the peak power may cost anything by a tariff."""
    return any(prices.power_overage_price is not None for prices in tariff.prices)


def _changes_inside(tariff: Tariff, month: date) -> bool:
    return any(month < prices.from_on < next_month(month) for prices in tariff.prices)


def peak_to_price(now: Peak | None, sealed: Statement | None) -> Peak | None:
    """Return the peak that a closed month is priced by: the one of now.

    Where it is not known any more it is the sealed one: of what is not known nothing is taken back.
    """
    return now if now is not None or sealed is None else sealed.peak
