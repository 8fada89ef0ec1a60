"""The farm as its user sees it: start it, know every address and every true value, close it."""

import resource
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from wattledger.domain.instant import Instant
from wattledger.domain.recipe import Recipe
from wattledger.simulate.face import Face, face_of
from wattledger.simulate.kind import Expected, RecipeJson
from wattledger.simulate.kinds import KINDS
from wattledger.simulate.link import FarmError, Link
from wattledger.simulate.load import QUARTER
from wattledger.simulate.messages import Order
from wattledger.simulate.serving import LOOPBACK
from wattledger.simulate.spec import MeterSpec

_METERS_A_PROCESS = 2_500
_LEAST_METERS_A_PROCESS = 50
_FILES_FOR_CALLERS = 200
_LAST_PORT = 65_535


@dataclass(frozen=True, slots=True)
class FarmDevice:
    """A simulated meter that listens, and what is true of it."""

    spec: MeterSpec
    port: int

    @property
    def address(self) -> str:
        """Return its address, as ``http://127.0.0.1:40123``."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def recipe(self) -> RecipeJson:
        """Return the recipe a person would write for it, with its own login."""
        return KINDS[self.spec.kind].recipe(self.spec)

    @property
    def expected(self) -> Expected:
        """Return how reading it with that recipe must end."""
        return KINDS[self.spec.kind].expected

    @property
    def needs_browser(self) -> bool:
        """Tell whether it can be read only with a browser."""
        return KINDS[self.spec.kind].needs_browser

    @property
    def tells_power(self) -> bool:
        """Tell whether that recipe reads the power as well."""
        return "power" in Recipe.model_validate(self.recipe).scraping_config.fields

    def register(self, at: Instant) -> int:
        """Return what its register displays at an instant, in mWh."""
        return self.spec.register(at)

    def powers(self, first: Instant, last: Instant) -> frozenset[int]:
        """Return every power it displays between two instants, both included, in mW."""
        quarters = range(first - first % QUARTER, last + 1, QUARTER)
        return frozenset(self.face(at).power_mw for at in quarters)

    def face(self, at: Instant) -> Face:
        """Return all it displays at an instant."""
        return face_of(self.spec, at)


class Farm:
    """Simulated meters that listen on 127.0.0.1, each on a port of its own, until closed.

    They are served by processes of their own, which end with this one, however it ends.
    """

    def __init__(self, links: Sequence[Link], devices: Sequence[FarmDevice]) -> None:
        self.devices = tuple(devices)
        self._links = tuple(links)

    @classmethod
    def start(
        cls,
        specs: Sequence[MeterSpec],
        *,
        frozen_at: Instant | None = None,
        first_port: int | None = None,
    ) -> Self:
        """Start a farm and return when every meter listens; FarmError when it cannot be.

        ``frozen_at`` stops the farm's time. With ``first_port`` the meters take the ports from
        there on, in order; else the kernel chooses.
        """
        _refuse_impossible(specs, first_port)
        orders = list(_orders(specs, frozen_at, first_port))
        links: list[Link] = []
        try:
            links.extend(Link() for _ in orders)
            for link, order in zip(links, orders, strict=True):
                link.order(order)
            ports = [port for link in links for port in link.ports()]
        except BaseException:
            _close(links)
            raise
        devices = [FarmDevice(spec, port) for spec, port in zip(specs, ports, strict=True)]
        return cls(links, devices)

    def freeze(self, at: Instant | None) -> None:
        """Stop the farm's time at an instant, or let it run on with the machine's (``None``)."""
        for link in self._links:
            link.set_time(at)

    def close(self) -> None:
        """Stop all meters at once, also those with callers still waiting."""
        links, self._links = self._links, ()
        _close(links)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def _close(links: Sequence[Link]) -> None:
    for link in links:
        link.let_go()
    for link in links:
        link.join()


def _refuse_impossible(specs: Sequence[MeterSpec], first_port: int | None) -> None:
    unknown = sorted({spec.kind for spec in specs} - KINDS.keys())
    if unknown:
        raise FarmError(f"No such kind of meter: {', '.join(unknown)}. Known: {', '.join(KINDS)}.")
    if first_port is not None and not 0 < first_port <= _LAST_PORT + 1 - len(specs):
        raise FarmError(
            f"{len(specs)} ports from {first_port} on do not lie within 1 to {_LAST_PORT}; "
            "choose another first port."
        )


def _orders(
    specs: Sequence[MeterSpec], frozen_at: Instant | None, first_port: int | None
) -> Iterator[Order]:
    """Share the meters out to as few processes as their limit of open files allows."""
    share = min(_METERS_A_PROCESS, _open_files() - _FILES_FOR_CALLERS)
    if share < _LEAST_METERS_A_PROCESS:
        raise FarmError(
            f"The limit of open files is {_open_files()}, too low for a farm; raise it to "
            f"{_METERS_A_PROCESS + _FILES_FOR_CALLERS} or more (ulimit -Hn)."
        )
    for start in range(0, len(specs), share):
        port = None if first_port is None else first_port + start
        yield Order(specs[start : start + share], frozen_at, port)


def _open_files() -> int:
    """Return how many files a process of ours may open once it raises its limit."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _METERS_A_PROCESS * 2 if hard == resource.RLIM_INFINITY else hard
