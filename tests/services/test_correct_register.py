"""What people declare of a register, and what the ledger makes of it."""

from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples
from tests.services.conftest import KWH, NOW, START, STEP, AddMeter, after, hourly
from tests.store.test_any_order import history

from wattledger.domain.errors import ConflictError, InvalidInputError, NotFoundError
from wattledger.domain.event import EventKind
from wattledger.domain.instant import DAY, HOUR, MINUTE, Instant, parse_instant
from wattledger.domain.reading import Join, Status
from wattledger.services.correct_register import declare, register_events, withdraw
from wattledger.services.correction import Correction
from wattledger.services.declaration import Declaration
from wattledger.store.database import Database
from wattledger.store.ledger import book
from wattledger.store.readings import NewReading, load_between
from wattledger.store.recompute import differences

Tell = Callable[..., Correction]


def told(kind: EventKind, at: Instant, **values: object) -> Declaration:
    return Declaration(kind, at, "Ada Meyer", "seen on the spot", **values)  # type: ignore[arg-type]


@pytest.fixture
def tell(database: Database) -> Tell:
    """Declare something, and see that the ledger is what a recomputation gives."""

    def one(number: int, kind: EventKind, at: Instant, **values: object) -> Correction:
        correction = declare(database, number, told(kind, at, **values), NOW)
        assert found(database, number) == []
        return correction

    return one


def found(database: Database, number: int) -> list[str]:
    with database.connect() as connection:
        return list(differences(connection, [number]))


def statuses(database: Database, number: int) -> list[str]:
    with database.connect() as connection:
        return [each.status.word for each in load_between(connection, number, None, None)]


def months(correction: Correction) -> dict[str, tuple[int | None, int | None]]:
    return {
        f"{each.month:%Y-%m}": (whole(each.before_milliwh), whole(each.after_milliwh))
        for each in correction.months
    }


def whole(milliwh: int | None) -> int | None:
    return None if milliwh is None else milliwh // KWH


@pytest.fixture
def swapped(metered: AddMeter) -> int:
    """Give a meter exchanged between its 20th and 25th hour: 1000 to 1038, then from 7 on."""
    return metered([*hourly(1000, range(20)), *hourly(7, range(25, 48))])


def test_a_declared_swap_replaces_the_estimate_by_what_was_read(
    swapped: int, database: Database, tell: Tell
) -> None:
    correction = tell(
        swapped, EventKind.SWAP, after(22), final_milliwh=1045 * KWH, initial_milliwh=3 * KWH
    )
    # 38 kWh before, 7 up to the final read, 4 from the initial one on, 44 after; estimated: 12.
    assert months(correction) == {"2026-03": (94, 93)}
    [begun] = correction.readings
    assert begun.before is not None
    assert (begun.at, begun.before.status, begun.after.status) == (
        after(25),
        Status.GOOD,
        Status.GOOD,
    )
    assert (begun.before.epoch, begun.after.epoch) == (Join.RESET, Join.DECLARED)
    assert correction.is_kept
    assert [each.id for each in register_events(database, swapped)] == [correction.stored.id]


def test_a_withdrawn_swap_leaves_the_estimate(swapped: int, database: Database, tell: Tell) -> None:
    reads = {"final_milliwh": 1045 * KWH, "initial_milliwh": 3 * KWH}
    event_id = tell(swapped, EventKind.SWAP, after(22), **reads).stored.id
    back = withdraw(database, swapped, event_id, "Bo", "it was the neighbour's", NOW)
    assert months(back) == {"2026-03": (93, 94)}
    assert found(database, swapped) == []
    (stored,) = register_events(database, swapped)
    assert (stored.withdrawn_by, stored.withdrawn_why) == ("Bo", "it was the neighbour's")
    with pytest.raises(NotFoundError, match="no register event 1 that counts"):
        withdraw(database, swapped, event_id, "Bo", "twice", NOW)


def test_a_dry_run_tells_what_would_change_and_keeps_nothing(
    swapped: int, database: Database
) -> None:
    reads = {"final_milliwh": 1045 * KWH, "initial_milliwh": 3 * KWH}
    would = declare(database, swapped, told(EventKind.SWAP, after(22), **reads), NOW, dry_run=True)
    assert months(would) == {"2026-03": (94, 93)}
    assert not would.is_kept
    assert list(register_events(database, swapped)) == []
    assert found(database, swapped) == []


