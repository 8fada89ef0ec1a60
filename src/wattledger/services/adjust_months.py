"""Adjustments: what closed months would change by, booked with the next close (LEDGER 6)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from wattledger.domain.month_report import MonthLine
from wattledger.domain.period import next_month
from wattledger.domain.statement import ServedPart
from wattledger.services.accounts import Accounts
from wattledger.services.adjustment_reason import adjustment_reason, moved_edges
from wattledger.services.closed_costs import ClosedCosts
from wattledger.services.last_billed_parts import LastBilledParts
from wattledger.services.month_adjustment import MeterAdjustment, MonthAdjustment
from wattledger.services.month_lines import lines_of
from wattledger.services.month_portions import Portion, known_energy
from wattledger.services.month_statements import MonthDraft, draft_month
from wattledger.services.month_truth import MonthTruth, Portions, month_truth
from wattledger.services.moved_meters import Divided, MovedMeters
from wattledger.services.reprice_month import billed_month, reprice_month
from wattledger.store.closes import billed_so_far, closes_of_client
from wattledger.store.database import Connection


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
    _billed: dict[date, dict[str, dict[int, int]]] = field(default_factory=dict)
    _before: dict[str, dict[date, dict[int, Divided]]] = field(default_factory=dict)
    _accounts: Accounts = field(init=False)
    _costs: ClosedCosts = field(init=False)
    _moved: MovedMeters = field(init=False)
    _parts: LastBilledParts = field(init=False)

    def __post_init__(self) -> None:
        """Look at the costs of closed months, and at what was moved, in the same database."""
        self._accounts = Accounts(self.connection, self.closing)
        self._costs = ClosedCosts(self.connection)
        self._parts = LastBilledParts(self.connection)
        self._moved = MovedMeters(self.connection, self._accounts, self._truth)

    def months(self, client_id: str) -> Iterator[date]:
        """Yield the months of a client that no close bills any more, but by adjustments.

        They are those that are closed, and those between them in which no meter served the client:
        if one turns out to have served it then, nobody can close such a month behind later ones.
        Before the first they are those of which another was billed what served this one.
        """
        yield from sorted(self._before_first(client_id))
        closed = self._accounts.closed(client_id)
        month = closed[0] if closed else None
        while month is not None and month <= closed[-1]:
            yield month
            month = next_month(month)

    def _before_first(self, client_id: str) -> Mapping[date, Mapping[int, Divided]]:
        found = self._before.get(client_id)
        if found is None:
            found = self._before[client_id] = self._moved.before_first(client_id)
        return found

    def was_served(self, client_id: str, month: date) -> bool:
        """Tell whether any meter served a client in a month."""
        return self._truth(month).was_served(client_id)

    def _here(self, client_id: str, month: date) -> Portions:
        """Return the parts of a client's month that are accounted for here, by meter."""
        if self._accounts.counts(client_id, month):
            return self._truth(month).of(client_id)
        before = self._before_first(client_id).get(month, {})
        return {meter: divided.here for meter, divided in before.items()}

    def _elsewhere(self, client_id: str, month: date) -> list[MonthLine]:
        """Return the lines of what was billed elsewhere of a client's month."""
        if self._accounts.counts(client_id, month):
            return []
        before = self._before_first(client_id).get(month, {})
        portions: list[Portion] = []
        for meter, whole in self._truth(month).of(client_id).items():
            portions += before[meter].elsewhere if meter in before else whole
        return lines_of(self.connection, portions, month)

    def changes(self, client_id: str, month: date) -> dict[int, int]:
        """Return truth less billed of a month by meter, where they differ.

        Of what is not known any more nothing is taken back: a missing number is not zero. It is 0
        where a meter that used nothing served in another part of the month than was billed: fees
        hang on that, too.
        """
        billed, here = self._billed_so_far(client_id, month), self._here(client_id, month)
        found: dict[int, int] = {}
        for meter in sorted(billed.keys() | here.keys()):
            portions = here.get(meter, ())
            energy = known_energy(portions)
            by = 0 if energy is None else energy - billed.get(meter, 0)
            if by or self._parts.differ(client_id, month, meter, portions):
                found[meter] = by
        return found

    def has_changed(self, client_id: str) -> bool:
        """Tell whether any closed month of a client is to be adjusted."""
        return bool(self.adjustments_of(client_id))

    def adjustments_of(self, client_id: str) -> list[MonthAdjustment]:
        """Return what a client's closed months would change by; nothing if all is as billed."""
        found: list[MonthAdjustment] = []
        for month in self.months(client_id):
            energies = self.changes(client_id, month)
            if energies or self._costs.may_differ(client_id, month):
                change = self._adjustment(client_id, month, energies)
                found += [change] if any(energies.values()) or change.amount else []
        return found

    def truth_of(self, client_id: str, month: date) -> dict[int, int | None]:
        """Return the energy of a client's month by meter as the ledger has it now, if it does."""
        return self._truth(month).energies(client_id)

    def _truth(self, month: date) -> MonthTruth:
        truth = self._truths.get(month)
        if truth is None:
            truth = self._truths[month] = month_truth(self.connection, month)
        return truth

    def _billed_so_far(self, client_id: str, month: date) -> dict[int, int]:
        billed = self._billed.get(month)
        if billed is None:
            billed = self._billed[month] = {}
            for (client, meter), energy in billed_so_far(self.connection, month).items():
                billed.setdefault(client, {})[meter] = energy
        return billed.get(client_id, {})

    def _draft(self, month: date) -> MonthDraft:
        draft = self._drafts.get(month)
        if draft is None:
            draft = self._drafts[month] = draft_month(self.connection, month)
        return draft

    def _adjustment(
        self, client_id: str, month: date, energies: Mapping[int, int]
    ) -> MonthAdjustment:
        draft, here = self._draft(month), self._here(client_id, month)
        before = self._billed_so_far(client_id, month)
        billed = billed_month(closes_of_client(self.connection, client_id), month)
        lines = draft.lines.get(client_id, ())
        meters: dict[int, MeterAdjustment] = {}
        for meter, by in energies.items():
            parts = tuple(map(ServedPart.of, here.get(meter, ())))
            own = [line for line in lines if line.meter_id == meter]
            sealed = billed.lines_of(meter)
            edges = moved_edges(sealed, month, draft.demand.meters[meter].zone)
            reason = adjustment_reason(billed.parts_of(meter), parts, sealed, own, edges)
            meters[meter] = MeterAdjustment(
                draft.demand.meters[meter], by, before.get(meter, 0), parts, reason
            )
        repriced = reprice_month(
            draft, client_id, billed, lambda: self._elsewhere(client_id, month)
        )
        return MonthAdjustment(month, meters, repriced)
