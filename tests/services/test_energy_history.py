"""A history is the ledger, bucket by bucket: what reports and days say, and sums of them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from tests.examples import examples

from wattledger.domain.bucket import BucketLength
from wattledger.domain.instant import DAY, HOUR, MINUTE, Instant, format_instant, parse_instant
from wattledger.domain.month_report import MonthLine
from wattledger.domain.period import calendar
from wattledger.services.energy_history import EnergyHistory, energy_history
from wattledger.services.history_ask import Grouping, HistoryAsk
from wattledger.services.measure_period import Ask, measure_period
from wattledger.services.month_lines import month_lines
from wattledger.services.own_view import own_view
from wattledger.store.assignments import assign
from wattledger.store.clients import find_client, find_or_create_client
from wattledger.store.database import Connection, Database
from wattledger.store.endpoints import NewEndpoint, find_or_create_meter, insert_endpoint
from wattledger.store.ledger import book
from wattledger.store.readings import NewReading
from wattledger.store.sites import insert_site
from wattledger.store.tables import energy_day, meter

KWH = 1_000_000
# The clocks of Berlin go forward on 29 March 2026, those of New York on the 8th.
START = parse_instant("2026-02-20T22:17:00Z")
LENGTH = 60 * DAY
NOW = START + LENGTH
CLIENTS = ("Alder", "Birch")
MONTHS = (date(2026, 2, 1), date(2026, 3, 1), date(2026, 4, 1))
WHOLE = ("2026-02-01", "2026-04-30")
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Made:
    """A meter that was made: its number, and its endpoint by name."""

    id: int
    endpoint: str
    key: str


def site(connection: Connection, zone: str) -> int:
    return insert_site(connection, f"Site {next(_numbers)}", zone)


def add(connection: Connection, site_id: int, *keys: str) -> list[Made]:
    """Create an endpoint with meters; the first is its ``total`` if that is not another's key."""
    name = f"Rack {next(_numbers):04}"
    number = insert_endpoint(connection, NewEndpoint(name, site_id, poll_minutes=15), START)
    made = [Made(find_or_create_meter(connection, number, key), name, key) for key in keys]
    ids = [each.id for each in made]
    connection.execute(update(meter).where(meter.c.id.in_(ids)).values(p_max_mw=20 * KWH))
    return made