@pytest.mark.parametrize(
    ("reads", "sentence"),
    [
        ({"final_milliwh": 1037 * KWH}, "final read 1037 kWh is less than the 1038 kWh of"),
        ({"final_milliwh": 1145 * KWH}, "107 kWh, more than 20 kW can make in 180 min,"),
        ({"initial_milliwh": 300 * KWH}, "initial read 300 kWh is more than the 7 kWh"),
        ({"final_milliwh": -1}, "is negative; a register is not"),
        ({"final_milliwh": 2**63}, "more than can be counted"),
        ({"total_milliwh": 5}, "takes no totalKwh; leave it out"),
    ],
)
def test_reads_of_a_swap_that_cannot_be_are_refused(
    swapped: int, database: Database, reads: dict[str, int], sentence: str
) -> None:
    with pytest.raises(InvalidInputError, match=sentence):
        declare(database, swapped, told(EventKind.SWAP, after(22), **reads), NOW)
    assert list(register_events(database, swapped)) == []


def test_an_initial_read_too_low_for_what_follows_is_refused(
    metered: AddMeter, database: Database
) -> None:
    number = metered([*hourly(1000, range(20)), *hourly(5000, range(25, 48))])
    with pytest.raises(InvalidInputError, match="initial read 0 kWh is 5000 kWh, more than 20 kW"):
        declare(database, number, told(EventKind.SWAP, after(22), initial_milliwh=0), NOW)


def test_a_second_swap_is_measured_from_the_first_one(
    swapped: int, database: Database, tell: Tell
) -> None:
    first = tell(swapped, EventKind.SWAP, after(21)).stored.id
    later = {"final_milliwh": 503 * KWH, "initial_milliwh": 4 * KWH}
    tell(swapped, EventKind.SWAP, after(23), **later)
    withdraw(database, swapped, first, "Bo", "now with its reads", NOW)
    reads = {"final_milliwh": 1041 * KWH, "initial_milliwh": 500 * KWH}
    correction = tell(swapped, EventKind.SWAP, after(21), **reads)
    # 38 kWh, 3 up to the first final read, 3 of the second register, 3 of the third, then 44.
    assert months(correction)["2026-03"][1] == 91
    with pytest.raises(InvalidInputError, match="less than the 500 kWh of the initial read of"):
        tell(swapped, EventKind.SWAP, after(22), final_milliwh=400 * KWH)


def test_a_check_reading_is_a_reading_and_verifies_its_interval(
    metered: AddMeter, database: Database, tell: Tell
) -> None:
    number = metered(hourly(1000, range(48)))
    at = after(20) + 30 * MINUTE
    correction = tell(number, EventKind.CHECK, at, total_milliwh=1041 * KWH, resolution_milliwh=KWH)
    assert [(each.before, each.after.status) for each in correction.readings] == [
        (None, Status.GOOD)
    ]
    assert months(correction) == {}
    with database.connect() as connection:
        read = next(each for each in load_between(connection, number, at, at + 1))
    assert (read.quality.word, read.energy_milliwh) == ("verified", KWH)


def test_a_check_reading_that_contradicts_the_others_bills_nothing(
    metered: AddMeter, tell: Tell
) -> None:
    number = metered(hourly(1000, range(48)))
    at = after(20) + 30 * MINUTE
    correction = tell(number, EventKind.CHECK, at, total_milliwh=900 * KWH)
    assert [each.after.status for each in correction.readings] == [Status.GLITCH]
    assert months(correction) == {}


def test_a_withdrawn_check_reading_is_rejected_not_deleted(
    metered: AddMeter, database: Database, tell: Tell
) -> None:
    number = metered(hourly(1000, range(48)))
    at = after(20) + 30 * MINUTE
    event_id = tell(number, EventKind.CHECK, at, total_milliwh=1041 * KWH).stored.id
    back = withdraw(database, number, event_id, "Bo", "wrong meter", NOW)
    assert [each.after.status for each in back.readings] == [Status.REJECTED]
    assert found(database, number) == []
    assert [each.event.kind for each in register_events(database, number)] == ["check", "reject"]


def test_a_check_reading_where_one_is_already_is_refused(metered: AddMeter, tell: Tell) -> None:
    number = metered(hourly(1000, range(3)))
    with pytest.raises(ConflictError, match="a reading already, 1002 kWh"):
        tell(number, EventKind.CHECK, after(1), total_milliwh=1002 * KWH)
    with pytest.raises(InvalidInputError, match="needs totalKwh"):
        tell(number, EventKind.CHECK, after(1) + 1)


def test_an_accepted_reading_that_was_held_counts(
    metered: AddMeter, database: Database, tell: Tell
) -> None:
    number = metered([*hourly(1000, range(20)), NewReading(after(20), 5000 * KWH, STEP)])
    assert statuses(database, number)[-1] == "held"
    correction = tell(number, EventKind.ACCEPT, after(20))
    assert [(each.at, each.after.status) for each in correction.readings] == [
        (after(20), Status.GOOD)
    ]


