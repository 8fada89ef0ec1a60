"""The parts of a line as JSON says them: names, instants and exact decimals, null for nothing."""

from collections.abc import Iterable
from typing import Any

from wattledger.domain.instant import Instant, format_instant
from wattledger.domain.month_report import Break, MonthLine, NamedRead, Segment
from wattledger.domain.quality import Quality
from wattledger.domain.scaled import KWH, to_text

PERCENT = 4
"""Places from millionths to percent."""


def epoch_fields(segment: Segment) -> dict[str, Any]:
    """Return the part of an epoch that a line rests on; registers as displayed."""
    return {
        "kind": segment.kind,
        "firstAt": format_instant(segment.first_at),
        "firstKwh": to_text(segment.first_milliwh, KWH),
        "lastAt": format_instant(segment.last_at),
        "lastKwh": to_text(segment.last_milliwh, KWH),
        "multiplier": segment.multiplier,
    }


def named_epoch_fields(segment: Segment) -> dict[str, Any]:
    """Return the part of an epoch with the readings that its registers follow from."""
    return epoch_fields(segment) | {
        "firstReads": [read_fields(read) for read in segment.first_reads],
        "lastReads": [read_fields(read) for read in segment.last_reads],
    }


def read_fields(read: NamedRead) -> dict[str, Any]:
    """Return a reading as a statement names it."""
    return {
        "at": format_instant(read.at),
        "attemptId": read.attempt_id,
        "evidenceSha256": read.evidence_sha256,
    }


def break_fields(gap: Break) -> dict[str, Any]:
    """Return a break: its kind, the readings on both sides, and the energy booked over it."""
    return {
        "kind": gap.kind,
        "startAt": format_instant(gap.start_at),
        "endAt": format_instant(gap.end_at),
        "kwh": to_text(gap.energy_milliwh, KWH),
    }


def quality_fields(line: MonthLine) -> dict[str, str | None]:
    """Return a line's energy by quality code."""
    return energies_by_code(line.quality)


def energies_by_code(quality: Iterable[tuple[Quality, int]]) -> dict[str, str | None]:
    """Return energy by quality code."""
    return {str(code.value): to_text(energy, KWH) for code, energy in quality}


def span_fields(span: tuple[Instant, Instant]) -> dict[str, str]:
    """Return a half-open span of time."""
    return {"from": format_instant(span[0]), "to": format_instant(span[1])}
