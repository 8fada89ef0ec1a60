"""A month as the ledger has it now: whom each meter served for how long, and its energy."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from wattledger.services.month_portions import month_portions
from wattledger.store.assignments import clients_by_id
from wattledger.store.database import Connection
from wattledger.store.months import billed_meters


@dataclass(frozen=True, slots=True)
class MonthTruth:
    """What each meter used for each client, by client id and meter.

    ``served`` is for how long a meter served a client, times its share in millionths; ``unknown``
    are those that served, but of whose energy nothing is known any more.
    """

    energies: Mapping[tuple[str, int], int]
    served: Mapping[tuple[str, int], int]
    unknown: frozenset[tuple[str, int]]

    def was_served(self, client_id: str) -> bool:
        """Tell whether any meter served a client."""
        return any(each == client_id for each, _ in self.served)


def month_truth(connection: Connection, month: date) -> MonthTruth:
    """Return the month that begins on ``month``."""
    clients = clients_by_id(connection)
    energies: dict[tuple[str, int], int] = {}
    served: dict[tuple[str, int], int] = {}
    missing: set[tuple[str, int]] = set()
    for portion in month_portions(connection, billed_meters(connection), month):
        if portion.client_id is None:
            continue
        energy = portion.energy_milliwh
        key = (clients[portion.client_id].public_id, portion.meter.id)
        lasted = (portion.end_at - portion.start_at) * portion.share_ppm
        served[key] = served.get(key, 0) + lasted
        if energy is None:
            missing.add(key)
        else:
            energies[key] = energies.get(key, 0) + energy
    return MonthTruth(energies, served, frozenset(missing - energies.keys()))
