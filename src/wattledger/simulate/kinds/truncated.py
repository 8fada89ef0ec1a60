"""Faulty: announces a longer page than it sends, and what it sends ends inside the number."""

from asyncio import StreamReader, StreamWriter

from wattledger.domain.outcome import Outcome
from wattledger.simulate.kind import Expected, Kind, Meter, RecipeJson
from wattledger.simulate.page import FIGURES, figures_table, page
from wattledger.simulate.spec import MeterSpec


def _recipe(_spec: MeterSpec) -> RecipeJson:
    return {"authType": "none", "scrapingConfig": FIGURES}


async def _cut_short(meter: Meter, reader: StreamReader, writer: StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    face = meter.face()
    whole = page(meter, figures_table(face)).encode()
    end = whole.index(f"{face.kwh} kWh</td></tr>\n</table>".encode()) + len(face.kwh) // 2
    writer.write(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n"
        + f"Content-Length: {len(whole)}\r\n\r\n".encode()
        + whole[:end]
    )
    await writer.drain()


TRUNCATED = Kind(
    "truncated",
    "faulty: the page breaks off inside the number",
    _recipe,
    conversation=_cut_short,
    expected=Expected(Outcome.TRUNCATED, "broke its answer off"),
)
