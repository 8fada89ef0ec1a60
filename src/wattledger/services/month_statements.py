"""The statements of a month as they are now: lines, demand and charges of each client."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from wattledger.domain.earlier import Earlier
from wattledger.domain.instant import Instant
from wattledger.domain.month_report import MonthLine, MonthState
from wattledger.domain.period import Calendar, calendar
from wattledger.domain.statement import Statement
from wattledger.domain.tariff import Tariff
from wattledger.services.closing_readings import naming_reads
from wattledger.services.month_demand import MonthDemand, month_demand
from wattledger.services.month_lines import compared_month
from wattledger.services.price_month import has_begun, price_month
from wattledger.store.client_tariffs import tariffs_by_client
from wattledger.store.database import Connection


@dataclass(frozen=True, slots=True)
class MonthDraft:
    """A month's lines by client id, not yet measured nor priced.

    ``unassigned`` are the lines that serve nobody. ``previous`` and ``year_ago`` are what earlier
    months came to by client id, of nobody under None.
    """

    month: date
    lines: Mapping[str, Sequence[MonthLine]]
    unassigned: Sequence[MonthLine]
    tariffs: Mapping[str, Tariff]
    demand: MonthDemand
    previous: Mapping[str | None, Earlier]
    year_ago: Mapping[str | None, Earlier]

    def counted(self, client_id: str, now: Instant) -> Statement:
        """Return a client's energy as it is now: a statement without demand and charges.

        It is open while the month runs, then provisional.
        """
        lines = self.lines[client_id]
        return Statement(
            month=self.month,
            zone=self.calendar(client_id).zone_on(self.month),
            state=MonthState.PROVISIONAL if self.end_of(client_id) <= now else MonthState.OPEN,
            client_id=client_id,
            client=lines[0].client or "",
            lines=tuple(lines),
            peak=None,
            previous=self.previous.get(client_id, Earlier()),
            year_ago=self.year_ago.get(client_id, Earlier()),
        )

    def measured(self, client_id: str, now: Instant) -> Statement:
        """Return a client's statement as it is now, without charges."""
        measured, peak = self.demand.peaks(self.lines[client_id])
        lines = naming_reads(self.demand.connection, measured)
        return replace(self.counted(client_id, now), lines=tuple(lines), peak=peak)

    def statement(self, client_id: str, now: Instant) -> Statement:
        """Return a client's statement as it is now, with its charges if it has a tariff by then."""
        statement = self.measured(client_id, now)
        tariff = self.tariff_of(client_id)
        if tariff is None:
            return statement
        days = self.calendar(client_id)
        priced = price_month(tariff, self.month, days, statement.lines, statement.peak)
        return replace(
            statement, currency=priced.currency, charges=priced.charges, notes=priced.notes
        )

    def tariff_of(self, client_id: str) -> Tariff | None:
        """Return what a client pays by in this month; None where nothing is agreed yet."""
        tariff = self.tariffs.get(client_id)
        return tariff if tariff is not None and has_begun(tariff, self.month) else None

    def calendar(self, client_id: str) -> Calendar:
        """Return the local days of a client's first meter: those of the statement."""
        return calendar(self.demand.meters[self.lines[client_id][0].meter_id].zone)

    def end_of(self, client_id: str) -> Instant:
        """Return when the month is over at all of a client's meters."""
        zones = {self.demand.meters[line.meter_id].zone for line in self.lines[client_id]}
        return max(calendar(zone).month_span(self.month)[1] for zone in zones)


def draft_month(
    connection: Connection, month: date, meter_ids: Collection[int] | None = None
) -> MonthDraft:
    """Return the month that begins on ``month``, to be measured and priced client by client.

    With ``meter_ids``, which are all that ever served a client, it is of that client alone.
    """
    by_client: dict[str, list[MonthLine]] = {}
    unassigned: list[MonthLine] = []
    compared = compared_month(connection, month, meter_ids)
    for line in compared.lines:
        (unassigned if line.client_id is None else by_client.setdefault(line.client_id, [])).append(
            line
        )
    return MonthDraft(
        month,
        by_client,
        unassigned,
        tariffs_by_client(connection),
        month_demand(connection, month),
        compared.previous,
        compared.year_ago,
    )
