"""Faulty: answers with bytes that are not HTTP, as a serial console behind the port does."""

from asyncio import StreamReader, StreamWriter

from wattledger.domain.outcome import Outcome
from wattledger.simulate.kind import Expected, Kind, Meter, RecipeJson
from wattledger.simulate.page import FIGURES
from wattledger.simulate.spec import MeterSpec

_GARBAGE = bytes([0xFF, 0xFD, 0x18, 0xFF, 0xFD, 0x1F, 0x00, 0x07, 0x9C, 0x81]) * 20


def _recipe(_spec: MeterSpec) -> RecipeJson:
    return {"authType": "none", "scrapingConfig": FIGURES}


async def _answer(_meter: Meter, reader: StreamReader, writer: StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(_GARBAGE)
    await writer.drain()


GARBAGE = Kind(
    "garbage",
    "faulty: answers, but not with HTTP",
    _recipe,
    conversation=_answer,
    expected=Expected(Outcome.UNREACHABLE, "not with HTTP"),
)
