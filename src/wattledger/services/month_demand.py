"""The demand of a month: of each meter, of a rack's two feeds together, of a client (LEDGER 5)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from wattledger.domain.demand import Windows, combine, peak_of, served, window_means, windows_of
from wattledger.domain.month_report import MonthLine, Peak
from wattledger.domain.period import calendar
from wattledger.domain.standstill import Standstill
from wattledger.domain.tally import Tally
from wattledger.store.database import Connection
from wattledger.store.demand import demand_of
from wattledger.store.devices import other_devices
from wattledger.store.months import BilledMeter, billed_meters, month_tallies
from wattledger.store.registers import Register, load_registers
from wattledger.store.standstill import standstills_between

WINDOW_MINUTES = 15


@dataclass(slots=True)
class MonthDemand:
    """The windows of one month, measured meter by meter as they are asked for."""

    connection: Connection
    month: date
    meters: Mapping[int, BilledMeter]
    registers: Mapping[int, Register]
    _windows: dict[str, Windows] = field(default_factory=dict)
    _means: dict[int, list[int | None]] = field(default_factory=dict)
    _tallies: Mapping[int, Tally] | None = None
    _devices: Mapping[int, str] | None = None

    @property
    def tallies(self) -> Mapping[int, Tally]:
        """Return what the month says of each meter, also of those that have no line."""
        if self._tallies is None:
            self._tallies = month_tallies(self.connection, self.month)
        return self._tallies

    def standstills(self, line: MonthLine) -> list[Standstill]:
        """Return where the register of a line stood still though power was drawn."""
        register = {line.meter_id: self.registers[line.meter_id]}
        span = line.start_at, line.end_at
        found = standstills_between(self.connection, register, *span).get(line.meter_id, ())
        return [each for each in found if each.touches(*span)]

    @property
    def other_devices(self) -> Mapping[int, str]:
        """Return the serial of another device that answered at a meter's address, by meter id."""
        if self._devices is None:
            spans = [calendar(each.zone).month_span(self.month) for each in self.meters.values()]
            first, last = min(start for start, _ in spans), max(end for _, end in spans)
            self._devices = other_devices(self.connection, first, last)
        return self._devices

    def peaks(self, lines: Sequence[MonthLine]) -> tuple[list[MonthLine], Peak | None]:
        """Return one client's lines with their peaks, and the peak of all of them together.

        The lines of a rack's feeds A and B have the peak of both together.
        """
        demands = [self._demand(line) for line in lines]
        racks = [self._rack(line) for line in lines]
        measured: list[MonthLine] = []
        for line, demand, rack in zip(lines, demands, racks, strict=True):
            feeds = [demand]
            if rack is not None:
                feeds = [each for each, its in zip(demands, racks, strict=True) if its == rack]
            peak = peak_of(self._windows_of(line), combine(feeds))
            measured.append(replace(line, peak=peak))
        zones = {self.meters[line.meter_id].zone for line in lines}
        whole = peak_of(self._windows_of(lines[0]), combine(demands)) if len(zones) == 1 else None
        return measured, whole

    def _rack(self, line: MonthLine) -> tuple[int, str, int] | None:
        """Return what the two feeds of a rack have in common; None for a meter that is no feed."""
        meter = self.meters[line.meter_id]
        if meter.feed is None or meter.rack is None:
            return None
        return meter.site_id, meter.rack, line.share_ppm

    def _windows_of(self, line: MonthLine) -> Windows:
        zone = self.meters[line.meter_id].zone
        windows = self._windows.get(zone)
        if windows is None:
            days = calendar(zone)
            windows = windows_of(days, *days.month_span(self.month), WINDOW_MINUTES)
            self._windows[zone] = windows
        return windows

    def _demand(self, line: MonthLine) -> list[int | None]:
        windows = self._windows_of(line)
        means = self._means.get(line.meter_id)
        if means is None:
            means = self._means[line.meter_id] = self._measure(line.meter_id, windows)
        return served(windows, means, (line.start_at, line.end_at), line.share_ppm)

    def _measure(self, meter_id: int, windows: Windows) -> list[int | None]:
        start, end = windows.edges[0], windows.edges[-1]
        intervals, samples, coarsest = demand_of(self.connection, meter_id, start, end)
        register = self.registers[meter_id].settings.at(end)
        step = register.scaled(register.resolution_milliwh or coarsest)
        return window_means(windows, intervals, samples, step)


def month_demand(
    connection: Connection, month: date, meter_ids: Collection[int] | None = None
) -> MonthDemand:
    """Return the demand of a month, to be asked for a client's lines: of all meters, or of some."""
    meters = {each.id: each for each in billed_meters(connection, meter_ids)}
    return MonthDemand(connection, month, meters, load_registers(connection, meters))
