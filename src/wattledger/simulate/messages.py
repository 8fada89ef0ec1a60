"""What a farm and its processes tell each other through their pipe."""

from collections.abc import Sequence
from dataclasses import dataclass

from wattledger.domain.instant import Instant
from wattledger.simulate.spec import MeterSpec


@dataclass(frozen=True, slots=True)
class Order:
    """To a process, first: what to serve. Without ``first_port`` the kernel chooses the ports."""

    specs: Sequence[MeterSpec]
    frozen_at: Instant | None = None
    first_port: int | None = None


@dataclass(frozen=True, slots=True)
class SetTime:
    """To a process, later: stop the farm's time at an instant, or let it run (``None``)."""

    frozen_at: Instant | None


@dataclass(frozen=True, slots=True)
class Listening:
    """From a process: every meter listens; their ports in the order of the specs."""

    ports: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Failed:
    """From a process: it cannot serve, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class TimeIsSet:
    """From a process: every page from now on shows the new time."""
