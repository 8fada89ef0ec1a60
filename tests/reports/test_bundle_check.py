"""The bundle: it proves itself without a database, and no byte of it can be changed unseen."""

import io
import json
import random
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from tests.reports.statements import KWH, MONTH, Built, Shape, built, priced, sealed, statement

from wattledger.domain.charge import Charge, ChargeKind
from wattledger.domain.errors import ConflictError
from wattledger.domain.evidenced_reading import EvidencedReading
from wattledger.domain.month_report import MonthLine, MonthState
from wattledger.domain.reading import Status
from wattledger.domain.seal import seal_of
from wattledger.domain.statement import Seal, Statement
from wattledger.reports.bundle import packed_bundle, statement_bundle
from wattledger.reports.bundle_check import LARGEST, check_bundle, verify_bundle
from wattledger.reports.readings_csv import readings_csv
from wattledger.reports.statement_json import canonical, sealed_document
from wattledger.reports.stored_zip import Packed, read_stored_zip, stored_zip

EDGES = (0, 1, 39, 40, 123, 124)
"""Steps of the readings that a line with a reset needs: around its edges and its break."""


def small() -> tuple[Statement, list[EvidencedReading]]:
    """Return a closed statement and only those readings that it rests on."""
    made = built(1, Shape(reset_at=40))
    needed = [each for each in made.readings if each.attempt_id in EDGES]
    line = replace(made.line, days=(), estimated_days=())
    return sealed(priced(statement([line])), "ab" * 32, 17), needed


CLOSED, READINGS = small()
BUNDLE = statement_bundle(CLOSED, READINGS)


def test_a_bundle_that_was_exported_holds(tmp_path: Path) -> None:
    path = tmp_path / "bundle.zip"
    path.write_bytes(BUNDLE)
    check = verify_bundle(path)
    assert check.findings == ()
    assert check.holds
    assert check.readings == len(READINGS)
    assert check.statement == replace(CLOSED, seal=None)
    assert check.seal == CLOSED.seal


def test_a_bundle_has_the_seal_that_is_known_from_elsewhere_or_is_another() -> None:
    assert CLOSED.seal is not None
    assert check_bundle(BUNDLE, CLOSED.seal.sha256).holds
    other = "cd" * 32
    assert check_bundle(BUNDLE, other).findings == (
        f"The seal is {CLOSED.seal.sha256}, and not {other}: it is another statement.",
    )


@pytest.mark.parametrize(
    "shape",
    [
        Shape(),
        Shape(reset_at=40),
        Shape(gap=(30, 50)),
        Shape(begins_at=20),
        Shape(share_ppm=333_333),
        Shape(multiplier=4000, reset_at=77),
    ],
)
def test_whatever_befell_a_meter_its_line_follows_from_its_readings(shape: Shape) -> None:
    made = [built(number, shape) for number in range(4)]
    closed = sealed(priced(statement([each.line for each in made])))
    assert check_bundle(statement_bundle(closed, all_readings(made))).findings == ()


def all_readings(made: Sequence[Built]) -> list[EvidencedReading]:
    return [reading for each in made for reading in each.readings]


def test_other_programs_open_it() -> None:
    with zipfile.ZipFile(io.BytesIO(BUNDLE)) as opened:
        assert opened.testzip() is None
        assert opened.namelist() == ["manifest.json", "seal.json", "statement.json", "readings.csv"]
        document = opened.read("statement.json")
        seal = json.loads(opened.read("seal.json"))
        listed = json.loads(opened.read("manifest.json"))["files"]
        for each in listed:
            content = opened.read(each["name"])
            assert each["sha256"] == sha256(content).hexdigest()
            assert each["bytes"] == len(content)
    head = b"wattledger seal 1\n17\n" + b"ab" * 32 + b"\n"
    head += b"2026-04-02T07:15:00Z\nErika Mustermann\n"
    assert seal["sha256"] == sha256(head + document).hexdigest()


def test_the_same_statement_gives_the_same_bundle_in_whatever_order_it_is_read() -> None:
    assert statement_bundle(CLOSED, READINGS[::-1]) == BUNDLE


