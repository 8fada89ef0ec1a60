"""The seal of a statement holds the readings of its bundle: each of them, and what proves it."""

import csv
import json
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from io import BytesIO
from itertools import groupby

import pytest
from tests.reports.statements import (
    KWH,
    MONTH,
    Shape,
    built,
    by_meter,
    evidenced,
    priced,
    sealed,
    statement,
)

from wattledger.domain.evidenced_reading import EvidencedReading
from wattledger.domain.instant import MINUTE
from wattledger.domain.reading import Source, Status
from wattledger.domain.statement import Statement
from wattledger.reports import kept_readings
from wattledger.reports.bundle import packed_bundle, statement_bundle
from wattledger.reports.bundle_check import BundleCheck, check_bundle
from wattledger.reports.kept_readings import MeterReadings, hash_of, hash_of_packed, pack, unpack
from wattledger.reports.readings_csv import readings_csv
from wattledger.reports.statement_json import sealed_document

Readings = list[EvidencedReading]
INSIDE = 60
"""The place of a reading in the middle of the month, next to nothing that the statement names."""


def month() -> tuple[Statement, Readings]:
    """Return March of a meter that was reset, and its readings with two that were left out."""
    made = [built(number, Shape(reset_at=40)) for number in (1, 2)]
    readings = [each for of_meter in made for each in of_meter.readings]
    held = replace(readings[50], at=readings[50].at + MINUTE, status=Status.HELD, total_milliwh=7)
    glitch = replace(held, at=held.at + MINUTE, status=Status.GLITCH, source=Source.CHECK)
    known = sorted([*readings, held, glitch], key=lambda each: (each.meter_id, each.at))
    return priced(statement([each.line for each in made])), known


PLAIN, READINGS = month()
CLOSED = sealed(evidenced(PLAIN, READINGS))
NOT_THEIRS = "readings.csv is not what the statement was closed with: a reading of it was changed."


def repacked(closed: Statement, readings: Readings) -> BundleCheck:
    """Check a bundle whose readings were exchanged and whose hashes were made anew.

    All but the seal's: that is known from the client's next statement, or from its PDF.
    """
    assert closed.seal is not None
    forged = packed_bundle(sealed_document(closed), closed.seal, readings_csv(readings), MONTH)
    return check_bundle(forged)


def test_a_bundle_holds_with_the_readings_that_were_sealed() -> None:
    check = check_bundle(statement_bundle(CLOSED, READINGS))
    assert check.findings == ()
    assert check.seals_readings
    assert check.readings == len(READINGS)


def micro(kwh: str) -> int:
    return int(Decimal(kwh) * 1_000_000)


def line_of(rows: Iterable[dict[str, str]]) -> list[list[object]]:
    return [
        [
            (datetime.fromisoformat(row["at"]) - datetime(1970, 1, 1, tzinfo=UTC))
            // timedelta(microseconds=1),
            micro(row["totalKwh"]),
            ["good", "jitter", "held", "glitch", "rejected", "stale"].index(row["status"]),
            micro(row["energyKwh"]) if row["energyKwh"] else None,
            ["collected", "imported", "check"].index(row["source"]),
            int(row["attemptId"]) if row["attemptId"] else None,
            row["evidenceSha256"] or None,
        ]
        for row in rows
    ]


def test_anybody_can_work_out_the_hash_of_the_readings_without_our_code() -> None:
    """The recipe of docs/reference/statements.md, from the file alone."""
    with zipfile.ZipFile(BytesIO(statement_bundle(CLOSED, READINGS))) as opened:
        rows = list(csv.DictReader(opened.read("readings.csv").decode().splitlines()))
        sealed_as = json.loads(opened.read("statement.json"))["readings"]
    good = [row for row in rows if row["status"] == "good"]
    for name, those in (("sha256", rows), ("goodSha256", good)):
        lines = [
            {"endpointId": endpoint, "meterId": int(meter), "readings": line_of(own)}
            for (endpoint, meter), own in groupby(
                those, lambda row: (row["endpointId"], row["meterId"])
            )
        ]
        written = "".join(f"{json.dumps(line, separators=(',', ':'))}\n" for line in lines)
        assert sha256(written.encode()).hexdigest() == sealed_as[name]
    assert (sealed_as["count"], sealed_as["goodCount"]) == (len(rows), len(rows) - 2)


