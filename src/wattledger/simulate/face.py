"""The face of a meter: everything its pages show at one instant, as digits.

All values are cut to the digits shown, so what is read off a page can be compared exactly.
"""

from dataclasses import dataclass

from wattledger.domain.instant import DAY, Instant
from wattledger.simulate.load import QUARTER, seeded
from wattledger.simulate.spec import KWH, MeterSpec


@dataclass(frozen=True, slots=True)
class Face:
    """What a meter shows: the register, and what stands beside it to be mistaken for it.

    Power is in whole watts, voltage in tenths of a volt, current in hundredths of an ampere,
    power factor in hundredths.
    """

    decimals: int
    register_milliwh: int
    today_milliwh: int
    apparent_milliwh: int
    power_mw: int
    voltage_mv: int
    current_ma: int
    pf_milli: int

    @property
    def kwh(self) -> str:
        """Return the register in kWh, as ``263412.8``."""
        return digits(self.register_milliwh, KWH, self.decimals)

    @property
    def today_kwh(self) -> str:
        """Return the energy since midnight UTC in kWh: a decoy."""
        return digits(self.today_milliwh, KWH, self.decimals)

    @property
    def kvah(self) -> str:
        """Return the apparent energy in kVAh: a decoy."""
        return digits(self.apparent_milliwh, KWH, self.decimals)

    @property
    def watts(self) -> str:
        """Return the power in W, as ``3472``."""
        return digits(self.power_mw, 1000, 0)

    @property
    def volts(self) -> str:
        """Return the voltage in V, as ``230.4``."""
        return digits(self.voltage_mv, 1000, 1)

    @property
    def amperes(self) -> str:
        """Return the current in A, as ``15.07``."""
        return digits(self.current_ma, 1000, 2)

    @property
    def power_factor(self) -> str:
        """Return the power factor, as ``0.98``."""
        return digits(self.pf_milli, 1000, 2)


def face_of(spec: MeterSpec, at: Instant) -> Face:
    """Return what a meter shows at an instant."""
    register = spec.register(at)
    power_mw = _cut(spec.load.power_mw(at), 1000)
    voltage_mv = _cut(228_000 + seeded(spec.seed, 4, at // QUARTER) % 5_000, 100)
    pf_milli = _cut(920 + seeded(spec.seed, 5) % 70, 10)
    return Face(
        decimals=spec.decimals,
        register_milliwh=register,
        today_milliwh=register - spec.register(at - at % DAY),
        apparent_milliwh=register * 1000 // pf_milli,
        power_mw=power_mw,
        voltage_mv=voltage_mv,
        current_ma=_cut(power_mw * 1_000_000 // (voltage_mv * pf_milli), 10),
        pf_milli=pf_milli,
    )


def digits(value: int, unit: int, decimals: int, *, mark: str = ".", group: str = "") -> str:
    """Write ``value`` in whole and decimal ``unit``, cutting what is finer than ``decimals``.

    >>> digits(263_412_850_000, 1_000_000, 1)
    '263412.8'
    >>> digits(263_412_850_000, 1_000_000, 2, mark=",", group=".")
    '263.412,85'
    """
    whole, rest = divmod(value, unit)
    text = f"{whole:,}".replace(",", group)
    return f"{text}{mark}{rest * 10**decimals // unit:0{decimals}d}" if decimals else text


def _cut(value: int, step: int) -> int:
    return value - value % step
