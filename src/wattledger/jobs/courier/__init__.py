"""Couriers: they carry chunk ids to workers, and may lose or double them."""

from collections.abc import Iterable
from typing import Protocol


class Courier(Protocol):
    """Carries chunk ids; the tables make it exact."""

    def send(self, chunk_ids: Iterable[int]) -> None:
        """Take chunk ids along."""
        ...

    async def receive(self) -> int:
        """Wait for the next chunk id."""
        ...
