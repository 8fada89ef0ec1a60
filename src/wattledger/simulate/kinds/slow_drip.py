"""Faulty: a healthy header, then the page one byte at a time, for ever."""

import asyncio
from asyncio import StreamReader, StreamWriter

from wattledger.domain.outcome import Outcome
from wattledger.simulate.kind import Expected, Kind, Meter, RecipeJson
from wattledger.simulate.page import FIGURES
from wattledger.simulate.spec import MeterSpec

_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<html><body><!--"
_SECONDS_A_BYTE = 0.2


def _recipe(_spec: MeterSpec) -> RecipeJson:
    return {"authType": "none", "scrapingConfig": FIGURES}


async def _drip(_meter: Meter, reader: StreamReader, writer: StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(_HEAD)
    while True:
        await writer.drain()
        await asyncio.sleep(_SECONDS_A_BYTE)
        writer.write(b".")


SLOW_DRIP = Kind(
    "slow-drip",
    "faulty: a byte now and then, for ever",
    _recipe,
    conversation=_drip,
    expected=Expected(Outcome.TIMEOUT, "too slow"),
)
