"""What one client may see: the meters that serve or served it, when, and its share of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from wattledger.domain.assignment import WHOLE_PPM, Assignment, share_of, spans
from wattledger.domain.instant import Instant

FOREVER: Instant = 2**63 - 1
"""The end of what has none yet."""


@dataclass(frozen=True, slots=True)
class OwnSpan:
    """The part ``[start_at, end_at)`` of time in which a meter serves the client with one share.

    ``shares`` are those of all that it serves then, in millionths, ``place`` which of them is the
    client's: by these the client's part is the same to the mWh as on its statement.
    """

    start_at: Instant
    end_at: Instant
    shares: tuple[int, ...]
    place: int

    @property
    def share_ppm(self) -> int:
        """Return the client's share in millionths."""
        return self.shares[self.place]

    def share(self, value: int, before: int = 0) -> int:
        """Return the client's part of a value of the meter, as ``share_of`` gives it."""
        return share_of(value, self.shares, before)[self.place]

    def part(self, value: int) -> int:
        """Return the client's part of a power or current, rounded down."""
        return value * self.share_ppm // WHOLE_PPM

    def holds(self, at: Instant) -> bool:
        """Tell whether an instant lies in the span."""
        return self.start_at <= at < self.end_at


@dataclass(frozen=True, slots=True)
class OwnView:
    """A client, and when each meter that serves or ever served it did so, in order of time.

    What is not in here is not the client's: it is as if it were not there.
    """

    client_id: str
    client: str
    meters: Mapping[int, Sequence[OwnSpan]]

    def spans(
        self, meter_id: int, start: Instant | None = None, end: Instant | None = None
    ) -> list[OwnSpan]:
        """Return when a meter served the client within ``[start, end)``, cut at its edges."""
        first, last = 0 if start is None else start, FOREVER if end is None else end
        cut = (
            replace(each, start_at=max(each.start_at, first), end_at=min(each.end_at, last))
            for each in self.meters.get(meter_id, ())
        )
        return [each for each in cut if each.start_at < each.end_at]

    def span_at(self, meter_id: int, at: Instant) -> OwnSpan | None:
        """Return the whole span in which a meter serves the client at an instant, if it does."""
        return next((each for each in self.meters.get(meter_id, ()) if each.holds(at)), None)

    def now(self, at: Instant) -> dict[int, OwnSpan]:
        """Return the meters that serve the client at an instant, and since when and how far."""
        return {
            meter_id: each
            for meter_id, own in self.meters.items()
            for each in own
            if each.holds(at)
        }


def own_spans(assignments: Iterable[Assignment], client_id: str) -> list[OwnSpan]:
    """Return when one meter serves a client, from the assignments of all that it serves."""
    return [
        OwnSpan(each.start_at, each.end_at, tuple(one.share_ppm for one in each.shares), place)
        for each in spans(assignments, 0, FOREVER)
        for place, share in enumerate(each.shares)
        if share.client_id == client_id
    ]
