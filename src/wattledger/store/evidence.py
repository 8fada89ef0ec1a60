"""Evidence: every attempt, and what the device answered.

Bodies are deflated; screenshots are files beside the database, written before the row that names
them, so that a crash leaves at most a file without a row.
"""

import hashlib
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, bindparam, insert, select, update
from uuid_utils import uuid7

from wattledger.domain.instant import Instant, to_datetime
from wattledger.domain.outcome import Outcome
from wattledger.store.slices import slices
from wattledger.store.tables import attempt, capture

RAW_LIMIT = 5_000
"""Characters of a capture that the API shows as ``rawData``."""

BODY_LIMIT = 2_000_000
"""Bytes of a page that are kept."""

_MOST_HEADERS = 50
_LONGEST_HEADER = 500
_LONGEST_CHARACTER = 4
"""Bytes of a character in UTF-8, at most."""
_CODEC = "deflate"


@dataclass(frozen=True, slots=True)
class Captured:
    """What a device answered: the page's text, without secrets."""

    url: str
    status: int | None
    body: str
    screenshot: bytes | None
    headers: Sequence[tuple[str, str]] | None = None


@dataclass(frozen=True, slots=True)
class AttemptRecord:
    """One attempt to be kept. ``steps`` are what it did, with milliseconds."""

    endpoint_id: int
    run_id: int | None
    started_at: Instant
    milliseconds: int
    transport: str
    outcome: Outcome
    message: str | None
    captured: Captured | None
    steps: Sequence[tuple[str, int]] | None = None


def record_attempts(
    connection: Connection, folder: Path, records: Sequence[AttemptRecord]
) -> list[int]:
    """Store attempts with their captures; returns their ids in the same order."""
    pages = [(n, each.captured) for n, each in enumerate(records) if each.captured is not None]
    rows = [_capture_row(folder, records[n], page) for n, page in pages]
    hashes = [row["sha256"] for row in rows]
    kept = zip(_insert(connection, capture, rows), hashes, strict=True)
    captures = dict(zip((n for n, _ in pages), kept, strict=True))
    attempts = [_row(each, *captures.get(n, (None, None))) for n, each in enumerate(records)]
    return _insert(connection, attempt, attempts)


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> list[int]:
    """Insert rows in few statements; returns their ids in the same order."""
    if not rows:
        return []
    ids = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    return list(connection.execute(ids, rows).scalars())


def _row(record: AttemptRecord, capture_id: int | None, sha256: str | None) -> dict[str, Any]:
    return {
        "endpoint_id": record.endpoint_id,
        "run_id": record.run_id,
        "started_at": record.started_at,
        "milliseconds": record.milliseconds,
        "transport": record.transport,
        "outcome": record.outcome.value,
        "message": record.message,
        "capture_id": capture_id,
        "evidence_sha256": sha256,
        "steps": None if record.steps is None else [list(step) for step in record.steps],
    }


def _capture_row(folder: Path, record: AttemptRecord, kept: Captured) -> dict[str, Any]:
    body = kept.body.encode()[:BODY_LIMIT]
    picture = sha256 = None
    if kept.screenshot is not None:
        picture = _write_picture(folder, record.started_at, kept.screenshot)
        sha256 = hashlib.sha256(kept.screenshot).hexdigest()
    return {
        "endpoint_id": record.endpoint_id,
        "taken_at": record.started_at,
        "url": kept.url,
        "status": kept.status,
        "sha256": hashlib.sha256(body).hexdigest(),
        "codec": _CODEC,
        "body": zlib.compress(body),
        "screenshot": picture,
        "screenshot_sha256": sha256,
        "headers": None if kept.headers is None else _headers(kept.headers),
    }


def _headers(headers: Sequence[tuple[str, str]]) -> list[list[str]]:
    """Return headers as they are kept: a device may send more than anybody reads."""
    shown = headers[:_MOST_HEADERS]
    return [[name[:_LONGEST_HEADER], text[:_LONGEST_HEADER]] for name, text in shown]


def _write_picture(folder: Path, taken_at: Instant, picture: bytes) -> str:
    name = f"{to_datetime(taken_at):%Y/%m/%d}/{uuid7()}.png"
    path = folder / name
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.write_bytes(picture)
    return name


def mark_held(connection: Connection, attempt_id: int, message: str) -> None:
    """Say of an attempt that the ledger holds what it brought."""
    held = update(attempt).where(attempt.c.id == attempt_id)
    connection.execute(held.values(outcome=Outcome.HELD.value, message=message))


_BODIES = select(capture.c.id, capture.c.body).where(
    capture.c.id.in_(bindparam("ids", expanding=True))
)


def raw_texts(connection: Connection, capture_ids: Iterable[int]) -> dict[int, str]:
    """Return the beginnings of captured pages by capture id, of those that are still kept."""
    texts: dict[int, str] = {}
    for ids in slices(capture_ids):
        bodies = connection.execute(_BODIES, {"ids": ids}).all()
        texts.update((number, _beginning(body)) for number, body in bodies)
    return texts


def _beginning(body: bytes) -> str:
    """Inflate no more of a body than is shown."""
    shown = zlib.decompressobj().decompress(body, RAW_LIMIT * _LONGEST_CHARACTER)
    return shown.decode(errors="replace")[:RAW_LIMIT]
