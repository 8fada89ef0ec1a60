"""The lines of a month: each meter's figures for each client it served, and what they rest on."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from wattledger.domain.earlier import Earlier
from wattledger.domain.instant import Instant
from wattledger.domain.month_report import MonthLine
from wattledger.domain.period import calendar, next_month, previous_month
from wattledger.domain.span_tally import tally_between
from wattledger.domain.standstill import Standstill
from wattledger.domain.tally import Tally
from wattledger.services.earlier_month import EarlierMonth, earlier_month
from wattledger.services.month_portions import Portion, month_portions
from wattledger.services.portion_figure import Footing
from wattledger.store.assignments import clients_by_id
from wattledger.store.clients import ClientRow
from wattledger.store.database import Connection
from wattledger.store.epochs import epochs_of
from wattledger.store.months import DayEnergy, billed_meters, day_energies
from wattledger.store.readings import good_at, load_around
from wattledger.store.standstill import standstills_between

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ComparedMonth:
    """The lines of a month, and what each client's earlier months came to, by its id.

    Those of the meters that served nobody stand under None.
    """

    lines: list[MonthLine]
    previous: Mapping[str | None, Earlier]
    year_ago: Mapping[str | None, Earlier]


def month_lines(
    connection: Connection,
    month: date,
    meter_ids: Collection[int] | None = None,
    *,
    compared: bool = True,
) -> list[MonthLine]:
    """Return the lines of the month that begins on ``month``: by client, endpoint and meter.

    What serves no client stands last, under the client None. With ``meter_ids`` they are those of
    some meters: what these are to their clients does not depend on the others. Those that are not
    ``compared`` lack their days and the months they would be compared with.
    """
    if compared:
        return compared_month(connection, month, meter_ids).lines
    portions = list(month_portions(connection, billed_meters(connection, meter_ids), month))
    alone = _Sources(_footing(connection, portions), None, clients_by_id(connection))
    return _by_client(alone.line(portion, month) for portion in portions)


def lines_of(connection: Connection, portions: Sequence[Portion], month: date) -> list[MonthLine]:
    """Return the lines of portions of a month, with their days, as it can be priced."""
    days = day_energies(connection, month, next_month(month), {each.meter.id for each in portions})
    sources = _Sources(_footing(connection, portions), days, clients_by_id(connection))
    return _by_client(sources.line(portion, month) for portion in portions)


def compared_month(
    connection: Connection, month: date, meter_ids: Collection[int] | None = None
) -> ComparedMonth:
    """Return the lines of a month with the months that its clients compare it with.

    With ``meter_ids``, which are all that ever served a client, it is of that client alone.
    """
    meters = billed_meters(connection, meter_ids)
    portions = list(month_portions(connection, meters, month))

    def earlier(then: date) -> EarlierMonth:
        return earlier_month(month_portions(connection, meters, then), then)

    sources = _Sources(
        _footing(connection, portions),
        days=day_energies(connection, month, next_month(month), meter_ids),
        clients=clients_by_id(connection),
        previous=earlier(previous_month(month)),
        year_ago=earlier(month.replace(year=month.year - 1)),
        read=good_at(
            connection,
            {each.meter.id for each in portions},
            {at for each in portions for at in (each.start_at, each.end_at)},
        ),
    )
    lines = _by_client(sources.line(portion, month) for portion in portions)
    return ComparedMonth(
        lines, sources.by_client(sources.previous), sources.by_client(sources.year_ago)
    )


def _footing(connection: Connection, portions: Sequence[Portion]) -> Footing:
    ids = sorted({each.meter.id for each in portions})
    return Footing(connection, epochs_of(connection, ids), _standing(connection, portions))


def _standing(
    connection: Connection, portions: Sequence[Portion]
) -> Mapping[int, Sequence[Standstill]]:
    if not portions:
        return {}
    registers = {each.meter.id: each.register for each in portions}
    start, end = min(each.start_at for each in portions), max(each.end_at for each in portions)
    return standstills_between(connection, registers, start, end)


def _by_client(lines: Iterable[MonthLine]) -> list[MonthLine]:
    return sorted(lines, key=lambda line: (line.client is None, (line.client or "").casefold()))


@dataclass(frozen=True, slots=True)
class _Sources:
    """What the lines of a month are made of, loaded once.

    ``previous`` and ``year_ago`` are of a meter and a client: they are taken by the first line of
    the two, so that a month in which a share changed does not count them once a line. ``read`` are
    the edges of portions at which a meter was read.
    """

    footing: Footing
    days: Mapping[int, Mapping[date, DayEnergy]] | None
    clients: Mapping[str, ClientRow]
    previous: EarlierMonth = field(default_factory=EarlierMonth)
    year_ago: EarlierMonth = field(default_factory=EarlierMonth)
    read: Collection[tuple[int, Instant]] = ()

    def line(self, portion: Portion, month: date) -> MonthLine:
        """Return the line of a portion."""
        meter, tally = portion.meter, portion.tally or Tally()
        figure = self.footing.figure(portion)
        client = self.clients.get(portion.client_id or "")
        key = (meter.id, portion.client_id)
        days = list(self._days(portion, month))
        return MonthLine(
            endpoint_id=meter.endpoint_id,
            endpoint=meter.endpoint,
            meter_id=meter.id,
            meter=meter.key,
            client_id=client.public_id if client else None,
            client=client.name if client else None,
            location=meter.location,
            start_at=portion.start_at,
            end_at=portion.end_at,
            share_ppm=portion.share_ppm,
            opening_milliwh=tally.start_milliwh,
            closing_milliwh=tally.end_milliwh,
            energy_milliwh=figure.energy_milliwh,
            previous_milliwh=self.previous.energies.pop(key, None),
            year_ago_milliwh=self.year_ago.energies.pop(key, None),
            quality=figure.quality,
            uncertainty_milliwh=figure.uncertainty_milliwh,
            flags=figure.flags,
            segments=figure.segments,
            breaks=figure.breaks,
            days=tuple((day, energy) for day, energy, _ in days),
            estimated_days=tuple((day, part) for day, _, part in days if part),
            zone=calendar(meter.zone).zone_on(month),
            previous_in_part=key in self.previous.in_part,
            year_ago_in_part=key in self.year_ago.in_part,
            opening_between=tally.start_milliwh is not None
            and tally.start_at == portion.start_at
            and (meter.id, portion.start_at) not in self.read,
            closing_between=tally.end_milliwh is not None
            and tally.end_at == portion.end_at
            and (meter.id, portion.end_at) not in self.read,
        )

    def by_client(self, month: EarlierMonth) -> dict[str | None, Earlier]:
        """Return what an earlier month came to by the clients' public ids."""
        ids = {None: None} | {key: row.public_id for key, row in self.clients.items()}
        return {ids[key]: earlier for key, earlier in month.clients.items()}

    def _days(self, portion: Portion, month: date) -> Iterator[tuple[date, int | None, int]]:
        """Yield a portion's local days, their energy (None if unknown) and what is estimated."""
        if self.days is None:
            return
        days = calendar(portion.meter.zone)
        known = self.days.get(portion.meter.id, {})
        counted, day = 0, month
        while day < next_month(month):
            start, end = days.start_of(day), days.start_of(day + _ONE_DAY)
            first, last = max(start, portion.start_at), min(end, portion.end_at)
            whole = known.get(day)
            if (first, last) != (start, end):
                whole = self._part_of_day(portion, first, last) if first < last else None
            if whole is None:
                yield day, None, 0
            else:
                energy = portion.share(whole.energy_milliwh, counted)
                yield day, energy, portion.share(whole.estimated_milliwh)
                counted += whole.energy_milliwh
            day += _ONE_DAY

    def _part_of_day(self, portion: Portion, start: Instant, end: Instant) -> DayEnergy | None:
        readings = load_around(self.footing.connection, portion.meter.id, start, end)
        tally = tally_between(readings, portion.register.settings, start, end)
        if not tally.covered:
            return None
        return DayEnergy(tally.energy_milliwh, tally.estimated_milliwh)
