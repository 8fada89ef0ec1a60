"""Watch all endpoints: asked again and again, it works out anew only what changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from wattledger.domain.instant import Instant
from wattledger.services.live_consumption import LiveEndpoint, assess
from wattledger.store.database import Connection
from wattledger.store.live import (
    EndpointNow,
    MeterRows,
    all_rows,
    endpoint_of,
    meters_of,
    shown_of_people,
    some_rows,
    state_versions,
)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was read: ``people`` and ``versions`` tell whether ``rows`` are still so.

    ``places`` are the endpoints of meters.
    """

    people: object = None
    versions: Mapping[int, int] = field(default_factory=dict)
    rows: Mapping[int, MeterRows] = field(default_factory=dict)
    places: Mapping[int, int] = field(default_factory=dict)

    def now(self, connection: Connection) -> "_Seen":
        """Return what is to be seen now.

        To read all rows takes seven times as long as to read what people change and which meters
        were booked. These are read first: what is written meanwhile is found the next time.
        """
        people, versions = shown_of_people(connection), state_versions(connection)
        if people != self.people or versions.keys() != self.versions.keys():
            rows = all_rows(connection)
            places = {each: number for number in rows for each in meters_of(rows[number])}
            return _Seen(people, versions, rows, places)
        booked = {each for each in versions if versions[each] != self.versions[each]}
        numbers = {self.places[each] for each in booked & self.places.keys()}
        rows = {**self.rows, **some_rows(connection, sorted(numbers))}
        return _Seen(people, versions, rows, self.places)


class LiveWatch:
    """All endpoints as they were when it last looked, by number and in order of name.

    What did not change is the same object as before. It is not for several threads at once.
    """

    def __init__(self) -> None:
        self.endpoints: dict[int, EndpointNow] = {}
        self.live: dict[int, LiveEndpoint] = {}
        self._seen = _Seen()

    def look(self, connection: Connection, now: Instant) -> None:
        """Look at all of them as they are at an instant."""
        seen, before = self._seen.now(connection), self._seen.rows
        rows = seen.rows
        changed = {
            number
            for number, row in rows.items()
            if before.get(number) is not row and before.get(number) != row
        }
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
        self._seen = seen

    def of_meters(self, meter_ids: Iterable[int]) -> list[EndpointNow]:
        """Return the endpoints that have any of these meters, by name."""
        places = self._seen.places
        numbers = {places[number] for number in meter_ids if number in places}
        found = [self.endpoints[number] for number in numbers if number in self.endpoints]
        return sorted(found, key=lambda endpoint: (endpoint.name, endpoint.id))

    def _is_steady(self, number: int, now: Instant) -> bool:
        """Tell whether time alone changes nothing yet: overdue ones depend on their attempts."""
        until = self.live[number].steady_until
        return until is None or now <= until

    def _live(self, number: int, assessed: dict[int, LiveEndpoint]) -> LiveEndpoint:
        after = assessed.get(number)
        if after is None:
            return self.live[number]
        before = self.live.get(number)
        return before if before is not None and before == after else after