def test_the_good_readings_alone_hold_too() -> None:
    """What was left out may be another device's: a client does not get it."""
    good = [each for each in READINGS if each.status is Status.GOOD]
    check = repacked(CLOSED, good)
    assert (check.findings, check.readings) == ((), len(good))


Forgery = Callable[[Readings], Readings]


def at(place: int, **changes: object) -> Forgery:
    """Return what changes the reading at a place."""

    def forge(readings: Readings) -> Readings:
        forged = replace(readings[place], **changes)  # type: ignore[arg-type] # fields of it
        return [*readings[:place], forged, *readings[place + 1 :]]

    return forge


FORGERIES: dict[str, Forgery] = {
    "a register": at(INSIDE, total_milliwh=READINGS[INSIDE].total_milliwh + KWH),
    "a time": at(INSIDE, at=READINGS[INSIDE].at + MINUTE),
    "a status": at(INSIDE, status=Status.REJECTED),
    "an energy": at(INSIDE, energy_milliwh=None, source=Source.IMPORTED),
    "an endpoint": at(INSIDE, endpoint_id="0198c0de-0000-7000-9000-00000000000f"),
    "an attempt": at(INSIDE, attempt_id=None),
    "the hash of a page": at(INSIDE, evidence_sha256="00" * 32),
    "a reading taken away": lambda readings: [*readings[:INSIDE], *readings[INSIDE + 1 :]],
    "a reading put in": lambda readings: [
        *readings,
        replace(readings[INSIDE], at=readings[INSIDE].at + MINUTE),
    ],
    "one that was left out, taken away": lambda readings: [
        each for each in readings if each.status is not Status.HELD
    ],
    "one that was left out, changed": lambda readings: [
        replace(each, total_milliwh=8) if each.status is Status.HELD else each for each in readings
    ],
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES.keys())
def test_a_reading_inside_the_month_cannot_be_forged(forge: Forgery) -> None:
    forged = forge(READINGS)
    # No figure tells: the month follows from its edges, its reset and what lies beside them.
    assert repacked(sealed(PLAIN), forged).findings == ()
    assert repacked(CLOSED, forged).findings == (NOT_THEIRS,)


def test_a_bundle_that_was_sealed_without_its_readings_holds_still_and_says_so() -> None:
    check = check_bundle(statement_bundle(sealed(PLAIN), READINGS))
    assert check.findings == ()
    assert not check.seals_readings


def test_a_file_that_is_no_bundle_seals_nothing() -> None:
    assert not check_bundle(b"").seals_readings


def test_a_statement_names_the_readings_that_its_registers_follow_from() -> None:
    for line in CLOSED.lines:
        own = [each for each in READINGS if each.meter_id == line.meter_id]
        by_instant = {each.at: each for each in own if each.status is Status.GOOD}
        install, reset = line.segments
        assert [len(reads) for reads in (install.first_reads, reset.last_reads)] == [2, 2]
        assert install.first_reads[0].at < install.first_at < install.first_reads[1].at
        assert [each.at for each in install.last_reads] == [install.last_at]
        assert [each.at for each in reset.first_reads] == [reset.first_at]
        for read in (*install.first_reads, *install.last_reads, *reset.first_reads):
            known = by_instant[read.at]
            assert (read.attempt_id, read.evidence_sha256) == (
                known.attempt_id,
                known.evidence_sha256,
            )


def test_a_statement_that_names_other_readings_than_it_has_is_found() -> None:
    install, reset = CLOSED.lines[0].segments
    for other in (
        replace(install, first_reads=install.last_reads),
        replace(install, last_reads=(replace(install.last_reads[0], evidence_sha256="0" * 64),)),
    ):
        line = replace(CLOSED.lines[0], segments=(other, reset))
        named = sealed(replace(CLOSED, lines=(line, CLOSED.lines[1])))
        (finding,) = repacked(named, READINGS).findings
        assert "are not the ones it has." in finding


