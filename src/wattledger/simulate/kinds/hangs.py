"""Faulty: takes the connection and the request, and never answers."""

from asyncio import StreamReader, StreamWriter

from wattledger.domain.outcome import Outcome
from wattledger.simulate.kind import Expected, Kind, Meter, RecipeJson
from wattledger.simulate.page import FIGURES
from wattledger.simulate.spec import MeterSpec

_CHUNK = 65_536


def _recipe(_spec: MeterSpec) -> RecipeJson:
    return {"authType": "none", "scrapingConfig": FIGURES}


async def _listen_only(_meter: Meter, reader: StreamReader, _writer: StreamWriter) -> None:
    while await reader.read(_CHUNK):
        pass


HANGS = Kind(
    "hangs",
    "faulty: never answers",
    _recipe,
    conversation=_listen_only,
    expected=Expected(Outcome.TIMEOUT, "did not answer"),
)
