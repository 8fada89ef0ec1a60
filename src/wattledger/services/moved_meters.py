"""Meters that are found to have served a client before the first month that it closed (LEDGER 6).

Such a month was billed elsewhere, for all that is known, but for what another client was billed
and gives back: that is billed to whom the meter served.
"""

from collections.abc import Callable
from datetime import date
from itertools import accumulate

from wattledger.reports.stored_statement import statement_from_json
from wattledger.services.month_truth import MonthTruth
from wattledger.store.closes import closed_month
from wattledger.store.database import Connection
from wattledger.store.moved_energy import BilledBefore, billed_before, billed_steps


class MovedMeters:
    """Looks once for what was moved, for all clients."""

    def __init__(self, connection: Connection, truth: Callable[[date], MonthTruth]) -> None:
        self._connection = connection
        self._truth = truth
        self._billed: list[BilledBefore] | None = None

    def since(self, client_id: str, first: date) -> dict[int, date]:
        """Return the meters that count for a client before its first month, and since when.

        From the first month on of which another gave a meter back, it is the client's.
        """
        if self._billed is None:
            self._billed = billed_before(self._connection)
        found: dict[int, date] = {}
        for each in self._billed:
            is_open = each.client_id == client_id and each.meter_id not in found
            if is_open and each.month < first and self._is_moved(each):
                found[each.meter_id] = each.month
        return found

    def _is_moved(self, each: BilledBefore) -> bool:
        """Tell whether a client gives back what it was billed because the meter served another.

        It was billed more, and the meter served it for less time or with less of a share than its
        sealed lines say: a reading that is corrected changes neither. What came by an adjustment is
        on no line.
        """
        if each.billed_to == each.client_id:
            return True
        now, (other, meter) = self._truth(each.month), (each.billed_to, each.meter_id)
        if (each.client_id, meter) not in now.served:
            return False
        steps = billed_steps(self._connection, each)
        if max(accumulate(steps)) <= now.energies.get((other, meter), 0):
            return False
        sealed = self._sealed(each)
        adjusted = steps[1:] if sealed else steps
        return any(step > 0 for step in adjusted) or now.served.get((other, meter), 0) < sealed

    def _sealed(self, each: BilledBefore) -> int:
        """Return for how long, times its share, a meter served by the lines of the close."""
        closed = closed_month(self._connection, each.billed_to, each.month)
        lines = () if closed is None else statement_from_json(closed.document).lines
        return sum(
            (line.end_at - line.start_at) * line.share_ppm
            for line in lines
            if line.meter_id == each.meter_id
        )
