"""Watch all endpoints: asked again and again, it works out anew only what changed."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from math import inf
from typing import TypeVar

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

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was read: ``people`` and ``versions`` tell whether ``rows`` are still so.

    ``places`` are the endpoints of meters, ``changed`` those that are not as they were before;
    where all rows ``are_new``, their order may be another, too.
    """

    people: object = None
    versions: Mapping[int, int] = field(default_factory=dict)
    rows: Mapping[int, MeterRows] = field(default_factory=dict)
    places: Mapping[int, int] = field(default_factory=dict)
    changed: Collection[int] = ()
    are_new: bool = True

    def now(self, connection: Connection) -> "_Seen":
        """Return what is to be seen now.

        To read all rows takes seven times as long as to read what people change and which meters
        were booked. These are read first: what is written meanwhile is found the next time.
        """
        people, versions = shown_of_people(connection), state_versions(connection)
        if people != self.people or versions.keys() != self.versions.keys():
            rows = all_rows(connection)
            places = {each: number for number in rows for each in meters_of(rows[number])}
            return _Seen(people, versions, rows, places, self._changed(rows))
        booked = {each for each in versions if versions[each] != self.versions[each]}
        numbers = {self.places[each] for each in booked & self.places.keys()}
        rows = some_rows(connection, sorted(numbers))
        changed = self._changed(rows)
        return _Seen(people, versions, {**self.rows, **rows}, self.places, changed, are_new=False)

    def together(self, before: dict[int, _T], fresh: Mapping[int, _T]) -> dict[int, _T]:
        """Return what was seen before with what changed of it, in order of the rows."""
        if self.are_new:
            return {n: fresh[n] if n in fresh else before[n] for n in self.rows}
        return {**before, **fresh}

    def _changed(self, rows: Mapping[int, MeterRows]) -> list[int]:
        return [number for number, row in rows.items() if self.rows.get(number) != row]


@dataclass(slots=True)
class _Overdue:
    """Those that time alone changes, and until when it changes none of the others."""

    numbers: set[int] = field(default_factory=set)
    steady_until: float = inf

    def copy(self) -> "_Overdue":
        """Return one that is noted in while this one stays."""
        return _Overdue(set(self.numbers), self.steady_until)

    def note(self, number: int, endpoint: LiveEndpoint, now: Instant) -> None:
        """Note until when an endpoint is as it is: overdue ones depend on their attempts."""
        until = inf if endpoint.steady_until is None else endpoint.steady_until
        if until < now:
            self.numbers.add(number)
        else:
            self.numbers.discard(number)
            self.steady_until = min(self.steady_until, until)


class LiveWatch:
    """All endpoints as they were when it last looked, by number and in order of name.

    What did not change is the same object as before. It is not for several threads at once.
    """

    def __init__(self) -> None:
        self.endpoints: dict[int, EndpointNow] = {}
        self.live: dict[int, LiveEndpoint] = {}
        self._seen = _Seen()
        self._overdue = _Overdue(steady_until=-inf)

    def look(self, connection: Connection, now: Instant) -> None:
        """Look at all of them as they are at an instant; all is as before where that fails."""
        seen = self._seen.now(connection)
        fresh = {number: endpoint_of(seen.rows[number]) for number in seen.changed}
        endpoints = seen.together(self.endpoints, fresh)
        overdue = self._overdue_now(seen, now)
        doubtful = {*seen.changed, *overdue.numbers}
        assessed = assess(connection, map(endpoints.__getitem__, doubtful), now)
        for number, each in assessed.items():
            overdue.note(number, each, now)
        changed = {n: each for n, each in assessed.items() if self.live.get(n) != each}
        live = seen.together(self.live, changed)
        self._seen, self._overdue = seen, overdue
        self.endpoints, self.live = endpoints, live

    def of_meters(self, meter_ids: Iterable[int]) -> list[EndpointNow]:
        """Return the endpoints that have any of these meters, by name."""
        places = self._seen.places
        numbers = {places[number] for number in meter_ids if number in places}
        found = [self.endpoints[number] for number in numbers if number in self.endpoints]
        return sorted(found, key=lambda endpoint: (endpoint.name, endpoint.id))

    def _overdue_now(self, seen: _Seen, now: Instant) -> _Overdue:
        """Return those that time alone changes, as far as what was seen before tells them."""
        if not seen.are_new and now <= self._overdue.steady_until:
            return self._overdue.copy()
        overdue = _Overdue()
        for number in seen.rows.keys() & self.live.keys():
            overdue.note(number, self.live[number], now)
        return overdue
