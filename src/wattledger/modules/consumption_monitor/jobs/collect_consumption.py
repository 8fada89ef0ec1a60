"""``consumption-monitor/collect-consumption``: read the endpoints of a chunk and book them."""

from wattledger.jobs.core import ChunkResult
from wattledger.logs import telling
from wattledger.services.collect_readings import collect_readings
from wattledger.services.system import System
from wattledger.store.chunks import ChunkRow

BEGIN_SECONDS = 30
"""So long a chunk begins reads: many endpoints at one device are read one after the other, and
what was read is to be booked well within the time that the manifest gives a chunk."""


async def collect_consumption(system: System, chunk: ChunkRow) -> ChunkResult:
    """Read a chunk's endpoints; the result books them in the transaction that closes it.

    Those for which there was no time go on in another chunk.
    """
    polled = chunk.config.get("endpoints") == "due"
    with telling(run=chunk.run_id, chunk=chunk.id):
        collected = await collect_readings(
            system,
            chunk.endpoint_ids,
            run_id=chunk.run_id,
            polled=polled,
            pictures=chunk.config.get("screenshotOnError", True),
            begin_seconds=BEGIN_SECONDS,
        )
    return ChunkResult(collected.outcomes, collected.book, collected.unread)
