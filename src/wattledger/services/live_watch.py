"""Watch all endpoints: asked again and again, it works out anew only what changed."""

from collections.abc import Iterable

from wattledger.domain.instant import Instant
from wattledger.services.live_consumption import LiveEndpoint, assess
from wattledger.store.database import Connection
from wattledger.store.live import EndpointNow, MeterRows, all_rows, endpoint_of


class LiveWatch:
    """All endpoints as they were when it last looked, by number and in order of name.

    What did not change is the same object as before. It is not for several threads at once.
    """

    def __init__(self) -> None:
        self.endpoints: dict[int, EndpointNow] = {}
        self.live: dict[int, LiveEndpoint] = {}
        self._rows: dict[int, MeterRows] = {}
        self._places: dict[int, int] | None = None

    def look(self, connection: Connection, now: Instant) -> None:
        """Look at all of them as they are at an instant."""
        rows = all_rows(connection)
        changed = {number for number, row in rows.items() if self._rows.get(number) != row}
        self.endpoints = {
            number: endpoint_of(row) if number in changed else self.endpoints[number]
            for number, row in rows.items()
        }
        doubtful = [
            endpoint
            for number, endpoint in self.endpoints.items()
            if number in changed or not self._is_steady(number, now)
        ]
        assessed = assess(connection, doubtful, now)
        self.live = {number: self._live(number, assessed) for number in rows}
        self._rows = rows
        if changed:
            self._places = None

    def of_meters(self, meter_ids: Iterable[int]) -> list[EndpointNow]:
        """Return the endpoints that have any of these meters, by name."""
        if self._places is None:
            self._places = {m.id: e.id for e in self.endpoints.values() for m in e.meters}
        numbers = {self._places[number] for number in meter_ids if number in self._places}
        found = [self.endpoints[number] for number in numbers if number in self.endpoints]
        return sorted(found, key=lambda endpoint: (endpoint.name, endpoint.id))

    def _is_steady(self, number: int, now: Instant) -> bool:
        """Tell whether time alone changes nothing yet: overdue ones depend on their attempts."""
        until = self.live[number].steady_until
        return until is None or now <= until

    def _live(self, number: int, assessed: dict[int, LiveEndpoint]) -> LiveEndpoint:
        before = self.live.get(number)
        after = assessed.get(number, before)
        if after is None:
            raise KeyError(number)
        return before if before is not None and before == after else after
