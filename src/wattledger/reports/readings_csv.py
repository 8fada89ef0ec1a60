"""Readings as the CSV of a bundle: by meter and time, registers as displayed."""

import csv
import io
from collections.abc import Iterable, Sequence
from operator import attrgetter

from wattledger.domain.errors import InvalidInputError
from wattledger.domain.evidenced_reading import EvidencedReading
from wattledger.domain.instant import format_instant
from wattledger.domain.reading import Source, Status
from wattledger.domain.scaled import KWH, to_text
from wattledger.reports.read_fields import Fields

COLUMNS = (
    "endpointId",
    "meterId",
    "at",
    "totalKwh",
    "status",
    "energyKwh",
    "source",
    "attemptId",
    "evidenceSha256",
)
_STATUSES = {status.word: status for status in Status}
_SOURCES = {source.name.lower(): source for source in Source}


def readings_csv(readings: Iterable[EvidencedReading]) -> bytes:
    """Return readings as CSV, by meter and time; registers as displayed."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for reading in sorted(readings, key=attrgetter("meter_id", "at", "total_milliwh")):
        writer.writerow(
            (
                reading.endpoint_id,
                reading.meter_id,
                format_instant(reading.at),
                to_text(reading.total_milliwh, KWH),
                reading.status.word,
                to_text(reading.energy_milliwh, KWH) or "",
                reading.source.name.lower(),
                "" if reading.attempt_id is None else reading.attempt_id,
                reading.evidence_sha256 or "",
            )
        )
    return out.getvalue().encode("utf-8")


def parse_readings(content: bytes) -> list[EvidencedReading]:
    """Return the readings of a CSV; InvalidInputError, with a sentence, for what is none."""
    try:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8"), newline="")))
    except (UnicodeDecodeError, csv.Error):
        raise InvalidInputError("the file is not CSV as Wattledger writes it.") from None
    if not rows or tuple(rows[0]) != COLUMNS:
        raise InvalidInputError("its first line does not name the columns of readings.")
    return [_reading(number, row) for number, row in enumerate(rows[1:], 2)]


def _reading(number: int, row: Sequence[str]) -> EvidencedReading:
    if len(row) != len(COLUMNS):
        raise InvalidInputError(f"line {number} has {len(row)} columns and not {len(COLUMNS)}.")
    fields = Fields(dict(zip(COLUMNS, row, strict=True)), f"line {number}")
    attempt, evidence = fields.text("attemptId"), fields.text("evidenceSha256")
    has_energy = bool(fields.text("energyKwh"))
    return EvidencedReading(
        endpoint_id=fields.text("endpointId"),
        meter_id=fields.parsed("meterId", int),
        at=fields.instant("at"),
        total_milliwh=fields.scaled("totalKwh", KWH),
        status=fields.parsed("status", _status),
        energy_milliwh=fields.scaled("energyKwh", KWH) if has_energy else None,
        attempt_id=fields.parsed("attemptId", int) if attempt else None,
        evidence_sha256=evidence or None,
        source=fields.parsed("source", _source),
    )


def _status(word: str) -> Status:
    if word not in _STATUSES:
        raise ValueError(word)
    return _STATUSES[word]


def _source(word: str) -> Source:
    if word not in _SOURCES:
        raise ValueError(word)
    return _SOURCES[word]
