"""Whoever checks a bundle is told which seal fits it, what follows, and what nobody checked."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import Run
from tests.reports.statements import Shape, built, evidenced, priced, sealed, statement

from wattledger.domain.statement import Schema
from wattledger.reports.bundle import statement_bundle

MADE = built(1, Shape(reset_at=40))
PLAIN = priced(statement([MADE.line]))
BEFORE = "ab" * 32

Bundled = Callable[[Schema], tuple[str, str]]


@pytest.fixture
def bundled(tmp_path: Path) -> Bundled:
    """Write a bundle of a schema; returns its path and its seal."""

    def write(schema: Schema) -> tuple[str, str]:
        bare = evidenced(PLAIN, MADE.readings) if schema is Schema.EVIDENCED else PLAIN
        closed = sealed(bare, BEFORE, 17)
        path = tmp_path / f"{schema:d}.zip"
        path.write_bytes(statement_bundle(closed, MADE.readings))
        assert closed.seal is not None
        return str(path), closed.seal.sha256

    return write


def test_the_seal_and_what_it_follows_are_told(run: Run, bundled: Bundled) -> None:
    path, seal = bundled(Schema.EVIDENCED)
    checked = run("verify-bundle", path)
    assert checked.out.splitlines()[:4] == [
        "Client XYZ, 2026-03: statement 2026-03/17",
        f"Seal, SHA-256: {seal}",
        f"Seal before it: {BEFORE}",
        "The seal fits the statement and its readings.",
    ]
    told = json.loads(run("verify-bundle", path, "--json").out)
    assert told["number"] == "2026-03/17"
    assert told["seal"] == {
        "sequence": 17,
        "sha256": seal,
        "previousSha256": BEFORE,
        "closedAt": "2026-04-02T07:15:00Z",
        "closedBy": "Erika Mustermann",
    }


def test_what_nobody_checked_is_told(run: Run, bundled: Bundled) -> None:
    path, seal = bundled(Schema.EVIDENCED)
    said = run("verify-bundle", path).out
    assert f"follow from the {len(MADE.readings)} readings." in said
    assert "Not checked, since no reading here tells it: agreed prices and power, the peak" in said
    assert "compare the seal with the one on the PDF" in said
    ours = run("verify-bundle", path, "--seal", f" {seal[:32]} {seal[32:].upper()}")
    assert ours.code == 0
    assert "The seal is the one that was given." in ours.out
    assert "compare the seal" not in ours.out


def test_another_seal_than_the_one_that_is_known_is_a_finding(run: Run, bundled: Bundled) -> None:
    path, seal = bundled(Schema.EVIDENCED)
    other = run("verify-bundle", path, "--seal", BEFORE)
    assert other.code == 1
    assert f"The seal is {seal}, and not {BEFORE}: it is another statement." in other.err
    assert f"Seal, SHA-256: {seal}" in other.out
    assert "The seal fits" not in other.out
    refused = run("verify-bundle", path, "--seal", "9f2c")
    assert refused.code == 2
    assert "64 digits" in refused.err


def test_readings_that_the_seal_does_not_hold_are_told_so(run: Run, bundled: Bundled) -> None:
    checked = run("verify-bundle", bundled(Schema.FIRST)[0])
    assert checked.code == 0
    assert "the readings are NOT sealed, since it was closed as schema 1." in checked.out


def test_a_file_that_is_no_bundle_has_no_seal(run: Run, tmp_path: Path) -> None:
    told = json.loads(run("verify-bundle", str(tmp_path / "none.zip"), "--json").out)
    assert (told["holds"], told["number"], told["seal"]) == (False, None, None)
