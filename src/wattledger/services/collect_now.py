"""Collect endpoints at once, because somebody asked: in chunks, each booked in one transaction."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wattledger.collect.attempt import Attempt
from wattledger.domain.errors import NotFoundError
from wattledger.domain.outcome import Outcome
from wattledger.services.collect_readings import Collected, collect_readings
from wattledger.services.progress import Progress
from wattledger.services.system import System
from wattledger.store.endpoints import EndpointRow, list_enabled

_CHUNK = 50
_CHUNKS_AT_ONCE = 6


@dataclass(frozen=True, slots=True)
class CollectedEndpoint:
    """An endpoint's name and its attempt; ``outcome`` is ``held`` where the ledger doubts it."""

    name: str
    attempt: Attempt
    outcome: Outcome
    message: str | None