def test_a_statement_that_is_not_closed_has_no_bundle() -> None:
    with pytest.raises(ConflictError, match="close 2026-03 first"):
        statement_bundle(replace(CLOSED, seal=None), READINGS)


def test_flipping_any_byte_is_found_and_told_in_a_sentence() -> None:
    """Each byte that is no figure or text - all headers - and a sample of the others."""
    bits = random.Random(2026)
    headers = [at for at in range(len(BUNDLE)) if at < 400 or at > len(BUNDLE) - 400]
    local = [BUNDLE.index(name) for name in (b"seal.json", b"statement.json", b"readings.csv")]
    around = [at for start in local for at in range(start - 40, start + 20)]
    sample = bits.sample(range(len(BUNDLE)), 1_500)
    for at in {*headers, *around, *sample}:
        flipped = bytearray(BUNDLE)
        flipped[at] ^= 1 << bits.randrange(8)
        findings = check_bundle(bytes(flipped)).findings
        assert findings, f"byte {at}"
        assert all(finding.endswith(".") for finding in findings)


@pytest.mark.parametrize("at", [0, 10, 100, len(BUNDLE) // 2, len(BUNDLE) - 1])
def test_a_file_cut_off_or_lengthened_is_found(at: int) -> None:
    assert check_bundle(BUNDLE[:at]).findings
    assert check_bundle(BUNDLE + b"\0" * (at + 1)).findings


def test_a_file_packed_anew_by_another_program_is_found() -> None:
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", method) as other:
            for name, content in read_stored_zip(BUNDLE):
                other.writestr(name, content)
        assert not check_bundle(out.getvalue()).holds


def test_a_zip_of_other_files_is_no_bundle() -> None:
    strange = stored_zip([Packed("../../etc/passwd", b"x")], MONTH)
    assert check_bundle(strange).findings == ("The ZIP does not hold the four files of a bundle.",)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    missing = verify_bundle(tmp_path / "none.zip")
    assert missing.findings == ("none.zip cannot be read: No such file or directory.",)
    assert "cannot be read" in verify_bundle(tmp_path).findings[0]
    huge = tmp_path / "huge.zip"
    with huge.open("wb") as file:
        file.truncate(LARGEST + 1)
    assert verify_bundle(huge).findings == (
        "huge.zip is larger than any bundle: more than 512 MB.",
    )


def forged(
    closed: Statement = CLOSED, readings: Sequence[EvidencedReading] = READINGS
) -> tuple[str, ...]:
    """Return what is found of a bundle whose manifest and seal were made anew by a forger."""
    assert closed.seal is not None
    document = sealed_document(closed)
    told = (closed.seal.closed_at, closed.seal.closed_by)
    seal = replace(closed.seal, sha256=seal_of("ab" * 32, 17, *told, document))
    content = packed_bundle(document, seal, readings_csv(readings), MONTH)
    return check_bundle(content).findings


def with_line(**changes: Any) -> Statement:  # noqa: ANN401 - any field
    return replace(CLOSED, lines=(replace(CLOSED.lines[0], **changes),))


LINE: MonthLine = CLOSED.lines[0]


def test_a_forger_who_seals_anew_is_found_by_the_readings() -> None:
    assert forged() == ()
    more = (LINE.energy_milliwh or 0) + 1
    assert "the energy is stated as" in forged(with_line(energy_milliwh=more))[0]
    opening = (LINE.opening_milliwh or 0) + 1
    assert "the opening register" in forged(with_line(opening_milliwh=opening))[0]
    assert "the closing register" in forged(with_line(closing_milliwh=None))[0]
    assert "no good readings lie around" in forged(readings=READINGS[1:])[0]
    moved = [replace(READINGS[0], total_milliwh=READINGS[0].total_milliwh + KWH), *READINGS[1:]]
    assert "the register is stated as" in forged(readings=moved)[0]
    held = [replace(READINGS[0], status=Status.HELD), *READINGS[1:]]
    assert "no good readings lie around" in forged(readings=held)[0]


def test_a_currency_without_cents_is_rounded_to_its_whole() -> None:
    energy = replace(CLOSED.charges[0], amount=Decimal(443))
    taxed = Charge(ChargeKind.VAT, "VAT", Decimal(84), Decimal(443), "%", Decimal(19))
    assert forged(replace(CLOSED, currency="JPY", charges=(energy, taxed))) == ()
    wrong = replace(taxed, amount=Decimal(85))
    assert len(forged(replace(CLOSED, currency="JPY", charges=(energy, wrong)))) == 1


def test_a_charge_that_is_not_quantity_times_price_is_found() -> None:
    first = CLOSED.charges[0]
    wrong = replace(CLOSED, charges=(replace(first, amount=first.amount + 1), *CLOSED.charges[1:]))
    assert forged(wrong)[0] == "Energy: the amount is not the quantity times the price."


def test_a_statement_that_is_not_closed_is_found() -> None:
    findings = forged(replace(CLOSED, state=MonthState.PROVISIONAL))
    assert findings == ("The statement is provisional; only a closed one is sealed.",)


def test_sums_that_are_not_those_of_the_lines_are_found() -> None:
    document = json.loads(sealed_document(CLOSED))
    document["totals"]["gross"] = "1.00"
    assert "its sums are not its lines'" in tampered(canonical(document))[0]
    assert "its sums are not its lines'" in tampered(sealed_document(CLOSED) + b"\n")[0]


def tampered(document: bytes, *, csv: bytes = readings_csv(READINGS)) -> tuple[str, ...]:
    seal = Seal(17, seal_of("ab" * 32, 17, 0, "nobody", document), "ab" * 32, 0, "nobody")
    return check_bundle(packed_bundle(document, seal, csv, MONTH)).findings


Change = Callable[[str], str]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda text: text.replace("endpointId", "id"), "does not name the columns"),
        (lambda text: text.replace(",good,", ",fine,", 1), "line 2.status"),
        (lambda text: text.replace("T", " ", 1), "line 2.at"),
        (lambda text: text + "a,b\n", "has 2 columns and not 9"),
        (lambda text: text.replace("0198", "0_198"), "no good reading"),
        (lambda text: text.replace(",2,", ",two,", 1), "line 2.meterId"),
        (lambda text: text.replace("\n", "\r\n"), "readings.csv is not in the form"),
        (lambda text: text + '"' + "x" * 200_000, "not CSV"),
        (lambda _: "", "does not name the columns"),
    ],
)
def test_readings_of_another_form_are_found(change: Change, found: str) -> None:
    csv = change(readings_csv(READINGS).decode()).encode()
    assert any(found in finding for finding in tampered(sealed_document(CLOSED), csv=csv))


def test_a_seal_of_another_form_is_found() -> None:
    files = dict(read_stored_zip(BUNDLE))
    files["seal.json"] = files["seal.json"].replace(b'"closedBy":', b' "closedBy":')
    findings = check_bundle(stored_zip([Packed(*file) for file in files.items()], MONTH)).findings
    assert "seal.json is not in the form that is exported." in findings


def test_readings_that_are_no_text_are_found() -> None:
    assert "not CSV" in tampered(sealed_document(CLOSED), csv=b"\xff")[0]


def test_an_imported_reading_has_no_attempt_and_no_evidence() -> None:
    bare = [replace(each, attempt_id=None, evidence_sha256=None) for each in READINGS]
    assert check_bundle(statement_bundle(CLOSED, bare)).findings == ()


@pytest.mark.parametrize("manifest", [b"{}", b"x", b'{"files":[{"name":"seal.json","sha256":""}]}'])
def test_a_manifest_that_names_other_files_is_found(manifest: bytes) -> None:
    files = [Packed("manifest.json", manifest), *read_stored_zip(BUNDLE)[1:]]
    findings = check_bundle(stored_zip(files, MONTH)).findings
    assert findings
    assert "differs from the export" in findings[-1]
