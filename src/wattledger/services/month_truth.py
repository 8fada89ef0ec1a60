"""A month as the ledger has it now: whom each meter served in which part, and its energy."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from wattledger.services.month_portions import Portion, known_energy, month_portions
from wattledger.store.assignments import clients_by_id
from wattledger.store.database import Connection
from wattledger.store.months import billed_meters

Portions: TypeAlias = Mapping[int, Sequence[Portion]]
"""The parts of a client's month by meter, in order of time."""


@dataclass(frozen=True, slots=True)
class MonthTruth:
    """The portions of each client's month, by client id."""

    portions: Mapping[str, Portions]

    def of(self, client_id: str) -> Portions:
        """Return a client's portions by meter."""
        return self.portions.get(client_id, {})

    def was_served(self, client_id: str) -> bool:
        """Tell whether any meter served a client."""
        return bool(self.of(client_id))

    def energies(self, client_id: str) -> dict[int, int | None]:
        """Return what each meter used for a client; None where it is not known."""
        return {meter: known_energy(portions) for meter, portions in self.of(client_id).items()}

    def serving(self, meter_id: int) -> Iterator[tuple[str, Portion]]:
        """Yield whom a meter served, and the parts."""
        for client_id, portions in self.portions.items():
            for portion in portions.get(meter_id, ()):
                yield client_id, portion


def month_truth(connection: Connection, month: date) -> MonthTruth:
    """Return the month that begins on ``month``."""
    clients = clients_by_id(connection)
    found: dict[str, dict[int, list[Portion]]] = {}
    for portion in month_portions(connection, billed_meters(connection), month):
        if portion.client_id is not None:
            meters = found.setdefault(clients[portion.client_id].public_id, {})
            meters.setdefault(portion.meter.id, []).append(portion)
    return MonthTruth(found)
