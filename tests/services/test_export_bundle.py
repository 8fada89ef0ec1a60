"""The bundle of a closed statement proves it: whatever befell its meters, and whatever comes."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from tests.services.billing import (
    APRIL,
    FEBRUARY,
    KWH,
    MARCH,
    MAY,
    STEP,
    add_meter,
    book_all,
    client_id,
    close,
    declare,
    edge,
    give_tariff,
    kept,
    price,
    steady,
)

from wattledger.domain.errors import NotFoundError
from wattledger.domain.event import EventKind
from wattledger.domain.instant import DAY, HOUR, Instant, format_instant
from wattledger.domain.outcome import Outcome
from wattledger.reports.bundle import packed_bundle
from wattledger.reports.bundle_check import check_bundle
from wattledger.reports.stored_zip import read_stored_zip
from wattledger.services.export_bundle import export_bundle
from wattledger.store.assignments import assign, move_meter, replace_assignments
from wattledger.store.clients import find_or_create_client
from wattledger.store.database import Database
from wattledger.store.evidence import AttemptRecord, Captured, record_attempts
from wattledger.store.readings import NewReading

Readings = list[NewReading]
MID = edge(MARCH) + 12 * DAY + 5 * HOUR


def month() -> Readings:
    return steady(edge(FEBRUARY), edge(MAY))


def without(first: Instant, last: Instant) -> Callable[[Readings], Readings]:
    return lambda readings: [each for each in readings if not first <= each.at < last]


def restarted(at: Instant, begin: int, kwh: int = 12) -> Callable[[Readings], Readings]:
    """Let the register begin anew at an instant, at another value."""

    def change(readings: Readings) -> Readings:
        old = [each for each in readings if each.at < at]
        new = [each for each in readings if each.at >= at]
        shown = [begin + n * kwh * KWH for n in range(len(new))]
        return [*old, *(NewReading(r.at, v, STEP) for r, v in zip(new, shown, strict=True))]

    return change


def wrapped(modulus: int) -> Callable[[Readings], Readings]:
    return lambda readings: [
        NewReading(each.at, each.total_milliwh % modulus, STEP) for each in readings
    ]


def frozen(readings: Readings) -> Readings:
    still = readings[120].total_milliwh
    return [
        NewReading(each.at, still if 120 <= number < 128 else each.total_milliwh, STEP)
        for number, each in enumerate(readings)
    ]


@dataclass(frozen=True)
class Scene:
    """What befell a meter, how it is set up, and what people declared."""

    changes: tuple[Callable[[Readings], Readings], ...] = ()
    columns: dict[str, Any] = field(default_factory=dict)
    events: tuple[tuple[Instant, EventKind, dict[str, Any]], ...] = ()


SWAPPED = restarted(MID, 400 * KWH)
SCENES = {
    "nothing": Scene(),
    "a gap inside": Scene((without(MID, MID + 3 * DAY),)),
    "a gap over the start": Scene((without(edge(MARCH) - DAY, edge(MARCH) + 2 * DAY),)),
    "a gap over the end": Scene((without(edge(APRIL) - DAY, edge(APRIL) + DAY),)),
    "readings that begin inside": Scene((without(0, MID),)),
    "readings that end inside": Scene((without(MID, edge(MAY) + DAY),)),
    "a reset": Scene((restarted(MID, 0),)),
    "a reset over the start": Scene((restarted(edge(MARCH), 0),)),
    "a reset over the end": Scene((restarted(edge(APRIL), 0),)),
    "a reset in a gap over the end": Scene(
        (restarted(edge(APRIL), 0), without(edge(APRIL) - DAY, edge(APRIL) + DAY))
    ),
    "two resets": Scene((restarted(MID, 0), restarted(MID + 5 * DAY, 0))),
    "a restore": Scene((restarted(MID, 1_100 * KWH),)),
    "a rollover": Scene((wrapped(2_000 * KWH),), {"modulus_milliwh": 2_000 * KWH}),
    "a swap that nobody declared": Scene((SWAPPED,)),
    "a swap without reads": Scene((SWAPPED,), events=((MID - HOUR, EventKind.SWAP, {}),)),
    "a swap with its reads": Scene(
        (SWAPPED,),
        events=(
            (
                MID - HOUR,
                EventKind.SWAP,
                {"final_milliwh": 3_000 * KWH, "initial_milliwh": 399 * KWH},
            ),
        ),
    ),
    "a multiplier of 40": Scene(columns={"multiplier": "40", "p_max_mw": 400_000_000}),
    "a multiplier of a half": Scene(columns={"multiplier": "0.5"}),
    "a multiplier of a third and more": Scene(columns={"multiplier": "0.333333333"}),
    "a multiplier and a reset": Scene(
        (restarted(edge(APRIL), 0),), {"multiplier": "1.7", "p_max_mw": 40_000_000}
    ),
    "a multiplier from the middle on": Scene(
        events=((MID, EventKind.SETTINGS, {"settings": {"multiplier": "0.7"}}),)
    ),
    "a multiplier from the first on": Scene(
        events=((edge(MARCH), EventKind.SETTINGS, {"settings": {"multiplier": "0.7"}}),)
    ),
    "a multiplier from an hour before the first on": Scene(
        events=((edge(MARCH) - HOUR, EventKind.SETTINGS, {"settings": {"multiplier": "1.7"}}),)
    ),
    "multipliers on both sides of the last": Scene(
        events=(
            (edge(APRIL) - HOUR, EventKind.SETTINGS, {"settings": {"multiplier": "0.7"}}),
            (edge(APRIL) + HOUR, EventKind.SETTINGS, {"settings": {"multiplier": "1.3"}}),
        )
    ),
    "a multiplier up to the last": Scene(
        events=((edge(APRIL), EventKind.SETTINGS, {"settings": {"multiplier": "1.1"}}),)
    ),
    "two multipliers within one interval": Scene(
        events=(
            (MID, EventKind.SETTINGS, {"settings": {"multiplier": "0.7"}}),
            (MID + HOUR, EventKind.SETTINGS, {"settings": {"multiplier": "1.3"}}),
        )
    ),
    "a multiplier that changes at a reading": Scene(
        events=((month()[60].at, EventKind.SETTINGS, {"settings": {"multiplier": "0.7"}}),)
    ),
    "a multiplier that changes with a swap": Scene(
        (SWAPPED,),
        events=(
            (MID - HOUR, EventKind.SWAP, {}),
            (MID - HOUR, EventKind.SETTINGS, {"settings": {"multiplier": "0.7"}}),
        ),
    ),
    "a rejected reading": Scene(events=((month()[150].at, EventKind.REJECT, {}),)),
    "a meter that ends": Scene(
        (without(MID, edge(MAY) + DAY),), events=((MID, EventKind.END, {}),)
    ),
    "a display that froze": Scene((frozen,)),
    "a glitch": Scene((lambda readings: [*readings, NewReading(MID, 0, STEP)],)),
}


def build(database: Database, scene: Scene) -> int:
    readings = month()
    for change in scene.changes:
        readings = change(readings)
    with database.begin() as connection:
        meter_id = add_meter(connection, "Rack A1", "Alpha", **scene.columns)
        plain = add_meter(connection, "Rack A2", "Alpha")
    book_all(database, meter_id, readings)
    book_all(database, plain, month())
    for at, kind, values in scene.events:
        declare(database, meter_id, at, kind, **values)
    return meter_id


def findings(database: Database, client: str = "Alpha") -> tuple[str, ...]:
    exported = export_bundle(database, client_id(database, client), MARCH, None)
    return check_bundle(exported).findings


def has_all_readings(database: Database) -> bool:
    return len(exported_readings(database)) > 140


def exported_readings(database: Database) -> list[dict[str, str]]:
    exported = export_bundle(database, client_id(database, "Alpha"), MARCH, None)
    return list(csv.DictReader(io.StringIO(read_stored_zip(exported)[3].content.decode())))


@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES.keys())
def test_the_bundle_of_a_month_proves_it(database: Database, scene: Scene) -> None:
    meter_id = build(database, scene)
    give_tariff(database, "Alpha", price(vatPercent="19"))
    close(database, MARCH, accept_estimates=True, reason="as it is")
    assert findings(database) == ()
    assert has_all_readings(database)
    # A correction of the first day: the statement stands, and so does its proof.
    declare(database, meter_id, MID + DAY, EventKind.SETTINGS, settings={"multiplier": "1.9"})
    assert findings(database) == ()


@pytest.mark.parametrize("scene", ["nothing", "a reset", "a multiplier from the middle on"])
def test_a_meter_that_moves_in_mid_month_is_proven_to_both(database: Database, scene: str) -> None:
    meter_id = build(database, SCENES[scene])
    with database.begin() as connection:
        beta = find_or_create_client(connection, "Beta")
        move_meter(connection, meter_id, beta, edge(MARCH) + 5 * DAY + HOUR)
        move_meter(connection, meter_id, find_or_create_client(connection, "Alpha"), MID + 9 * DAY)
    close(database, MARCH, accept_estimates=True, reason="as it is")
    assert findings(database) == ()
    assert findings(database, "Beta") == ()


@pytest.mark.parametrize("scene", ["nothing", "a reset over the end", "a multiplier of a half"])
def test_shares_are_proven_to_each(database: Database, scene: str) -> None:
    meter_id = build(database, SCENES[scene])
    with database.begin() as connection:
        replace_assignments(connection, meter_id, [])
        for name, share in (("Alpha", 333_333), ("Beta", 600_001)):
            assign(connection, meter_id, find_or_create_client(connection, name), 0, None, share)
    close(database, MARCH, accept_estimates=True, reason="as it is")
    assert findings(database) == ()
    assert findings(database, "Beta") == ()


def test_a_bundle_holds_the_attempt_and_the_hash_of_what_the_device_said(
    database: Database, tmp_path: Path
) -> None:
    meter_id = build(database, SCENES["nothing"])
    page = Captured("http://10.0.0.5/", 200, "<p>1321</p>", None)
    with database.begin() as connection:
        record = AttemptRecord(1, None, MID, 40, "http", Outcome.OK, None, page)
        [attempt_id] = record_attempts(connection, tmp_path, [record])
    shown = next(each for each in month() if each.at > MID)
    between = (MID + shown.at) // 2
    book_all(
        database,
        meter_id,
        [NewReading(between, shown.total_milliwh - 2 * KWH, STEP, attempt_id=attempt_id)],
    )
    close(database, MARCH)
    [evidenced] = [each for each in exported_readings(database) if each["attemptId"]]
    assert evidenced["at"] == format_instant(between)
    assert evidenced["attemptId"] == str(attempt_id)
    assert evidenced["source"] == "collected"
    assert evidenced["evidenceSha256"] == sha256(b"<p>1321</p>").hexdigest()
    assert findings(database) == ()


def test_any_flipped_byte_of_a_bundle_is_found(database: Database) -> None:
    build(database, SCENES["a reset"])
    close(database, MARCH, accept_estimates=True, reason="as it is")
    exported = export_bundle(database, client_id(database, "Alpha"), MARCH, None)
    assert check_bundle(exported).holds
    for place in range(0, len(exported), max(1, len(exported) // 150)):
        changed = bytearray(exported)
        changed[place] ^= 0x10
        assert not check_bundle(bytes(changed)).holds, place


def test_readings_that_were_exchanged_are_found_even_with_new_hashes(database: Database) -> None:
    """Whoever repacks the bundle with other readings has not proven the statement."""
    build(database, SCENES["nothing"])
    close(database, MARCH)
    closed = kept(database, "Alpha", MARCH)
    exported = export_bundle(database, client_id(database, "Alpha"), MARCH, None)
    files = {each.name: each.content for each in read_stored_zip(exported)}
    lines = files["readings.csv"].split(b"\n")
    lines[50] = lines[50].replace(b",good,12,", b",good,11,")
    changed = b"\n".join(lines)
    assert changed != files["readings.csv"]
    forged = packed_bundle(closed.document, closed.seal, changed, MARCH)
    told = check_bundle(forged).findings
    assert any("kWh, its registers give 12.000000." in each for each in told)


def test_what_is_not_closed_has_no_bundle(database: Database) -> None:
    build(database, SCENES["nothing"])
    with pytest.raises(NotFoundError, match="2026-03 is not closed"):
        export_bundle(database, client_id(database, "Alpha"), MARCH, None)


def forged_inside(database: Database, change: Callable[[bytes], bytes]) -> tuple[str, ...]:
    """Change the 50th reading, make all hashes anew that are not sealed, and check the bundle."""
    closed = kept(database, "Alpha", MARCH)
    exported = export_bundle(database, client_id(database, "Alpha"), MARCH, None)
    lines = read_stored_zip(exported)[3].content.split(b"\n")
    lines[50], before = change(lines[50]), lines[50]
    assert lines[50] != before
    forged = packed_bundle(closed.document, closed.seal, b"\n".join(lines), MARCH)
    return check_bundle(forged).findings


def test_a_reading_forged_inside_the_month_is_found_where_all_figures_follow_from_it(
    database: Database,
) -> None:
    build(database, SCENES["nothing"])
    close(database, MARCH)
    for change in (
        lambda row: row.replace(b":07:00Z", b":08:00Z"),
        lambda row: row.replace(b",good,12,", b",good,,"),
        lambda row: row.replace(b",collected,", b",imported,"),
        lambda row: row + b"ab" * 32,
    ):
        (finding,) = forged_inside(database, change)
        assert finding.startswith("readings.csv is not what the statement was closed with")
