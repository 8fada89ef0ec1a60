"""Which meter counts in which series of a history, in which part of time, with which share."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from wattledger.domain.assignment import WHOLE_PPM, Assignment
from wattledger.domain.instant import Instant
from wattledger.domain.own_view import OwnSpan, OwnView, own_spans
from wattledger.domain.period import calendar
from wattledger.services.endpoint_figure import counting
from wattledger.services.history_ask import Chosen, Grouping, HistoryAsk
from wattledger.services.month_portions import shown_meters
from wattledger.store.assignments import assignments_between, clients_by_id
from wattledger.store.database import Connection
from wattledger.store.history_meters import HistoryMeter, known_months

_WHOLE = (WHOLE_PPM,)
_TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Head:
    """Whose a series is."""

    id: str
    name: str
    client: str | None


TOTAL_HEAD = Head(_TOTAL, "Total", None)


@dataclass(frozen=True, slots=True)
class Use:
    """A meter counts in the series of a number, in these parts of time, with these shares.

    The spans begin where the shares did, which may be before the history does.
    """

    meter: HistoryMeter
    series: int
    spans: Sequence[OwnSpan]


@dataclass(slots=True)
class Uses:
    """The series of a history, and the meters that count in them."""

    heads: list[Head] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)
    _numbers: dict[str, int] = field(default_factory=dict)

    def series(self, head: Head) -> int:
        """Return the number of a series; a new one is the last."""
        number = self._numbers.setdefault(head.id, len(self.heads))
        if number == len(self.heads):
            self.heads.append(head)
        return number

    def add(self, head: Head, meter: HistoryMeter, spans: Sequence[OwnSpan]) -> None:
        """Let a meter count in a series."""
        self.uses.append(Use(meter, self.series(head), spans))


def uses_between(
    connection: Connection,
    ask: HistoryAsk,
    chosen: Chosen,
    view: OwnView | None,
    span: tuple[Instant, Instant],
) -> Uses:
    """Return what counts in a part of time."""
    found = Uses()
    if view is not None:
        _add_own(found, ask, chosen, view, span)
    elif chosen.clients is not None or ask.by is Grouping.CLIENT:
        _add_served(connection, found, ask, chosen, span)
    elif ask.by is Grouping.TOTAL and not ask.endpoints:
        for meter, spans in _reported(connection, chosen.meters, span):
            found.add(TOTAL_HEAD, meter, spans)
    else:
        _add_endpoints(found, ask, chosen, span)
    if ask.by is Grouping.TOTAL:
        found.series(TOTAL_HEAD)
    return found


def _add_endpoints(
    found: Uses, ask: HistoryAsk, chosen: Chosen, span: tuple[Instant, Instant]
) -> None:
    """Let endpoints in use count as everywhere: their meter ``total``, else all their meters."""
    by_endpoint: defaultdict[str, list[HistoryMeter]] = defaultdict(list)
    for meter in chosen.meters:
        if not meter.is_deleted:
            by_endpoint[meter.endpoint_id].append(meter)
    whole = [OwnSpan(*span, _WHOLE, 0)]
    for meters in by_endpoint.values():
        head = _head(ask.by, meters[0], None)
        found.series(head)
        for meter in counting(meters):
            found.add(head, meter, whole)


def _head(by: Grouping, meter: HistoryMeter, client: Head | None) -> Head:
    """Return the head of the series that a meter counts in while it serves a client."""
    if by is Grouping.ENDPOINT:
        name = meter.client if client is None else client.name
        return Head(meter.endpoint_id, meter.endpoint, name)
    return TOTAL_HEAD if by is Grouping.TOTAL or client is None else client


def _add_own(
    found: Uses, ask: HistoryAsk, chosen: Chosen, view: OwnView, span: tuple[Instant, Instant]
) -> None:
    client = Head(view.client_id, view.client, view.client)
    if ask.by is Grouping.CLIENT:
        found.series(client)
    for meter in chosen.meters:
        spans = _within(view.meters[meter.id], span)
        if ask.endpoints or spans:
            found.add(_head(ask.by, meter, client), meter, spans)


def _add_served(
    connection: Connection,
    found: Uses,
    ask: HistoryAsk,
    chosen: Chosen,
    span: tuple[Instant, Instant],
) -> None:
    """Let meters count while they served clients, with their shares."""
    known = clients_by_id(connection)
    wanted = known if chosen.clients is None else {str(each.id): each for each in chosen.clients}
    heads = {key: Head(row.public_id, row.name, row.name) for key, row in wanted.items()}
    if ask.by is Grouping.CLIENT and chosen.clients is not None:
        for head in heads.values():
            found.series(head)
    served = _served(connection, chosen.meters, span)
    pairs = [
        (heads[client_id], meter, spans)
        for meter in chosen.meters
        for client_id, spans in served.get(meter.id, {}).items()
        if client_id in heads
    ]
    if chosen.clients is None:
        pairs.sort(key=lambda each: each[0].name.casefold())
    for client, meter, spans in pairs:
        found.add(_head(ask.by, meter, client), meter, spans)


def _served(
    connection: Connection, meters: Sequence[HistoryMeter], span: tuple[Instant, Instant]
) -> Mapping[int, Mapping[str, Sequence[OwnSpan]]]:
    """Return when meters served clients: by meter and client.

    What held since the beginning of the month is looked at too: shares are summed up from there.
    """
    zones = {each.zone for each in meters}
    since = min((_month_start(zone, span[0]) for zone in zones), default=span[0])
    numbers = [each.id for each in meters]
    assigned = assignments_between(connection, since, span[1], numbers)
    return {number: dict(_by_client(terms, span)) for number, terms in assigned.items()}


def _by_client(
    terms: Sequence[Assignment], span: tuple[Instant, Instant]
) -> Iterator[tuple[str, Sequence[OwnSpan]]]:
    for client_id in dict.fromkeys(each.client_id for each in terms):
        spans = _within(own_spans(terms, client_id), span)
        if spans:
            yield client_id, spans


def _month_start(zone: str, at: Instant) -> Instant:
    days = calendar(zone)
    return days.start_of(days.month_of(at))


def _within(spans: Iterable[OwnSpan], span: tuple[Instant, Instant]) -> list[OwnSpan]:
    """Return the spans that reach into a part of time; they are not cut."""
    start, end = span
    return [each for each in spans if each.start_at < end and each.end_at > start]


def _reported(
    connection: Connection, meters: Sequence[HistoryMeter], span: tuple[Instant, Instant]
) -> Iterator[tuple[HistoryMeter, Sequence[OwnSpan]]]:
    """Yield the meters of which the months' reports tell, with the months in which they do."""
    days = [calendar(zone) for zone in {each.zone for each in meters}]
    if not days:
        return
    first = min(each.month_of(span[0]) for each in days)
    last = max(each.month_of(span[1]) for each in days)
    edges = [edge for each in days for month in (first, last) for edge in each.month_span(month)]
    assigned = assignments_between(connection, min(edges), max(edges))
    spans: defaultdict[int, list[OwnSpan]] = defaultdict(list)
    asked: tuple[set[int], set[int]] | None = None
    shown: Sequence[HistoryMeter] = ()
    for month, known in sorted(known_months(connection, first, last).items()):
        months = [each.month_span(month) for each in days]
        start, end = min(begin for begin, _ in months), max(until for _, until in months)
        serving = {
            number
            for number, terms in assigned.items()
            if any(each.start_at < end and start < (each.end_at or end) for each in terms)
        }
        # Most months are alike.
        if asked != (serving, known):
            asked, shown = (serving, known), shown_meters(meters, serving, known)
        for meter in shown:
            _append(spans[meter.id], calendar(meter.zone).month_span(month))
    for meter in meters:
        if within := _within(spans[meter.id], span):
            yield meter, within


def _append(spans: list[OwnSpan], span: tuple[Instant, Instant]) -> None:
    """Add a month to those before, as one span where it follows on the last."""
    start, end = span
    if spans and spans[-1].end_at == start:
        start = spans.pop().start_at
    spans.append(OwnSpan(start, end, _WHOLE, 0))
