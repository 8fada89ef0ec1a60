"""Show the evidence of a figure: the attempt that brought it, and what the device answered."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from wattledger.config import Settings
from wattledger.domain.errors import NotFoundError
from wattledger.store.database import Database
from wattledger.store.endpoints import find_endpoint
from wattledger.store.kept_evidence import (
    AttemptFilter,
    AttemptKey,
    StoredAttempt,
    StoredCapture,
    find_attempt,
    find_capture,
    list_attempts,
)


@dataclass(frozen=True, slots=True)
class AttemptPage:
    """Attempts at an endpoint, newest first, and the key the next page goes on from."""

    attempts: Sequence[StoredAttempt]
    following: AttemptKey | None


def show_attempt(database: Database, attempt_id: int) -> StoredAttempt:
    """Return an attempt; NotFoundError when it is not, or no longer, kept."""
    with database.connect() as connection:
        return find_attempt(connection, attempt_id)


def show_attempts(
    database: Database, endpoint: str, wanted: AttemptFilter, after: AttemptKey | None, limit: int
) -> AttemptPage:
    """Return a page of the attempts at an endpoint, without the pages they captured.

    NotFoundError when there is no such endpoint.
    """
    with database.connect() as connection:
        number = find_endpoint(connection, endpoint).id
        found = list_attempts(connection, number, wanted, after, limit + 1)
    page = found[:limit]
    last = page[-1] if len(found) > limit else None
    return AttemptPage(page, None if last is None else (last.started_at, last.id))


def show_capture(database: Database, capture_id: int) -> StoredCapture:
    """Return what a device answered; NotFoundError when it is not, or no longer, kept."""
    with database.connect() as connection:
        return find_capture(connection, capture_id)


def show_picture(
    database: Database, settings: Settings, capture_id: int
) -> tuple[StoredCapture, bytes]:
    """Return a capture and its picture, a PNG; NotFoundError when none is kept."""
    kept = show_capture(database, capture_id)
    if kept.screenshot is not None:
        # A file may be gone before its row: then there is no picture, and nothing is wrong.
        with suppress(FileNotFoundError):
            return kept, (settings.evidence_dir / kept.screenshot).read_bytes()
    raise NotFoundError(f"There is no picture of capture {capture_id}, or it is kept no longer.")
