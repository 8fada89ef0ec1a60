"""Read endpoints and book what they showed: first all the reading, then one transaction."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import structlog

from wattledger.collect.attempt import Attempt
from wattledger.domain.instant import Instant
from wattledger.domain.outcome import Outcome
from wattledger.domain.reading import Sample, Status
from wattledger.domain.recipe import Engine
from wattledger.services.captured_page import joined
from wattledger.services.picture_failures import picture_failures
from wattledger.services.poll_lateness import due_times
from wattledger.services.read_devices import UNHURRIED, DeviceReads, ReadingTime
from wattledger.services.refused_login import note_logins, said
from wattledger.services.system import System
from wattledger.store.billed_meters import let_totals_take_over
from wattledger.store.database import Connection
from wattledger.store.endpoints import (
    EndpointRow,
    find_or_create_meter,
    load_endpoints,
    meters_of,
    prefer_engines,
)
from wattledger.store.evidence import AttemptRecord, Captured, mark_held, record_attempts
from wattledger.store.ledger import book
from wattledger.store.readings import NewReading

_log = structlog.get_logger(__name__)

HELD_MESSAGE = (
    "The register cannot have gone there since the last good reading; the value is held until "
    "later readings tell."
)


@dataclass(frozen=True, slots=True)
class Collected:
    """The attempts at some endpoints, to be booked in a transaction of the caller's.

    ``outcomes`` says by endpoint id how each ended; ``held`` is known once it is booked, and so is
    which are ``resting``, not to be read for now, because their login was refused, and ``final``,
    not to be tried again soon, as a login was sent that has not been seen to work yet.
    ``unread`` are those for which there was no time.
    """

    system: System
    attempts: Sequence[tuple[EndpointRow, Attempt]]
    run_id: int | None
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    unread: Sequence[int] = ()
    resting: dict[int, str] = field(default_factory=dict)
    final: set[int] = field(default_factory=set)

    def book(self, connection: Connection) -> None:
        """Write attempts, captures, readings, the ledger, and what logins and transports worked."""
        now = self.system.clock.now()
        self.resting.update(note_logins(connection, self.system.vault, self.attempts, now))
        self.final.update(self.resting, map(_id, filter(_is_unproved, self.attempts)))
        records = [_record(*each, self.run_id, self.resting) for each in self.attempts]
        attempt_ids = record_attempts(connection, self.system.settings.evidence_dir, records)
        ids = zip((row.public_id for row, _ in self.attempts), attempt_ids, strict=True)
        _log.debug("booking", run=self.run_id, attempts=[{"endpoint": e, "id": i} for e, i in ids])
        meters = meters_of(connection, (row.id for row, _ in self.attempts))
        readings: dict[int, list[NewReading]] = {}
        origins: dict[int, tuple[EndpointRow, int]] = {}
        for (row, attempt), attempt_id in zip(self.attempts, attempt_ids, strict=True):
            for sample in attempt.samples:
                meter_id = meters.get((row.id, sample.key))
                if meter_id is None:
                    meter_id = find_or_create_meter(connection, row.id, sample.key)
                origins[meter_id] = (row, attempt_id)
                readings[meter_id] = _readings(sample, attempt, attempt_id)
        booked = book(connection, {m: fresh for m, fresh in readings.items() if fresh})
        for result in booked.values():
            if result.last is not None:
                self.system.metrics.booked(result.last.word)
        let_totals_take_over(connection, booked)
        for meter_id, result in booked.items():
            if result.last is Status.HELD:
                row, attempt_id = origins[meter_id]
                self.outcomes[row.id] = Outcome.HELD
                mark_held(connection, attempt_id, HELD_MESSAGE)
        prefer_engines(connection, dict(self._new_preferences()))

    def _new_preferences(self) -> list[tuple[int, Engine]]:
        """Return the endpoints that another transport served than is remembered for them."""
        return [
            (row.id, attempt.transport)
            for row, attempt in self.attempts
            if attempt.outcome is Outcome.OK and attempt.transport is not row.preferred_engine
        ]


async def collect_readings(
    system: System,
    endpoint_ids: Sequence[int],
    *,
    run_id: int | None = None,
    polled: bool = False,
    each: Callable[[], None] | None = None,
    pictures: bool = True,
    time: ReadingTime = UNHURRIED,
) -> Collected:
    """Read endpoints, those at one device after each other; ``each`` is called as one ends.

    ``polled`` are endpoints that were due: how late they are read is counted.
    Reads that fail keep a picture of the page unless ``pictures`` are not wanted.
    """
    rows, due_at = await asyncio.to_thread(_load, system, endpoint_ids)
    if not time.is_asked_for:
        now = system.clock.now()
        rows = [row for row in rows if row.login_tries and (row.login_again_at or now) <= now]

    def begun(row: EndpointRow, at: Instant) -> None:
        if polled:
            system.metrics.polled(max(0, at - due_at[row.id]))

    reads = DeviceReads(system, time, begun, each or _nothing)
    await reads.run(rows)
    attempts = reads.attempts
    outcomes = {row.id: attempt.outcome for row, attempt in attempts}
    kept = await picture_failures(system, attempts) if pictures else _without_pictures(attempts)
    return Collected(system, kept, run_id, outcomes, reads.unread)


def _nothing() -> None:
    """Tell nobody."""


def _is_unproved(end: tuple[EndpointRow, Attempt]) -> bool:
    row, attempt = end
    is_sent = attempt.fetched.login_sent and attempt.outcome is not Outcome.OK
    return is_sent and not row.login_has_worked


def _id(end: tuple[EndpointRow, Attempt]) -> int:
    return end[0].id


def _without_pictures(
    attempts: Sequence[tuple[EndpointRow, Attempt]],
) -> list[tuple[EndpointRow, Attempt]]:
    """Return attempts without the pictures that the browser took of them."""
    return [
        (row, replace(each, fetched=replace(each.fetched, screenshot=None)))
        for row, each in attempts
    ]


def _load(
    system: System, endpoint_ids: Sequence[int]
) -> tuple[list[EndpointRow], Mapping[int, Instant]]:
    """Return the endpoints, and when each was to be polled."""
    with system.database.connect() as connection:
        rows = load_endpoints(connection, endpoint_ids)
        return rows, due_times(connection, rows, system.clock.now())


def _readings(sample: Sample, attempt: Attempt, attempt_id: int) -> list[NewReading]:
    """Return the sample as a reading; without a register there is none."""
    if sample.total_milliwh is None or sample.resolution_milliwh is None:
        return []
    reading = NewReading(
        at=attempt.read_at,
        total_milliwh=sample.total_milliwh,
        resolution_milliwh=sample.resolution_milliwh,
        power_mw=sample.power_mw,
        voltage_mv=sample.voltage_mv,
        current_ma=sample.current_ma,
        pf_milli=sample.pf_milli,
        attempt_id=attempt_id,
        serial=sample.serial,
        reset_stamp=sample.reset_stamp,
    )
    return [reading]


def _record(
    row: EndpointRow, attempt: Attempt, run_id: int | None, rests: Mapping[int, str]
) -> AttemptRecord:
    return AttemptRecord(
        endpoint_id=row.id,
        run_id=run_id,
        started_at=attempt.started_at,
        milliseconds=attempt.milliseconds,
        transport=attempt.transport.value,
        outcome=attempt.outcome,
        message=said(attempt.message, rests.get(row.id)),
        captured=_captured(attempt),
        steps=_steps(attempt),
    )


def _steps(attempt: Attempt) -> list[tuple[str, int]] | None:
    """Return how far an attempt got. Of one that ended well nobody asks, and there are many."""
    if attempt.outcome is Outcome.OK:
        return None
    return [(step.label, step.milliseconds) for step in attempt.fetched.steps]


def _captured(attempt: Attempt) -> Captured | None:
    fetched = attempt.fetched
    if not fetched.documents:
        return None
    body = joined(fetched.documents)
    headers = None if attempt.outcome is Outcome.OK else fetched.headers
    return Captured(fetched.documents[0].url, fetched.status, body, fetched.screenshot, headers)
