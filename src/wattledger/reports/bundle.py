"""A closed statement as a bundle that proves itself: what it says, its seal, and its readings.

A ZIP (``stored_zip``) of four files in this order: ``manifest.json`` (size and SHA-256 of the
others), ``seal.json``, ``statement.json`` (the sealed bytes) and ``readings.csv``. ``bundle_check``
verifies it without a database.
"""

from collections.abc import Sequence
from datetime import date
from hashlib import sha256

from wattledger.domain.errors import ConflictError
from wattledger.domain.evidenced_reading import EvidencedReading
from wattledger.domain.period import next_month
from wattledger.domain.statement import Seal, Statement
from wattledger.reports.readings_csv import readings_csv
from wattledger.reports.statement_json import canonical, seal_fields, sealed_document
from wattledger.reports.stored_zip import Packed, stored_zip

MANIFEST, SEAL, STATEMENT, READINGS = "manifest.json", "seal.json", "statement.json", "readings.csv"


def statement_bundle(statement: Statement, readings: Sequence[EvidencedReading]) -> bytes:
    """Return the bundle of a closed statement; ConflictError for one that is not sealed.

    ``readings`` are at least the good ones of its meters from the last up to each line's span to
    the first behind it.
    """
    if statement.seal is None:
        raise ConflictError(
            f"The statement of {statement.client} is not closed; "
            f"close {statement.month:%Y-%m} first."
        )
    return packed_bundle(
        sealed_document(statement), statement.seal, readings_csv(readings), statement.month
    )


def packed_bundle(document: bytes, seal: Seal, readings: bytes, month: date) -> bytes:
    """Return the ZIP of a bundle's parts."""
    files = [
        Packed(SEAL, canonical(seal_fields(seal))),
        Packed(STATEMENT, document),
        Packed(READINGS, readings),
    ]
    return stored_zip([Packed(MANIFEST, manifest(files)), *files], next_month(month))


def manifest(files: Sequence[Packed]) -> bytes:
    """Return what names the other files with their size and SHA-256."""
    listed = [
        {
            "name": file.name,
            "bytes": len(file.content),
            "sha256": sha256(file.content).hexdigest(),
        }
        for file in files
    ]
    return canonical({"kind": "wattledger bundle", "schema": 1, "files": listed})
