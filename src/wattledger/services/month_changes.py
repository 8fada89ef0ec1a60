"""What a closed month would change by: the truth less what was billed and adjusted (LEDGER 6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from wattledger.domain.errors import NotFoundError
from wattledger.services.adjust_months import MonthAdjuster
from wattledger.store.closes import billed_and_adjusted, closed_month
from wattledger.store.database import Database
from wattledger.store.months import billed_meters


@dataclass(frozen=True, slots=True)
class MeterChange:
    """One meter of a closed month: what was billed first, adjusted since, and is the truth now.

    The truth is None where it is not known any more, and 0 where the meter did not serve.
    """

    endpoint_id: str
    endpoint: str
    meter_id: int
    meter: str
    billed_milliwh: int
    adjusted_milliwh: int
    truth_milliwh: int | None

    @property
    def would_change_milliwh(self) -> int:
        """Return what the next close adjusts it by: of what is not known, nothing."""
        if self.truth_milliwh is None:
            return 0
        return self.truth_milliwh - self.billed_milliwh - self.adjusted_milliwh


@dataclass(frozen=True, slots=True)
class MonthChanges:
    """A closed month against the truth of now.

    ``amount`` is what the next close adjusts before VAT, in ``currency``; None without tariff, and
    where nothing changed.
    """

    client_id: str
    month: date
    meters: Sequence[MeterChange]
    amount: Decimal | None
    currency: str | None


def month_changes(database: Database, client_id: str, month: date) -> MonthChanges:
    """Return what a client's closed month would change by; NotFoundError while it is not closed."""
    with database.connect() as connection:
        if closed_month(connection, client_id, month) is None:
            raise NotFoundError(
                f"{month:%Y-%m} is not closed for this client, so nothing of it is billed yet."
            )
        billed = billed_and_adjusted(connection, client_id, month)
        adjuster = MonthAdjuster(connection)
        truth = adjuster.truth_of(client_id, month)
        known = {each.id: each for each in billed_meters(connection)}
        changed = [each for each in adjuster.adjustments_of(client_id) if each.month == month]
    meters: list[MeterChange] = []
    for meter_id in sorted(truth.keys() | billed.keys()):
        meter = known[meter_id]
        place = (meter.endpoint_id, meter.endpoint, meter_id, meter.key)
        meters.append(MeterChange(*place, *billed.get(meter_id, (0, 0)), truth.get(meter_id, 0)))
    amount = changed[0].amount if changed else None
    currency = changed[0].currency if changed else None
    return MonthChanges(client_id, month, meters, amount, currency)
