"""The month to date of a client: its part of what a meter counted while it served the client."""

from dataclasses import dataclass, field

from wattledger.domain.instant import Instant
from wattledger.domain.own_view import OwnView
from wattledger.domain.period import Calendar
from wattledger.domain.span_tally import tally_between
from wattledger.store.database import Connection
from wattledger.store.readings import load_around
from wattledger.store.registers import load_registers


@dataclass(frozen=True, slots=True)
class OwnMonthToDate:
    """Takes from a meter's month to date what is the client's, as its statement will."""

    connection: Connection
    view: OwnView
    days: Calendar
    _known: dict[tuple[int, Instant], int] = field(default_factory=dict)

    def at(self, meter_id: int, at: Instant, whole_milliwh: int) -> int:
        """Return the client's month to date at an instant, from that of the whole meter."""
        start = self.days.start_of(self.days.month_of(at))
        energy = 0
        for span in self.view.spans(meter_id, start, at):
            upto = whole_milliwh if span.end_at == at else self._upto(meter_id, span.end_at, start)
            energy += span.share(upto - self._upto(meter_id, span.start_at, start))
        return energy

    def _upto(self, meter_id: int, at: Instant, start: Instant) -> int:
        """Return a meter's month to date at the edge of a span; each edge is looked up once."""
        if at <= start:
            return 0
        known = self._known.get((meter_id, at))
        if known is None:
            settings = load_registers(self.connection, [meter_id])[meter_id].settings
            readings = load_around(self.connection, meter_id, start, at)
            known = tally_between(readings, settings, start, at).energy_milliwh
            self._known[meter_id, at] = known
        return known