def whole(meters: Iterable[MeterReadings]) -> Readings:
    return [each for meter in meters for each in meter.whole]


def test_readings_are_kept_whole_in_the_same_bytes() -> None:
    packed, known = pack(by_meter(READINGS))
    assert whole(unpack(packed)) == READINGS
    assert known == CLOSED.readings
    assert pack(by_meter(READINGS)) == (packed, known)


def test_packed_readings_are_hashed_without_being_looked_into(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    packed, known = pack(by_meter(READINGS))
    for at_once in (1, 7, 1_000, 1_000_000):
        monkeypatch.setattr(kept_readings, "_AT_ONCE", at_once)
        assert hash_of_packed(packed) == known.sha256
        assert hash_of_packed(pack([])[0]) == pack([])[1].sha256
    assert hash_of_packed(packed[:-5]) is None
    assert hash_of_packed(b"no deflated bytes") is None
    assert hash_of_packed(b"") is None


def test_those_of_some_meters_are_found_among_all() -> None:
    packed, _ = pack(by_meter(READINGS))
    assert whole(unpack(packed, {2})) == [each for each in READINGS if each.meter_id == 2]
    assert whole(unpack(packed, ())) == []


def test_a_meter_of_which_nothing_counts_is_among_all_and_not_among_the_good() -> None:
    held = [replace(each, status=Status.HELD) for each in READINGS if each.meter_id == 2]
    known = [*(each for each in READINGS if each.meter_id == 1), *held]
    good = [each for each in known if each.status is Status.GOOD]
    _, all_of_them = pack(by_meter(known))
    assert all_of_them.sha256 == hash_of(known)
    assert all_of_them.good_sha256 == hash_of(good) == pack(by_meter(good))[1].sha256
    nothing = MeterReadings("e", 9, [])
    assert pack([*by_meter(known), nothing])[1] == all_of_them


def test_a_statement_without_lines_seals_that_there_are_no_readings() -> None:
    nothing = sealed(evidenced(statement([]), []))
    check = check_bundle(statement_bundle(nothing, []))
    assert check.findings == ()
    assert check.seals_readings
    (found,) = repacked(nothing, READINGS).findings
    assert found == NOT_THEIRS


def resealed(**changes: object) -> tuple[str, ...]:
    """Return what is found where what the statement says of its readings was changed and sealed."""
    assert CLOSED.readings is not None
    other = replace(CLOSED, readings=replace(CLOSED.readings, **changes))  # type: ignore[arg-type]
    return repacked(sealed(other), READINGS).findings


def test_a_statement_that_should_seal_its_readings_and_does_not_is_found() -> None:
    check = repacked(sealed(replace(CLOSED, readings=None)), READINGS)
    told = "The statement does not name the readings that it was closed with."
    assert (check.findings, check.seals_readings) == ((told,), False)


def test_what_a_statement_says_of_its_readings_is_held_against_them() -> None:
    assert resealed() == ()
    told = f"{len(READINGS)}, {len(READINGS) - 2} of them good."
    for changes in ({"count": 1}, {"good_count": 0}, {"count": len(READINGS) + 1}):
        (finding,) = resealed(**changes)
        assert finding.endswith(f"readings.csv has {told}")
    (finding,) = resealed(good_sha256="0" * 64)
    assert finding == "The hash of the good readings is not that of those it was closed with."


def test_the_good_readings_alone_are_fewer_than_all() -> None:
    good = [each for each in READINGS if each.status is Status.GOOD]
    assert CLOSED.readings is not None
    fewer = replace(CLOSED.readings, count=len(good), sha256="0" * 64)
    (finding,) = repacked(sealed(replace(CLOSED, readings=fewer)), good).findings
    assert finding.startswith(f"The statement says that it was closed with {len(good)} readings")
