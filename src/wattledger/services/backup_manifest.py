"""What a backup says of itself: versions, and of each part its size and SHA-256."""

import hashlib
from collections.abc import Iterator
from typing import IO

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from wattledger.domain.errors import InvalidInputError

FORMAT = 1
MANIFEST, DATABASE, KEY, EVIDENCE = "manifest.json", "database.db", "key", "evidence/"
CHUNK = 1_000_000


class _Model(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)


class Part(_Model):
    """A file of a backup."""

    name: str
    bytes: int
    sha256: str


class Manifest(_Model):
    """A backup. ``schema_revision`` is that of the tables, ``version`` that of Wattledger."""

    format: int
    version: str
    schema_revision: str
    created_at: str
    parts: tuple[Part, ...]

    @property
    def has_key(self) -> bool:
        """Tell whether the keys of the stored passwords are in it."""
        return any(part.name == KEY for part in self.parts)

    def to_json(self) -> str:
        """Return the manifest as it stands in the backup."""
        return self.model_dump_json(by_alias=True, indent=1)


def read_manifest(text: bytes) -> Manifest:
    """Read a manifest; InvalidInputError when it is none."""
    try:
        return Manifest.model_validate_json(text)
    except ValidationError:
        raise InvalidInputError("Its manifest cannot be read: it is damaged.") from None


def chunks(source: IO[bytes]) -> Iterator[bytes]:
    """Yield the bytes of a file, a megabyte at a time."""
    while chunk := source.read(CHUNK):
        yield chunk


class Tally:
    """Counts and hashes bytes as they pass."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self.bytes = 0

    def add(self, chunk: bytes) -> None:
        """Take some bytes."""
        self._hash.update(chunk)
        self.bytes += len(chunk)

    def part(self, name: str) -> Part:
        """Return what passed as a part of this name."""
        return Part(name=name, bytes=self.bytes, sha256=self._hash.hexdigest())
