"""Pictures of the pages of reads that failed: evidence, for which no read and no device waits."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import TypeAlias

import structlog

from wattledger.collect.attempt import Attempt
from wattledger.domain.outcome import Outcome
from wattledger.services.system import System
from wattledger.store.database import Database
from wattledger.store.endpoints import EndpointRow
from wattledger.store.live import newest_attempts

_Attempts: TypeAlias = Sequence[tuple[EndpointRow, Attempt]]

_log = structlog.get_logger(__name__)

SECONDS = 10
"""How long the booking of a chunk may wait for pictures, whatever happens."""


async def picture_failures(
    system: System, attempts: _Attempts
) -> list[tuple[EndpointRow, Attempt]]:
    """Return the attempts, those that failed with a picture of the page they brought.

    An endpoint that failed in the same way the last time has its picture already. What is not
    drawn within ``SECONDS`` is left without one.
    """
    failed = [(row, each) for row, each in attempts if _is_picturable(each)]
    if not failed:
        return list(attempts)
    known = await asyncio.to_thread(_last_outcomes, system.database, [row.id for row, _ in failed])
    fresh = [(row, each) for row, each in failed if known.get(row.id) is not each.outcome]
    pictured = await _draw(system, fresh)
    return [(row, pictured.get(row.id, each)) for row, each in attempts]


def _is_picturable(attempt: Attempt) -> bool:
    fetched = attempt.fetched
    shown = bool(fetched.documents) and fetched.screenshot is None
    return shown and attempt.outcome is not Outcome.OK


def _last_outcomes(database: Database, endpoint_ids: Sequence[int]) -> dict[int, Outcome]:
    with database.connect() as connection:
        newest = newest_attempts(connection, endpoint_ids)
        return {endpoint_id: attempt.outcome for endpoint_id, attempt in newest}


async def _draw(system: System, attempts: _Attempts) -> dict[int, Attempt]:
    """Return by endpoint id what could be drawn in the time there is."""
    pictured: dict[int, Attempt] = {}

    async def draw(row: EndpointRow, attempt: Attempt) -> None:
        pictured[row.id] = await system.reader.picture(attempt)

    with suppress(TimeoutError):
        async with asyncio.timeout(SECONDS):
            drawing = (draw(row, each) for row, each in attempts)
            for end in await asyncio.gather(*drawing, return_exceptions=True):
                if isinstance(end, Exception):  # a defect must not keep the readings from the book
                    _log.error("defect_while_drawing", exc_info=end)
    return pictured
