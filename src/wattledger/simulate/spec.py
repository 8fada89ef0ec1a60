"""What a simulated meter is: which kind, whose, where, and what its register starts from."""

from dataclasses import dataclass, field

from wattledger.domain.instant import Instant, parse_instant
from wattledger.simulate.load import HEAVIEST_W, LIGHTEST_W, LoadCurve

KWH = 1_000_000
"""Milli-watt-hours in a kilowatt-hour."""

FIRST_START: Instant = parse_instant("2020-01-01T00:00:00Z")


@dataclass(frozen=True, slots=True)
class MeterSpec:
    """One simulated meter.

    Its register shows ``start_milliwh`` at ``started_at`` and rises from there along the load
    curve of ``seed``; before, it stands still. The display has ``decimals`` (1 to 3) places of
    a kWh. A one-session meter stays locked ``lock_seconds`` when nobody logs out, a late one
    takes ``delay_seconds`` to bring its number.
    """

    kind: str
    name: str
    client: str
    location: str
    seed: int
    started_at: Instant = FIRST_START
    start_milliwh: int = 0
    decimals: int = 1
    lightest_w: int = LIGHTEST_W
    heaviest_w: int = HEAVIEST_W
    username: str = "admin"
    password: str = field(default="apc+Rack&7", repr=False)
    lock_seconds: int = 180
    delay_seconds: int = 2

    @property
    def load(self) -> LoadCurve:
        """Return the load behind this meter."""
        return LoadCurve(self.seed, self.lightest_w, self.heaviest_w)

    @property
    def resolution_milliwh(self) -> int:
        """Return what the last digit of the display is worth."""
        return int(KWH // 10**self.decimals)

    def register(self, at: Instant) -> int:
        """Return what the register displays at an instant in mWh: cut to the last digit."""
        load = self.load
        drawn = load.energy_milliwh(max(at, self.started_at)) - load.energy_milliwh(self.started_at)
        total = self.start_milliwh + drawn
        return total - total % self.resolution_milliwh
