"""The sealed form of a statement: one text for one meaning, and never another."""

import json
from dataclasses import replace
from decimal import Decimal
from hashlib import sha256

from hypothesis import given, settings
from tests.reports.statements import Shape, built, priced, sealed, statement, without_value
from tests.reports.strategies import statements

from wattledger.domain.earlier import Earlier
from wattledger.domain.month_report import NamedRead
from wattledger.domain.neighbours import with_named_reads
from wattledger.domain.statement import (
    ChangedReads,
    Priced,
    Schema,
    SealedReadings,
    ServedPart,
    Statement,
)
from wattledger.domain.tariff_form import parse_tariff
from wattledger.reports.statement_json import canonical, sealed_document, statement_json

SCHEMA_1 = "2207966d3a6746441392ca83e532b24ac1da4f888966e8ec7a73a4119b05f7ba"
SCHEMA_2 = "715ee8eac5baea06bc365df5c9b826537332dd0a1304d411ba1b32e93c246873"
SCHEMA_3 = "a4bd9095f4cf39f2683d0b480a6320fbb192765568bd1239e4d367d7d26295b0"
BUILT = built(1, Shape(reset_at=40))
PART = ServedPart(0, 3_600_000_000, 250_000)
TARIFF = parse_tariff(
    {
        "name": "Standard",
        "prices": [{"fromOn": "2026-01-01", "currency": "EUR", "energyPrice": "0.2500"}],
    }
)
PRICED = Priced(Decimal("-3.10"), "EUR", Decimal("19.0"), TARIFF)
RICH = priced(statement([BUILT.line, without_value(2)]))


def test_the_sealed_form_of_schema_1_never_changes() -> None:
    """A changed hash breaks the chain of every customer: make a new schema instead."""
    document = sealed_document(sealed(RICH))
    assert sha256(document).hexdigest() == SCHEMA_1


def compared() -> Statement:
    """Return a statement that says all that schema 2 can say."""
    (adjusted,) = RICH.adjustments
    line = replace(RICH.lines[0], zone="Asia/Tokyo", previous_in_part=True, closing_between=True)
    return replace(
        RICH,
        lines=(line, *RICH.lines[1:]),
        adjustments=(replace(adjusted, before_milliwh=20_000_000, after_milliwh=7_500_000),),
        previous=Earlier(Decimal("1400.886"), in_part=True, without_value=1),
        year_ago=Earlier(),
        schema=Schema.COMPARED,
    )


def test_the_sealed_form_of_schema_2_never_changes() -> None:
    document = sealed_document(sealed(compared()))
    assert json.loads(document)["schema"] == 2
    assert sha256(document).hexdigest() == SCHEMA_2


def test_the_sealed_form_of_schema_3_never_changes() -> None:
    (adjusted,) = compared().adjustments
    changed = ChangedReads(2, NamedRead(0, 7, "ab" * 32), NamedRead(1))
    rich = replace(
        compared(),
        lines=tuple(with_named_reads(line, BUILT.readings) for line in compared().lines),
        adjustments=(
            replace(adjusted, endpoint_id="e", meter_id=2, changed=changed, parts=(PART,)),
            replace(adjusted, amount=None, priced=PRICED),
            replace(adjusted, priced=replace(PRICED, vat_percent=None, tariff=None)),
        ),
        readings=SealedReadings(124, "cd" * 32, 123, "ef" * 32),
        schema=Schema.EVIDENCED,
    )
    document = sealed_document(sealed(rich))
    assert json.loads(document)["schema"] == 3
    assert sha256(document).hexdigest() == SCHEMA_3


def test_the_seal_stands_outside_of_what_is_sealed() -> None:
    closed = sealed(RICH, previous="ab" * 32, sequence=17)
    assert closed.seal is not None
    document = json.loads(statement_json(closed))
    assert canonical(document["statement"]) == sealed_document(closed)
    assert document["seal"] == {
        "sequence": 17,
        "sha256": closed.seal.sha256,
        "previousSha256": "ab" * 32,
        "closedAt": "2026-04-02T07:15:00Z",
        "closedBy": "Erika Mustermann",
    }


def test_an_open_statement_has_no_seal() -> None:
    assert json.loads(statement_json(RICH))["seal"] is None


def test_totals_are_those_that_the_lines_print() -> None:
    document = json.loads(sealed_document(RICH))
    assert document["schema"] == 1
    assert document["totals"]["kwh"] == document["lines"][0]["printedKwh"] == "1539.435"
    assert document["totals"] == {
        "kwh": "1539.435",
        "net": "559.00",
        "vat": "106.21",
        "gross": "665.21",
    }


def test_a_day_says_what_of_it_is_estimated() -> None:
    by_day = {each["day"]: each for each in json.loads(sealed_document(RICH))["lines"][0]["days"]}
    assert by_day["2026-03-09"]["estimatedKwh"] == "0"
    assert by_day["2026-03-10"]["estimatedKwh"] == "7"


@given(statements())
@settings(max_examples=200)
def test_the_form_is_canonical_and_knows_no_binary_fractions(drawn: Statement) -> None:
    document = sealed_document(drawn)
    assert canonical(json.loads(document)) == document
    assert not list(_fractions(json.loads(document)))


def _fractions(value: object) -> list[float]:
    if isinstance(value, dict):
        return [each for part in value.values() for each in _fractions(part)]
    if isinstance(value, list):
        return [each for part in value for each in _fractions(part)]
    return [value] if isinstance(value, float) else []
