"""A snapshot of the live page: each endpoint is printed once, however many ask for it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from wattledger.domain.endpoint_status import EndpointStatus
from wattledger.domain.instant import Instant
from wattledger.services.live_change import NO_CHANGES, Changes
from wattledger.services.live_consumption import LiveEndpoint
from wattledger.services.live_totals import live_totals
from wattledger.store.folded import same_name
from wattledger.web.answer import printed
from wattledger.web.live.schemas import live_output, totals_output


@dataclass(frozen=True, slots=True)
class LiveFilter:
    """Which endpoints are wanted; of names and locations capitals make no difference.

    ``site`` is a name or an id, ``search`` a part of name, address or location.
    """

    client: str | None = None
    location: str | None = None
    site: str | None = None
    status: EndpointStatus | None = None
    search: str | None = None

    def chosen(self, pieces: Iterable["Piece"]) -> list["Piece"]:
        """Return those endpoints that are wanted, of those of the client that is."""
        for test in self._tests():
            pieces = filter(test, pieces)
        return list(pieces)

    def _tests(self) -> Iterator[Callable[["Piece"], bool]]:
        """Yield a test for each wish there is: thousands of endpoints are put to it."""
        status, location, site = self.status, self.location, self.site
        if status is not None:
            yield lambda piece: piece.endpoint.status is status
        if location is not None:
            place = same_name(location)
            yield lambda piece: piece.location == place
        if site is not None:
            name = same_name(site)
            yield lambda piece: name in {piece.site, str(piece.endpoint.site_id)}
        if self.search is not None:
            part = self.search.casefold()
            yield lambda piece: part in piece.searched


EVERYTHING = LiveFilter()
"""The filter that all endpoints pass."""


@dataclass(frozen=True, slots=True)
class Piece:
    """An endpoint, how it is printed, and what filters compare, of which capitals do not count."""

    endpoint: LiveEndpoint
    json: bytes
    searched: str
    client: str
    location: str
    site: str

    @classmethod
    def of(cls, endpoint: LiveEndpoint) -> "Piece":
        """Return an endpoint's."""
        searched = "\n".join((endpoint.name, endpoint.address, endpoint.location or ""))
        return cls(
            endpoint,
            printed(live_output(endpoint)),
            searched.casefold(),
            same_name(endpoint.client or ""),
            same_name(endpoint.location or ""),
            same_name(endpoint.site),
        )


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The endpoints that some callers see, by number and in order of name, at an instant."""

    at: Instant
    pieces: Mapping[int, Piece]
    totals: bytes
    changes: Changes = field(default_factory=dict)
    _of_clients: dict[str, list[Piece]] = field(default_factory=dict, compare=False)

    def after(
        self, live: Mapping[int, LiveEndpoint], at: Instant, changes: Changes = NO_CHANGES
    ) -> "Snapshot":
        """Return the snapshot of what is now; this one itself when nothing changed."""
        pieces = {number: self._piece(number, endpoint) for number, endpoint in live.items()}
        totals = _totals(live.values(), at, changes)
        if totals == self.totals and pieces == self.pieces:
            return self
        return Snapshot(at, pieces, totals, changes)

    def _piece(self, number: int, endpoint: LiveEndpoint) -> Piece:
        before = self.pieces.get(number)
        if before is not None and before.endpoint is endpoint:
            return before
        return Piece.of(endpoint)

    def delta(self, after: "Snapshot") -> bytes:
        """Return what leads from this snapshot to a later one, as JSON."""
        changed = [
            piece.json
            for number, piece in after.pieces.items()
            if self.pieces.get(number) is not piece
        ]
        removed = [
            b'"%b"' % piece.endpoint.id.encode()
            for number, piece in self.pieces.items()
            if number not in after.pieces
        ]
        return b'{"changed":[%b],"removed":[%b],"totals":%b}' % (
            b",".join(changed),
            b",".join(removed),
            after.totals,
        )

    def body(self, wanted: LiveFilter, name: str) -> bytes:
        """Return the answer with the endpoints that are wanted; the snapshot is called ``name``."""
        if wanted == EVERYTHING:
            pieces, totals = list(self.pieces.values()), self.totals
        else:
            pieces = wanted.chosen(self._of_client(wanted.client))
            totals = _totals((piece.endpoint for piece in pieces), self.at, self.changes)
        return b'{"success":true,"data":[%b],"totals":%b,"snapshot":"%b"}' % (
            b",".join(piece.json for piece in pieces),
            totals,
            name.encode(),
        )

    def _of_client(self, client: str | None) -> Iterable[Piece]:
        """Return the endpoints of a client, sorted out once for all clients; all for None."""
        if client is None:
            return self.pieces.values()
        if not self._of_clients:
            for piece in self.pieces.values():
                if piece.client:
                    self._of_clients.setdefault(piece.client, []).append(piece)
        return self._of_clients.get(same_name(client), ())


def _totals(endpoints: Iterable[LiveEndpoint], at: Instant, changes: Changes) -> bytes:
    return printed(totals_output(live_totals(endpoints, at, changes)))


EMPTY = Snapshot(0, {}, b"")
"""What was seen before anything was looked at."""
