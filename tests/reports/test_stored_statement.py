"""A closed statement is printed from what was sealed: nothing may be lost on the way."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from tests.reports.statements import Shape, built, priced, sealed, statement, without_value
from tests.reports.strategies import statements

from wattledger.domain.errors import InvalidInputError
from wattledger.domain.statement import Statement
from wattledger.reports.pdf import statement_pdf
from wattledger.reports.statement_json import canonical, sealed_document, statement_json
from wattledger.reports.stored_statement import statement_from_json

RICH = sealed(priced(statement([built(1, Shape(reset_at=40)).line, without_value(2)])))


@given(statements())
@settings(max_examples=300)
def test_what_is_written_is_read_back_whole(drawn: Statement) -> None:
    read = statement_from_json(statement_json(drawn))
    assert read == drawn
    assert statement_json(read) == statement_json(drawn)


def test_a_sealed_document_is_read_without_its_seal() -> None:
    read = statement_from_json(sealed_document(RICH))
    assert read.seal is None
    assert sealed_document(read) == sealed_document(RICH)


def test_a_statement_is_printed_from_its_json_as_it_was_printed_first() -> None:
    assert statement_pdf(statement_from_json(statement_json(RICH))) == statement_pdf(RICH)


Change = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda s: s.pop("month"), "statement.month is missing"),
        (lambda s: s.update(month="2026-3"), "statement.month"),
        (lambda s: s.update(month="9999-12"), "statement.month"),
        (lambda s: s.update(kind="invoice"), "no statement of Wattledger"),
        (lambda s: s.update(schema=4), "schema 4; this version reads schemas 1 to 3"),
        (lambda s: s.update(schema=3), "statement.readings is missing"),
        (lambda s: s.update(schema=2), "statement.lines[0].timeZone is missing"),
        (lambda s: s.update(schema=True), "statement.schema"),
        (lambda s: s.update(notes=[1]), "statement.notes"),
        (lambda s: s.update(lines=[1]), "statement.lines"),
        (lambda s: s.update(client=7), "statement.client"),
        (lambda s: s["lines"][0].update(kwh="1e3"), "statement.lines[0].kwh"),
        (lambda s: s["lines"][0].update(kwh="1.0000001"), "statement.lines[0].kwh"),
        (lambda s: s["lines"][0].update(kwh="NaN"), "statement.lines[0].kwh"),
        (lambda s: s["lines"][0].update(kwh="x"), "statement.lines[0].kwh"),
        (lambda s: s["lines"][0].update(kwh="1" * 99), "statement.lines[0].kwh"),
        (lambda s: s["lines"][0].update(flags=["lucky"]), "flag that is not known"),
        (lambda s: s["lines"][0]["quality"].update({"99": "1"}), "quality code"),
        (lambda s: s["lines"][0].update({"from": "2026-03-01T00:00:00"}), "lines[0].from"),
        (lambda s: s["lines"][0].update({"from": "2026-03-01T00:00:00+01:00"}), "lines[0].from"),
        (lambda s: s["lines"][0].update({"from": "0001-01-01T00:00:00+14:00"}), "lines[0].from"),
        (lambda s: s["lines"][0]["peak"].update(of="meter"), "statement.lines[0].peak.of"),
        (lambda s: s["charges"][0].update(kind="tip"), "statement.charges[0].kind"),
    ],
)
def test_what_is_no_statement_is_refused_with_the_place(change: Change, named: str) -> None:
    document = json.loads(sealed_document(RICH))
    change(document)
    with pytest.raises(InvalidInputError) as refused:
        statement_from_json(canonical(document))
    assert named in str(refused.value)


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{", b"\xff", b'{"kind": 1.5}', b'{"a": NaN}', b"[" * 100_000]
)
def test_what_is_no_json_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidInputError):
        statement_from_json(content)
