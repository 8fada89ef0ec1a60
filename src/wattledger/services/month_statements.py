"""The statements of a month as they are now: lines, demand and charges of each client."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from wattledger.domain.charge import Charge
from wattledger.domain.instant import Instant
from wattledger.domain.month_report import MonthLine, MonthState
from wattledger.domain.period import Calendar, calendar
from wattledger.domain.statement import Statement
from wattledger.domain.tariff import Tariff
from wattledger.services.month_demand import MonthDemand, month_demand
from wattledger.services.month_lines import month_lines
from wattledger.services.price_month import price_month
from wattledger.store.client_tariffs import tariffs_by_client
from wattledger.store.database import Connection


@dataclass(frozen=True, slots=True)
class MonthDraft:
    """A month's lines by client id, not yet measured nor priced.

    ``unassigned`` are the lines that serve nobody.
    """

    month: date
    lines: Mapping[str, Sequence[MonthLine]]
    unassigned: Sequence[MonthLine]
    tariffs: Mapping[str, Tariff]
    demand: MonthDemand

    def statement(self, client_id: str, now: Instant) -> Statement:
        """Return a client's statement as it is now: open while the month runs, then provisional."""
        lines, peak = self.demand.peaks(self.lines[client_id])
        days = self.calendar(client_id)
        over = days.month_span(self.month)[1] <= now
        statement = Statement(
            month=self.month,
            zone=days.zone_on(self.month),
            state=MonthState.PROVISIONAL if over else MonthState.OPEN,
            client_id=client_id,
            client=lines[0].client or "",
            lines=tuple(lines),
            peak=peak,
        )
        return self.priced(statement, ())

    def priced(self, statement: Statement, adjustments: Sequence[Charge]) -> Statement:
        """Return a statement with its charges, where the client has a tariff by then."""
        tariff = self.tariffs.get(statement.client_id)
        if tariff is None or tariff.prices[0].from_on > statement.lines[-1].days[-1][0]:
            return statement
        days = self.calendar(statement.client_id)
        priced = price_month(tariff, self.month, days, statement.lines, statement.peak, adjustments)
        return replace(
            statement, currency=priced.currency, charges=priced.charges, notes=priced.notes
        )

    def calendar(self, client_id: str) -> Calendar:
        """Return the local days of a client's first meter: those of the statement."""
        return calendar(self.demand.meters[self.lines[client_id][0].meter_id].zone)


def draft_month(connection: Connection, month: date) -> MonthDraft:
    """Return the month that begins on ``month``, to be measured and priced client by client."""
    by_client: dict[str, list[MonthLine]] = {}
    unassigned: list[MonthLine] = []
    for line in month_lines(connection, month):
        (unassigned if line.client_id is None else by_client.setdefault(line.client_id, [])).append(
            line
        )
    return MonthDraft(
        month,
        by_client,
        unassigned,
        tariffs_by_client(connection),
        month_demand(connection, month),
    )