@st.composite
def registers(draw: st.DrawFn) -> list[NewReading]:
    """Return readings with pauses of up to days, sometimes beginning late or again at 0."""
    at = START + draw(st.sampled_from((0, 3 * DAY + 5 * HOUR, 19 * DAY)))
    value, readings = 1_000 * KWH, [NewReading(at, 1_000 * KWH, 1, power_mw=7)]
    pauses = st.sampled_from((11 * MINUTE, 3 * HOUR, 11 * HOUR, 2 * DAY, 9 * DAY))
    for pause in draw(st.lists(pauses, min_size=1, max_size=25)):
        at += pause + draw(st.integers(0, 999_999))
        value += draw(st.integers(0, pause * 6 * KWH // HOUR))
        if draw(st.integers(0, 12)) == 0:
            value = draw(st.integers(0, KWH))
        power = draw(st.none() | st.integers(0, 6 * KWH))
        if at < NOW:
            readings.append(NewReading(at, value, 1, power_mw=power))
    return readings


moments = st.integers(0, LENGTH // MINUTE).map(lambda minutes: START + minutes * MINUTE)


@st.composite
def terms(draw: st.DrawFn) -> list[tuple[int, Instant, Instant | None, int]]:
    """Return whom a meter serves: one after the other, or two with a share each."""
    first = draw(moments)
    second = first + MINUTE + draw(st.integers(0, LENGTH // MINUTE)) * MINUTE
    shares = draw(st.integers(1, 999_999))
    return draw(
        st.sampled_from(
            (
                [(0, 0, None, 1_000_000)],
                [(0, 0, first, 1_000_000), (1, second, None, 1_000_000)],
                [(0, 0, None, shares), (1, first, second, 1_000_000 - shares)],
                [(0, first, None, shares // 2 + 1), (1, first, second, 333_333)],
                [],
            )
        )
    )


@dataclass(frozen=True, slots=True)
class World:
    """Two sites, three endpoints, one of them of two outlets."""

    zones: Sequence[str]
    readings: Sequence[Sequence[NewReading]]
    terms: Sequence[Sequence[tuple[int, Instant, Instant | None, int]]]


zones = st.sampled_from(("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"))
worlds = st.builds(
    World,
    st.tuples(zones, zones),
    st.lists(registers(), min_size=4, max_size=4),
    st.lists(terms(), min_size=4, max_size=4),
)


def make(database: Database, world: World) -> list[Made]:
    with database.begin() as connection:
        here, there = (site(connection, zone) for zone in world.zones)
        made = [
            *add(connection, here, "total"),
            *add(connection, here, "outlet-1", "outlet-2"),
            *add(connection, there, "total"),
        ]
        clients = [find_or_create_client(connection, name) for name in CLIENTS]
        for each, readings, served in zip(made, world.readings, world.terms, strict=True):
            book(connection, {each.id: list(readings)})
            for number, start, end, share in served:
                assign(connection, each.id, clients[number], start, end, share)
    return made


def total(values: Iterable[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def rows(history: EnergyHistory) -> dict[str, list[int | None]]:
    return {
        each.head.name: [bucket.energy_milliwh for bucket in each.buckets]
        for each in history.series
    }


def lines_of(database: Database, made: Sequence[Made], month: date) -> list[MonthLine]:
    with database.connect() as connection:
        return month_lines(connection, month, [each.id for each in made])


def ask(made: Sequence[Made], **more: object) -> HistoryAsk:
    wanted = HistoryAsk(*WHOLE, endpoints=sorted({each.endpoint for each in made}))
    return replace(wanted, **more)  # type: ignore[arg-type]


@examples(12)
@given(worlds)
def test_clients_have_what_reports_say_by_month_and_by_day(
    database: Database, world: World
) -> None:
    made = make(database, world)
    lines = {month: lines_of(database, made, month) for month in MONTHS}
    served = ask(made, by=Grouping.CLIENT, clients=CLIENTS)
    months = rows(energy_history(database, replace(served, length=BucketLength.MONTH), NOW, None))
    for name in CLIENTS:
        assert months[name] == [
            total(each.energy_milliwh for each in lines[month] if each.client == name)
            for month in MONTHS
        ]
    days = energy_history(database, served, NOW, None)
    by_day: defaultdict[tuple[str | None, date], list[int | None]] = defaultdict(list)
    for of_month in lines.values():
        for line in of_month:
            for day, energy in line.days:
                by_day[line.client, day].append(energy)
    first = date(2026, 2, 1)
    for name in CLIENTS:
        assert rows(days)[name] == [
            total(by_day[name, first + timedelta(n)]) for n in range(len(days.edges) - 1)
        ]
    # Shares are summed up from the first of the month on, wherever a history begins.
    for start in (date(2026, 2, 25), date(2026, 3, 14)):
        later = energy_history(database, replace(served, start=start.isoformat()), NOW, None)
        assert rows(later) == {
            name: row[(start - first).days :] for name, row in rows(days).items()
        }


@examples(12)
@given(worlds)
def test_the_total_of_all_is_the_total_of_the_report(database: Database, world: World) -> None:
    make(database, world)
    everything = HistoryAsk(*WHOLE, length=BucketLength.MONTH, by=Grouping.TOTAL)
    [row] = rows(energy_history(database, everything, NOW, None)).values()
    with database.connect() as connection:
        assert row == [
            total(each.energy_milliwh for each in month_lines(connection, month))
            for month in MONTHS
        ]
    days = energy_history(database, replace(everything, length=BucketLength.DAY), NOW, None)
    assert total(rows(days)["Total"]) == total(row)


@examples(12)
@given(worlds)
def test_days_of_endpoints_are_the_ledgers_and_hours_add_up_to_them(
    database: Database, world: World
) -> None:
    made = make(database, world)
    days = energy_history(database, ask(made), NOW, None)
    dates = [date(2026, 2, 1) + timedelta(n) for n in range(len(days.edges) - 1)]
    with database.connect() as connection:
        stored: Counter[tuple[str, date]] = Counter()
        known: set[tuple[str, date]] = set()
        for each in made:
            ours = energy_day.c.meter_id == each.id, energy_day.c.covered > 0
            for found in connection.execute(select(energy_day).where(*ours)):
                stored[each.endpoint, found.day] += found.energy_milliwh
                known.add((each.endpoint, found.day))
    for name, row in rows(days).items():
        expected = [stored[name, day] if (name, day) in known else None for day in dates]
        assert row == expected
    # The sites may lie in two zones; only those of the first have its days.
    there = [each for each in made if world.zones[0] == world.zones[1] or each is not made[-1]]
    zone = calendar(world.zones[0])
    for length in (BucketLength.HOUR, BucketLength.QUARTER):
        fine = ask(there, start="2026-03-01", end="2026-03-30", length=length)
        history = energy_history(database, fine, NOW, None)
        for name, row in rows(history).items():
            summed: defaultdict[date, list[int | None]] = defaultdict(list)
            for start, energy in zip(history.edges, row, strict=False):
                summed[zone.day_of(start)].append(energy)
            for day, energies in summed.items():
                assert total(energies) == rows(days)[name][(day - dates[0]).days]


@examples(15)
@given(worlds, moments, moments, st.sampled_from(BucketLength))
def test_buckets_of_any_time_add_up_to_what_is_measured_of_it(
    database: Database, world: World, one: Instant, other: Instant, length: BucketLength
) -> None:
    start, end = min(one, other), max(one, other) + MINUTE
    if length is BucketLength.QUARTER:
        end = min(end, start + 20 * DAY)
    made = make(database, world)
    span = (format_instant(start), format_instant(end))
    wanted = ask(made, start=span[0], end=span[1], length=length)
    history = energy_history(database, wanted, NOW, None)
    assert (history.edges[0], history.edges[-1]) == (start, end)
    measured: defaultdict[str, list[int | None]] = defaultdict(list)
    for each in made:
        [part] = measure_period(database, each.id, Ask(*span), None).parts
        measured[each.endpoint].append(part.figure.energy_milliwh)
    assert {name: total(row) for name, row in rows(history).items()} == {
        name: total(parts) for name, parts in measured.items()
    }
    for name in CLIENTS:
        by_client = replace(wanted, by=Grouping.CLIENT, clients=[name])
        served = rows(energy_history(database, by_client, NOW, None))[name]
        shared = replace(wanted, by=Grouping.TOTAL, clients=[name])
        assert rows(energy_history(database, shared, NOW, None))["Total"] == served
        apart = replace(wanted, clients=[name], with_total=True)
        assert rows(energy_history(database, apart, NOW, None))["Total"] == served


@examples(8)
@given(worlds)
def test_a_client_sees_what_operators_see_of_it(database: Database, world: World) -> None:
    make(database, world)
    for name in CLIENTS:
        with database.connect() as connection:
            client_id = find_client(connection, name).public_id
        view = own_view(database, client_id, NOW)
        assert view is not None
        mine = replace(HistoryAsk(*WHOLE, length=BucketLength.DAY), by=Grouping.TOTAL)
        own = energy_history(database, mine, NOW, view).series[0].buckets
        theirs = energy_history(database, replace(mine, clients=[name]), NOW, None)
        assert [each.energy_milliwh for each in own] == [
            each.energy_milliwh for each in theirs.series[0].buckets
        ]
