"""Finds in an answer what is not the caller's: words, ids, registers and powers of others."""

import base64
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from urllib.parse import unquote

import httpx
import msgspec
from pypdf import PdfReader
from tests.web.tenancy import World

_NUMBER = re.compile(r"\d+\.\d+")
_METER = re.compile(r'"(?:meterId|parentId)":(\d+)')
_CURSOR = re.compile(r'"nextCursor":"([^"]+)"')
_ENDINGS = {"application/json": ".json", "text/csv": ".csv", "application/pdf": ".pdf"}
_THOUSANDTH = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class Foreign:
    """What is not a client's, and must be in no answer to it."""

    words: tuple[str, ...]
    ids: frozenset[str]
    meters: frozenset[int]
    numbers: frozenset[Decimal]
    printed: frozenset[Decimal] = field(repr=False)
    neighbours: frozenset[Decimal] = field(repr=False)

    @classmethod
    def to(cls, client: str, world: World) -> "Foreign":
        """Return what is foreign to a client."""
        own = world.terms_of(client)
        endpoints = {place.endpoint for place in own}
        numbers = world.foreign_numbers(client)
        return cls(
            tuple(world.foreign_words(client)),
            frozenset(
                [each for name, each in world.endpoints.items() if name not in endpoints]
                + [each for name, each in world.clients.items() if name != client]
            ),
            frozenset(number for place, number in world.meters.items() if place not in own),
            frozenset(numbers),
            frozenset(each.quantize(_THOUSANDTH) for each in numbers),
            frozenset(world.neighbours(client)),
        )

    def leaks(self, response: httpx.Response) -> list[str]:
        """Return what of it an answer tells, but for what the caller sent itself."""
        found: list[str] = []
        for name, text in _texts(response):
            told = _without_echo(text, response) if response.status_code >= 400 else text
            low = told.casefold()
            found += [f"{name}: {each}" for each in (*self.words, *self.ids) if each in low]
            found += [
                f"{name}: meter {number}"
                for number in map(int, _METER.findall(told))
                if number in self.meters
            ]
            found += [f"{name}: {number}" for number in self._foreign_numbers(name, told)]
        return found

    def _foreign_numbers(self, name: str, text: str) -> set[Decimal]:
        numbers = set(map(Decimal, _NUMBER.findall(text)))
        if name.endswith(".pdf"):
            return numbers & self.printed
        # The proof of a statement holds the readings beside its edges (decision 0019).
        allowed = self.neighbours if name.endswith("readings.csv") else frozenset()
        return numbers & self.numbers - allowed


def _texts(response: httpx.Response) -> Iterator[tuple[str, str]]:
    """Yield an answer's headers and body as text; of files, that of each part."""
    yield (
        "headers",
        "\n".join(f"{name}: {unquote(each)}" for name, each in response.headers.items()),
    )
    kind = response.headers.get("Content-Type", "").partition(";")[0]
    endings = {
        "application/json": "answer.json",
        "text/csv": "answer.csv",
        "application/pdf": ".pdf",
    }
    yield from _of_file(endings.get(kind, "answer.zip"), response.content)
    for cursor in _CURSOR.findall(response.text if kind == "application/json" else ""):
        yield "cursor", base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()


def _of_file(name: str, content: bytes) -> Iterator[tuple[str, str]]:
    if name.endswith((".zip", ".xlsx")):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for inner in packed.namelist():
                yield f"name of {name}", inner
                yield from _of_file(f"{name}/{inner}", packed.read(inner))
    elif name.endswith(".pdf"):
        yield name, "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    else:
        yield name, content.decode()


def _without_echo(text: str, response: httpx.Response) -> str:
    sent = [*response.request.url.params.values(), *unquote(response.request.url.path).split("/")]
    for each in sorted(filter(None, sent), key=len, reverse=True):
        for spelled in (each, msgspec.json.encode(each).decode().strip('"')):
            text = text.replace(spelled, "")
    return text
