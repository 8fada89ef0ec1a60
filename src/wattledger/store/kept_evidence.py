"""Evidence as it is kept: attempts, the pages that devices answered, and pictures of them."""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from sqlalchemy import Connection, Row, Select, and_, select, tuple_

from wattledger.domain.errors import NotFoundError
from wattledger.domain.instant import Instant
from wattledger.domain.outcome import Outcome
from wattledger.domain.register import INT64_MAX
from wattledger.store.evidence import BODY_LIMIT
from wattledger.store.tables import attempt, capture, endpoint

_AnySelect: TypeAlias = Select[*tuple[Any, ...]]

AttemptKey = tuple[Instant, int]
"""Where an attempt stands in the order of lists: when it began, and its number."""


@dataclass(frozen=True, slots=True)
class StoredCapture:
    """What a device answered, as it is kept: the SHA-256 is that of the bytes of ``body``.

    ``body`` is None where only what is around it was asked for. ``screenshot`` is the picture's
    file within the folder of evidence; it and its SHA-256 are None where none is kept.
    """

    id: int
    endpoint_id: str
    endpoint: str
    taken_at: Instant
    url: str
    status: int | None
    sha256: str
    headers: Sequence[Sequence[str]] | None
    screenshot: str | None
    screenshot_sha256: str | None
    body: bytes | None = None

    @property
    def page(self) -> bytes:
        """Return the page where it was asked for."""
        return self.body or b""


@dataclass(frozen=True, slots=True)
class StoredAttempt:
    """One attempt as it is kept; ``capture`` is None where nothing was, or is no longer, kept.

    ``steps`` are what it did, with milliseconds; None where that is not kept.
    """

    id: int
    endpoint_id: str
    endpoint: str
    run_id: int | None
    started_at: Instant
    milliseconds: int
    transport: str
    outcome: Outcome
    message: str | None
    steps: Sequence[tuple[str, int]] | None
    capture: StoredCapture | None


@dataclass(frozen=True, slots=True)
class AttemptFilter:
    """Which attempts are wanted: begun in [start, end), and how they ended."""

    success: bool | None = None
    outcome: Outcome | None = None
    start: Instant | None = None
    end: Instant | None = None


_CAPTURE = (
    capture.c.id,
    endpoint.c.public_id,
    endpoint.c.name,
    capture.c.taken_at,
    capture.c.url,
    capture.c.status,
    capture.c.sha256,
    capture.c.headers,
    capture.c.screenshot,
    capture.c.screenshot_sha256,
)
_OF_CAPTURE = len(_CAPTURE)
_ATTEMPT = (
    attempt.c.id,
    endpoint.c.public_id,
    endpoint.c.name,
    attempt.c.run_id,
    attempt.c.started_at,
    attempt.c.milliseconds,
    attempt.c.transport,
    attempt.c.outcome,
    attempt.c.message,
    attempt.c.steps,
)
_ATTEMPTS: _AnySelect = (
    select(*_CAPTURE, *_ATTEMPT)
    .select_from(attempt)
    .join(endpoint, endpoint.c.id == attempt.c.endpoint_id)
    .outerjoin(capture, capture.c.id == attempt.c.capture_id)
)
_CAPTURES: _AnySelect = select(*_CAPTURE, capture.c.body).select_from(capture).join(endpoint)
# What the ledger holds was read all the same.
_READ = (Outcome.OK.value, Outcome.HELD.value)


def find_attempt(connection: Connection, attempt_id: int) -> StoredAttempt:
    """Return an attempt with the page it captured; NotFoundError when it is not kept."""
    row = None
    if _is_id(attempt_id):
        rows = _ATTEMPTS.add_columns(capture.c.body).where(attempt.c.id == attempt_id)
        row = connection.execute(rows).first()
    if row is None:
        raise NotFoundError(f"There is no attempt {attempt_id}, or it is kept no longer.")
    return _attempt(row, row.body)


def list_attempts(
    connection: Connection,
    endpoint_id: int,
    wanted: AttemptFilter,
    after: AttemptKey | None,
    limit: int,
) -> list[StoredAttempt]:
    """Return attempts at an endpoint, newest first, without the pages they captured."""
    rows = _ATTEMPTS.where(attempt.c.endpoint_id == endpoint_id, *_passing(wanted))
    if after is not None:
        rows = rows.where(tuple_(attempt.c.started_at, attempt.c.id) < tuple_(*after))
    newest_first = rows.order_by(attempt.c.started_at.desc(), attempt.c.id.desc()).limit(limit)
    return [_attempt(row, None) for row in connection.execute(newest_first)]


def find_capture(connection: Connection, capture_id: int) -> StoredCapture:
    """Return what a device answered; NotFoundError when it is not kept."""
    row = None
    if _is_id(capture_id):
        row = connection.execute(_CAPTURES.where(capture.c.id == capture_id)).first()
    if row is None:
        raise NotFoundError(f"There is no capture {capture_id}, or it is kept no longer.")
    return _capture(row, row.body)


def capturing_transport(connection: Connection, kept: StoredCapture) -> str | None:
    """Return over which transport a page was captured; None when the attempt is not kept."""
    began = and_(endpoint.c.public_id == kept.endpoint_id, attempt.c.started_at == kept.taken_at)
    found = (
        select(attempt.c.transport)
        .join_from(attempt, endpoint)
        .where(began, attempt.c.capture_id == kept.id)
    )
    transport: str | None = connection.scalar(found.limit(1))
    return transport


def _passing(wanted: AttemptFilter) -> Iterable[Any]:
    if wanted.success is not None:
        is_read = attempt.c.outcome.in_(_READ)
        yield is_read if wanted.success else ~is_read
    if wanted.outcome is not None:
        yield attempt.c.outcome == wanted.outcome.value
    if wanted.start is not None:
        yield attempt.c.started_at >= wanted.start
    if wanted.end is not None:
        yield attempt.c.started_at < wanted.end


def _is_id(number: int) -> bool:
    return 0 < number <= INT64_MAX


def _attempt(row: Row[Any], body: bytes | None) -> StoredAttempt:
    number, public_id, name, run, started, taken, transport, outcome, message, steps = row[
        _OF_CAPTURE : _OF_CAPTURE + len(_ATTEMPT)
    ]
    told = None if steps is None else [(label, milliseconds) for label, milliseconds in steps]
    kept = None if row[0] is None else _capture(row, body)
    return StoredAttempt(
        number,
        public_id,
        name,
        run,
        started,
        taken,
        transport,
        Outcome(outcome),
        message,
        told,
        kept,
    )


def _capture(row: Row[Any], body: bytes | None) -> StoredCapture:
    page = None if body is None else zlib.decompressobj().decompress(body, BODY_LIMIT)
    return replace(StoredCapture(*row[:_OF_CAPTURE]), body=page)
