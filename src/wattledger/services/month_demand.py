"""The demand of a month: of each meter, of a rack's two feeds together, of a client (LEDGER 5)."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from wattledger.domain.assignment import spans
from wattledger.domain.demand import (
    Demand,
    Windows,
    combine,
    peak_of,
    served,
    window_means,
    windows_of,
)
from wattledger.domain.month_report import MonthLine, Peak
from wattledger.domain.period import calendar
from wattledger.domain.standstill import Standstill
from wattledger.domain.tally import Tally
from wattledger.store.assignments import assignments_between, clients_by_id
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
    _means: dict[tuple[int, str], list[int | None]] = field(default_factory=dict)
    _tallies: Mapping[int, Tally] | None = None
    _devices: Mapping[int, str] | None = None

    @property
    def tallies(self) -> Mapping[int, Tally]:
        """Return what the month says of each meter, also of those that have no line."""
        if self._tallies is None:
            self._tallies = month_tallies(self.connection, self.month, self.meters)
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

        The lines of a rack's feeds A and B have the peak of both together, each of the windows in
        which its own meter served the client.
        """
        demands = [self._demand(line) for line in lines]
        racks = [self._rack(line) for line in lines]
        measured: list[MonthLine] = []
        for line, demand, rack in zip(lines, demands, racks, strict=True):
            meters, its = {line.meter_id}, demand
            if rack is not None:
                feeds = [n for n, of in enumerate(racks) if of == rack]
                meters = {lines[n].meter_id for n in feeds}
                its = combine([demands[n] for n in feeds]).within(demand)
            peak = peak_of(self._windows_of(self._zone(line)), its.means, its.served)
            if peak is not None and len(meters) > 1:
                peak = replace(peak, is_of_rack=True)
            measured.append(replace(line, peak=peak))
        return measured, self._whole(lines, demands)

    def peak(self, lines: Sequence[MonthLine]) -> Peak | None:
        """Return the peak of all of one client's lines together."""
        return self._whole(lines, [self._demand(line) for line in lines])

    def _whole(self, lines: Sequence[MonthLine], demands: Sequence[Demand]) -> Peak | None:
        """Return the peak of a client's lines together, in the windows of its statement's month."""
        if len({self._zone(line) for line in lines}) > 1:
            demands = list(self._demands_abroad(lines))
        whole = combine(demands)
        return peak_of(self._windows_of(self._zone(lines[0])), whole.means, whole.served)

    def _demands_abroad(self, lines: Sequence[MonthLine]) -> Iterator[Demand]:
        """Yield what the meters of a client with several zones drew in its statement's month.

        That month begins and ends with the first line's zone. Elsewhere it reaches into another
        month, where no line tells whom a meter served: the assignments do. All are measured in
        the same windows, so that their sum is right whatever the zones differ by.
        """
        zone = self._zone(lines[0])
        windows = self._windows_of(zone)
        start, end = windows.edges[0], windows.edges[-1]
        numbers = {key: row.public_id for key, row in clients_by_id(self.connection).items()}
        meters = sorted({line.meter_id for line in lines})
        assigned = assignments_between(self.connection, start, end, meters)
        for meter_id in meters:
            for span in spans(assigned.get(meter_id, ()), start, end):
                for share in span.shares:
                    if numbers.get(share.client_id or "") == lines[0].client_id:
                        means = self._means_of(meter_id, zone)
                        yield served(windows, means, (span.start_at, span.end_at), share.share_ppm)

    def _rack(self, line: MonthLine) -> tuple[int, str] | None:
        """Return what the two feeds of a rack have in common; None for a meter that is no feed."""
        meter = self.meters[line.meter_id]
        if meter.feed is None or meter.rack is None:
            return None
        return meter.site_id, meter.rack

    def _zone(self, line: MonthLine) -> str:
        return self.meters[line.meter_id].zone

    def _windows_of(self, zone: str) -> Windows:
        windows = self._windows.get(zone)
        if windows is None:
            days = calendar(zone)
            windows = windows_of(days, *days.month_span(self.month), WINDOW_MINUTES)
            self._windows[zone] = windows
        return windows

    def _demand(self, line: MonthLine) -> Demand:
        zone = self._zone(line)
        means = self._means_of(line.meter_id, zone)
        return served(self._windows_of(zone), means, (line.start_at, line.end_at), line.share_ppm)

    def _means_of(self, meter_id: int, zone: str) -> Sequence[int | None]:
        """Return the means of a whole meter in the windows of a zone's month."""
        means = self._means.get((meter_id, zone))
        if means is None:
            windows = self._windows_of(zone)
            means = self._means[meter_id, zone] = self._measure(meter_id, windows)
        return means

    def _measure(self, meter_id: int, windows: Windows) -> list[int | None]:
        start, end = windows.edges[0], windows.edges[-1]
        settings = self.registers[meter_id].settings
        return window_means(windows, *demand_of(self.connection, meter_id, settings, start, end))


def month_demand(
    connection: Connection, month: date, meter_ids: Collection[int] | None = None
) -> MonthDemand:
    """Return the demand of a month, to be asked for a client's lines: of all meters, or of some."""
    meters = {each.id: each for each in billed_meters(connection, meter_ids)}
    return MonthDemand(connection, month, meters, load_registers(connection, meters))
