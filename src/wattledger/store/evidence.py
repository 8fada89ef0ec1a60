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

from wattledger.domain.errors import NotFoundError
from wattledger.domain.instant import Instant, to_datetime
from wattledger.domain.outcome import Outcome
from wattledger.domain.register import INT64_MAX
from wattledger.store.slices import slices
from wattledger.store.tables import attempt, capture, endpoint

RAW_LIMIT = 5_000
"""Characters of a capture that the API shows as ``rawData``."""

_BODY_LIMIT = 2_000_000
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


@dataclass(frozen=True, slots=True)
class AttemptRecord:
    """One attempt to be kept."""

    endpoint_id: int
    run_id: int | None
    started_at: Instant
    milliseconds: int
    transport: str
    outcome: Outcome
    message: str | None
    captured: Captured | None


def record_attempts(
    connection: Connection, folder: Path, records: Sequence[AttemptRecord]
) -> list[int]:
    """Store attempts with their captures; returns their ids in the same order."""
    pages = [(n, each.captured) for n, each in enumerate(records) if each.captured is not None]
    rows = [_capture_row(folder, records[n], page) for n, page in pages]
    captures = dict(zip((n for n, _ in pages), _insert(connection, capture, rows), strict=True))
    attempts = [_row(each, captures.get(n)) for n, each in enumerate(records)]
    return _insert(connection, attempt, attempts)


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> list[int]:
    """Insert rows in few statements; returns their ids in the same order."""
    if not rows:
        return []
    ids = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    return list(connection.execute(ids, rows).scalars())


def _row(record: AttemptRecord, capture_id: int | None) -> dict[str, Any]:
    return {
        "endpoint_id": record.endpoint_id,
        "run_id": record.run_id,
        "started_at": record.started_at,
        "milliseconds": record.milliseconds,
        "transport": record.transport,
        "outcome": record.outcome.value,
        "message": record.message,
        "capture_id": capture_id,
    }


def _capture_row(folder: Path, record: AttemptRecord, kept: Captured) -> dict[str, Any]:
    body = kept.body.encode()[:_BODY_LIMIT]
    picture = None
    if kept.screenshot is not None:
        picture = _write_picture(folder, record.started_at, kept.screenshot)
    return {
        "endpoint_id": record.endpoint_id,
        "taken_at": record.started_at,
        "url": kept.url,
        "status": kept.status,
        "sha256": hashlib.sha256(body).hexdigest(),
        "codec": _CODEC,
        "body": zlib.compress(body),
        "screenshot": picture,
    }


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


@dataclass(frozen=True, slots=True)
class StoredCapture:
    """What a device answered, as it is kept: the SHA-256 is that of the bytes of ``body``."""

    id: int
    endpoint_id: str
    endpoint: str
    taken_at: Instant
    url: str
    status: int | None
    sha256: str
    body: bytes


@dataclass(frozen=True, slots=True)
class StoredAttempt:
    """One attempt as it is kept; ``capture`` is None where nothing was, or is no longer, kept."""

    id: int
    endpoint_id: str
    endpoint: str
    run_id: int | None
    started_at: Instant
    milliseconds: int
    transport: str
    outcome: Outcome
    message: str | None
    capture: StoredCapture | None


def find_attempt(connection: Connection, attempt_id: int) -> StoredAttempt:
    """Return an attempt with what it captured; NotFoundError when it is not kept."""
    rows = (
        select(attempt, endpoint.c.public_id, endpoint.c.name)
        .join_from(attempt, endpoint)
        .where(attempt.c.id == attempt_id)
    )
    row = connection.execute(rows).first() if _is_id(attempt_id) else None
    if row is None:
        raise NotFoundError(f"There is no attempt {attempt_id}, or it is kept no longer.")
    return StoredAttempt(
        row.id,
        row.public_id,
        row.name,
        row.run_id,
        row.started_at,
        row.milliseconds,
        row.transport,
        Outcome(row.outcome),
        row.message,
        None if row.capture_id is None else _capture(connection, row.capture_id),
    )


def find_capture(connection: Connection, capture_id: int) -> StoredCapture:
    """Return what a device answered; NotFoundError when it is not kept."""
    found = _capture(connection, capture_id) if _is_id(capture_id) else None
    if found is None:
        raise NotFoundError(f"There is no capture {capture_id}, or it is kept no longer.")
    return found


def _is_id(number: int) -> bool:
    return 0 < number <= INT64_MAX


def _capture(connection: Connection, capture_id: int) -> StoredCapture | None:
    rows = (
        select(capture, endpoint.c.public_id, endpoint.c.name)
        .join_from(capture, endpoint)
        .where(capture.c.id == capture_id)
    )
    row = connection.execute(rows).first()
    if row is None:
        return None
    return StoredCapture(
        row.id,
        row.public_id,
        row.name,
        row.taken_at,
        row.url,
        row.status,
        row.sha256,
        zlib.decompressobj().decompress(row.body, _BODY_LIMIT),
    )
