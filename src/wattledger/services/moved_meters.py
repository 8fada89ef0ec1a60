"""Meters that are found to have served a client before the first month that it closed (LEDGER 6).

Such a month was billed elsewhere, for all that is known, but for what another client was billed
and gives back: that is billed to whom the meter served, and no more of it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise

from wattledger.domain.instant import Instant
from wattledger.domain.period import calendar, next_month
from wattledger.domain.statement import ServedPart
from wattledger.services.accounts import Accounts
from wattledger.services.billed_parts import BilledParts, billed_parts
from wattledger.services.closed_statement import statement_of
from wattledger.services.month_portions import Portion, between
from wattledger.services.month_truth import MonthTruth
from wattledger.store.closes import closed_month
from wattledger.store.database import Connection
from wattledger.store.moved_energy import billed_before


@dataclass(frozen=True, slots=True)
class Divided:
    """What a meter used for a client in a month: billed ``here``, or ``elsewhere`` before."""

    here: tuple[Portion, ...] = ()
    elsewhere: tuple[Portion, ...] = ()


class MovedMeters:
    """Looks once for what was moved, for all clients."""

    def __init__(
        self, connection: Connection, accounts: Accounts, truth: Callable[[date], MonthTruth]
    ) -> None:
        self._connection = connection
        self._accounts = accounts
        self._truth = truth
        self._candidates: Mapping[str, Mapping[int, set[date]]] | None = None

    def before_first(self, client_id: str) -> dict[date, dict[int, Divided]]:
        """Return the months before a client's first by meter, as far as others were billed them.

        Where nothing is ``here`` there may be something that the client was billed and gives back.
        """
        first = self._accounts.first(client_id)
        found: dict[date, dict[int, Divided]] = {}
        for meter_id, months in self._billed(client_id).items():
            before = {month for month in months if first is not None and month < first}
            for month, divided in self._of_meter(client_id, meter_id, before):
                found.setdefault(month, {})[meter_id] = divided
        return found

    def _billed(self, client_id: str) -> Mapping[int, set[date]]:
        if self._candidates is None:
            found: dict[str, dict[int, set[date]]] = {}
            for each in billed_before(self._connection):
                months = found.setdefault(each.client_id, {}).setdefault(each.meter_id, set())
                months.add(each.month)
            self._candidates = found
        return self._candidates.get(client_id, {})

    def _of_meter(
        self, client_id: str, meter_id: int, billed: set[date]
    ) -> Iterator[tuple[date, Divided]]:
        """Yield the months of a meter that count for a client.

        They are those that were billed, and behind them those that nobody else can have billed.
        """
        month, first = min(billed, default=None), self._accounts.first(client_id)
        unbilled: dict[str, int] = {}
        while month is not None and first is not None and month < first:
            # Who closes a month of its own again has said by that whether the meter served it.
            unbilled = {
                other: share
                for other, share in unbilled.items()
                if month not in self._accounts.closed(other)
            }
            if month in billed or unbilled:
                portions = self._truth(month).of(client_id).get(meter_id, ())
                parts = self._parts(meter_id, month, portions)
                divided = self._divided(month, portions, parts, sum(unbilled.values()))
                yield month, divided
                if parts.closed or not portions:
                    unbilled = self._unbilled(client_id, month, parts, divided.here)
            month = next_month(month)

    def _parts(self, meter_id: int, month: date, portions: Sequence[Portion]) -> BilledParts:
        if not portions:
            return BilledParts({}, ())
        whole = calendar(portions[0].meter.zone).month_span(month)
        return billed_parts(self._connection, meter_id, month, whole)

    def _unbilled(
        self, client_id: str, month: date, parts: BilledParts, here: Sequence[Portion]
    ) -> dict[str, int]:
        """Return whose share of a meter nobody else can have billed behind a closed month.

        Both ends of the time behind it must tell that the meter was moved: it was given back up to
        there, and the client's first statement begins without it, though it served by now.
        """
        if not here:
            return {}
        end = calendar(here[-1].meter.zone).month_span(month)[1]
        is_moved = here[-1].end_at >= end and self._was_missed(client_id, here[-1])
        return parts.closed_up_to(end) if is_moved else {}

    def _was_missed(self, client_id: str, moved: Portion) -> bool:
        """Tell whether a client's first statement does not begin with a meter, though it served."""
        meter, first = moved.meter, self._accounts.first(client_id)
        closed = None if first is None else closed_month(self._connection, client_id, first)
        if closed is None:
            return False
        start = calendar(meter.zone).month_span(closed.month)[0]
        lines = statement_of(closed).lines
        was = any(line.meter_id == meter.id and line.start_at <= start for line in lines)
        portions = self._truth(closed.month).of(client_id).get(meter.id, ())
        return not was and any(portion.start_at <= start for portion in portions)

    def _divided(
        self, month: date, portions: Sequence[Portion], parts: BilledParts, unbilled: int
    ) -> Divided:
        """Return portions of one meter divided by what was billed and serves no such client now."""
        serving = [
            portion
            for meter_id in {each.meter.id for each in portions}
            for client_id, portion in self._truth(month).serving(meter_id)
            if self._accounts.counts(client_id, month)
        ]
        edges = _edges([*serving, *portions, *parts.all])

        def given_back(at: Instant) -> int:
            served = sum(each.share_ppm for each in serving if each.start_at <= at < each.end_at)
            return max(0, max(parts.share_at(at), unbilled) - served)

        here: list[Portion] = []
        elsewhere: list[Portion] = []
        for portion in portions:
            for start, end, share in _runs(edges, portion, given_back):
                part = between(self._connection, portion, start, end)
                one, rest = part.parted(share)
                here += [one] if one.share_ppm else []
                elsewhere += [rest] if rest.share_ppm else []
        return Divided(tuple(here), tuple(elsewhere))


def _edges(parts: Iterable[Portion | ServedPart]) -> list[Instant]:
    return sorted({at for each in parts for at in (each.start_at, each.end_at)})


def _runs(
    edges: Sequence[Instant], portion: Portion, given_back: Callable[[Instant], int]
) -> Iterator[tuple[Instant, Instant, int]]:
    """Yield the runs of a portion in which the same of its share was given back, and how much."""
    inside = [each for each in edges if portion.start_at <= each <= portion.end_at]
    spans = (
        (start, end, min(portion.share_ppm, given_back(start))) for start, end in pairwise(inside)
    )
    for share, run in groupby(spans, key=lambda span: span[2]):
        same = list(run)
        yield same[0][0], same[-1][1], share