def test_a_rejected_reading_counts_for_nothing(metered: AddMeter, tell: Tell) -> None:
    number = metered([*hourly(1000, range(20)), NewReading(after(30), 1060 * KWH, STEP)])
    correction = tell(number, EventKind.REJECT, after(30))
    assert [each.after.status for each in correction.readings] == [Status.REJECTED]
    assert months(correction) == {"2026-03": (60, 38)}
    with pytest.raises(ConflictError, match="rejects that reading; withdraw that event first"):
        tell(number, EventKind.ACCEPT, after(30))
    with pytest.raises(ConflictError, match="stands declared already"):
        tell(number, EventKind.REJECT, after(30))


def test_of_two_values_of_an_instant_a_person_says_which(metered: AddMeter, tell: Tell) -> None:
    readings = hourly(1000, range(20))
    number = metered([*readings, NewReading(after(19), 1038 * KWH + STEP, STEP)])
    with pytest.raises(InvalidInputError, match=r"2 different values: 1038 kWh, 1038\.1 kWh"):
        tell(number, EventKind.ACCEPT, after(19))
    with pytest.raises(InvalidInputError, match=r"did not show 7 kWh but 1038 kWh, 1038\.1 kWh"):
        tell(number, EventKind.ACCEPT, after(19), total_milliwh=7 * KWH)
    correction = tell(number, EventKind.ACCEPT, after(19), total_milliwh=1038 * KWH + STEP)
    (changed,) = correction.readings
    assert (changed.after.total_milliwh, changed.after.status) == (
        1038 * KWH + STEP,
        Status.GOOD,
    )


def test_what_is_not_there_can_be_neither_accepted_nor_rejected(
    metered: AddMeter, tell: Tell
) -> None:
    number = metered(hourly(1000, range(3)))
    for kind in (EventKind.ACCEPT, EventKind.REJECT):
        with pytest.raises(NotFoundError, match="no reading at 2026-03-10T00:30:00Z"):
            tell(number, kind, START + 30 * MINUTE)


def test_a_multiplier_from_a_date_counts_from_there(metered: AddMeter, tell: Tell) -> None:
    number = metered(hourly(1000, range(900)))
    at = parse_instant("2026-04-01T00:00:00+02:00")
    correction = tell(number, EventKind.SETTINGS, at, settings={"multiplier": "1.5"})
    before, behind = months(correction)["2026-04"]
    assert before is not None
    assert behind == before * 3 // 2
    assert "2026-03" not in months(correction)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "need at least one of multiplier, resolutionKwh"),
        ({"p_max_mw": 20_000_000}, "these settings hold already"),
        ({"multiplier": "1.0"}, "these settings hold already"),
        ({"multiplier": "forty"}, "'forty' is not a positive number"),
        ({"p_max_mw": 0}, "pMaxKw is not a positive number within reason"),
        ({"p_max_mw": None}, "pMaxKw cannot be taken out"),
        ({"modulus_milliwh": KWH, "resolution_milliwh": KWH}, "cannot wrap at 1 kWh"),
        ({"colour": 5}, "'colour' is no setting of a register"),
    ],
)
def test_settings_that_cannot_hold_are_refused(
    metered: AddMeter, tell: Tell, changes: dict[str, object], sentence: str
) -> None:
    number = metered(hourly(1000, range(3)))
    with pytest.raises(InvalidInputError, match=sentence):
        tell(number, EventKind.SETTINGS, after(1), settings=changes)


def test_a_meter_ends_once_and_nothing_is_declared_behind(metered: AddMeter, tell: Tell) -> None:
    number = metered(hourly(1000, range(48)))
    correction = tell(number, EventKind.END, after(40))
    assert {each.after.status for each in correction.readings} == {Status.REJECTED}
    assert months(correction) == {"2026-03": (94, 80)}
    with pytest.raises(ConflictError, match="has an end already: event"):
        tell(number, EventKind.END, after(30))
    with pytest.raises(ConflictError, match="taken out of use before"):
        tell(number, EventKind.SWAP, after(41))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"by": " "}, "say who declares this"),
        ({"why": ""}, "say why, in a sentence"),
        ({"by": "x" * 201}, "longer than 200 characters"),
        ({"at": NOW + 1}, "has not come yet"),
        ({"at": parse_instant("1999-12-31T23:59:59Z")}, "before the year 2000"),
    ],
)
def test_who_when_and_why_are_needed(
    metered: AddMeter, database: Database, changes: dict[str, object], sentence: str
) -> None:
    number = metered(hourly(1000, range(3)))
    values = {"kind": EventKind.SWAP, "at": after(1), "by": "Ada", "why": "seen", **changes}
    with pytest.raises(InvalidInputError, match=sentence):
        declare(database, number, Declaration(**values), NOW)  # type: ignore[arg-type]


