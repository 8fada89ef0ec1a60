"""``consumption-monitor/collect-consumption``: read the endpoints of a chunk and book them."""

from wattledger.jobs.core import ChunkResult
from wattledger.logs import telling
from wattledger.services.collect_readings import collect_readings
from wattledger.services.read_devices import ReadingTime
from wattledger.services.system import System
from wattledger.store.chunks import ChunkRow

TIME = ReadingTime(begin_seconds=30, end_seconds=110)
"""Many endpoints at one device are read one after the other, and many pages wait for few places in
the browser; what was read is to be booked well within the time that the manifest gives a chunk."""


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
            time=TIME,
        )
    return ChunkResult(collected.outcomes, collected.book, collected.unread, final=collected.final)