def test_a_value_beyond_the_modulus_is_refused(metered: AddMeter, tell: Tell) -> None:
    number = metered(hourly(1000, range(3)), modulus_milliwh=100_000 * KWH)
    with pytest.raises(InvalidInputError, match="it wraps at 100000 kWh"):
        tell(number, EventKind.CHECK, after(1) + 1, total_milliwh=100_000 * KWH)


def test_a_misread_register_beyond_all_counting_cannot_be_accepted(
    metered: AddMeter, tell: Tell
) -> None:
    misread = NewReading(after(3), 9 * 10**18, STEP)
    number = metered([*hourly(1000, range(3)), misread], multiplier="40")
    with pytest.raises(InvalidInputError, match="more than can be counted"):
        tell(number, EventKind.ACCEPT, after(3))


def test_a_meter_that_is_not_there_is_told(database: Database) -> None:
    for number in (0, 99, 2**70):
        with pytest.raises(NotFoundError, match=f"no meter {number}"):
            declare(database, number, told(EventKind.SWAP, START), NOW)


def told_at_random(random: Random, readings: list[NewReading]) -> Declaration:
    """Return something a person may declare about a history, right or wrong."""
    kind = random.choice(list(EventKind))
    at = random.choice(readings).at + (kind in {EventKind.CHECK, EventKind.SWAP}) * MINUTE
    value = random.choice(readings).total_milliwh
    initial: list[dict[str, object]] = [{}, {"initial_milliwh": value}]
    values: dict[EventKind, dict[str, object]] = {
        EventKind.SWAP: random.choice(initial),
        EventKind.CHECK: {"total_milliwh": value, "resolution_milliwh": STEP},
        EventKind.SETTINGS: {
            "settings": random.choice(
                (
                    {"multiplier": "40"},
                    {"p_max_mw": 3_000_000},
                    {"modulus_milliwh": 10_000 * KWH},
                    {"resolution_milliwh": KWH},
                )
            )
        },
    }
    return told(kind, at, **values.get(kind, {}))


@pytest.mark.long
@examples(1000)
@given(
    st.randoms(use_true_random=False),
    st.lists(st.sampled_from(("glitch", "reset", "swap", "freeze", "twice")), max_size=4),
    st.integers(6, 60),
)
def test_whatever_is_declared_and_withdrawn_the_ledger_is_what_a_recomputation_gives(
    database: Database, metered: AddMeter, random: Random, kinds: list[str], length: int
) -> None:
    readings = history(random, length, kinds)
    first = random.randrange(length)
    number = metered(readings[:first])
    now = max(each.at for each in readings) + DAY
    for _ in range(random.randrange(1, 5)):
        try:
            declare(database, number, told_at_random(random, readings), now)
        except (ConflictError, InvalidInputError, NotFoundError):
            continue
    assert found(database, number) == []
    if readings[first:]:
        with database.begin() as connection:
            book(connection, {number: readings[first:]})
    assert found(database, number) == []
    standing = [each.id for each in register_events(database, number)]
    if standing:
        withdraw(database, number, random.choice(standing), "Bo", "mistaken", now + HOUR)
    assert found(database, number) == []


def test_the_old_register_of_a_swap_shows_what_it_could_before(
    metered: AddMeter, tell: Tell
) -> None:
    number = metered([*hourly(123_456, range(20)), *hourly(7, range(25, 48))])
    other = {"settings": {"modulus_milliwh": 100_000 * KWH, "multiplier": "5"}}
    tell(number, EventKind.SETTINGS, after(22), **other)
    reads = {"final_milliwh": 123_501 * KWH, "initial_milliwh": 3 * KWH}
    correction = tell(number, EventKind.SWAP, after(22), **reads)
    # 38 kWh before, 7 up to the final read; 4 and 44 behind it, times five.
    assert months(correction)["2026-03"][1] == 38 + 7 + (4 + 44) * 5
    with pytest.raises(InvalidInputError, match="it wraps at 100000 kWh"):
        tell(number, EventKind.SWAP, after(23), initial_milliwh=100_000 * KWH)


def test_a_swap_read_more_finely_than_the_display_counts(swapped: int, tell: Tell) -> None:
    reads = {"final_milliwh": 1045 * KWH, "initial_milliwh": 7 * KWH + 40_000}
    correction = tell(swapped, EventKind.SWAP, after(25) - MINUTE, **reads)
    assert [each.after.epoch for each in correction.readings] == [Join.DECLARED]
