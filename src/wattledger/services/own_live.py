"""A client's live page: endpoints as far as their meters serve it now (LEDGER 6)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from wattledger.domain.instant import Instant
from wattledger.domain.own_view import OwnSpan, OwnView
from wattledger.domain.period import calendar
from wattledger.services.live_consumption import LiveEndpoint, assess
from wattledger.services.live_watch import LiveWatch
from wattledger.services.own_month_to_date import OwnMonthToDate
from wattledger.store.database import Connection
from wattledger.store.live import EndpointNow, MeterNow


@dataclass(frozen=True, slots=True)
class _Own:
    """What was made of an endpoint, and from what: the same makes the same again."""

    whole: EndpointNow
    spans: Mapping[int, object]
    part: EndpointNow


class OwnLive:
    """The endpoints of one client as they were when it last looked, in order of name.

    Of an endpoint that serves several, only the client's meters and its share are there.
    """

    def __init__(self) -> None:
        self.live: dict[int, LiveEndpoint] = {}
        self._own: dict[int, _Own] = {}

    @property
    def endpoints(self) -> dict[int, EndpointNow]:
        """Return what the client sees of endpoints, by number."""
        return {number: each.part for number, each in self._own.items()}

    def look(self, connection: Connection, watch: LiveWatch, view: OwnView, now: Instant) -> None:
        """Look at what is the client's at an instant of what the watch has seen."""
        serving = view.now(now)
        self._own = {
            endpoint.id: self._of(connection, endpoint, view, serving)
            for endpoint in watch.of_meters(serving)
        }
        assessed = assess(connection, (each.part for each in self._own.values()), now)
        # What did not change stays the same object, so that it is not printed again.
        self.live = {
            number: before if (before := self.live.get(number)) == after else after
            for number, after in assessed.items()
        }

    def _of(
        self,
        connection: Connection,
        endpoint: EndpointNow,
        view: OwnView,
        serving: Mapping[int, OwnSpan],
    ) -> _Own:
        meters = [meter for meter in endpoint.meters if meter.id in serving]
        spans = {meter.id: (serving[meter.id], view.meters[meter.id]) for meter in meters}
        before = self._own.get(endpoint.id)
        if before is not None and before.whole is endpoint and before.spans == spans:
            return before
        part = replace(
            endpoint,
            # A client is told no address, so that none can be searched for either.
            address="",
            client=view.client,
            created_at=max(endpoint.created_at, min(serving[m.id].start_at for m in meters)),
            meters=[
                _own_meter(connection, endpoint.zone, meter, serving[meter.id], view)
                for meter in meters
            ],
        )
        return _Own(endpoint, spans, part)


def _own_meter(
    connection: Connection, zone: str, meter: MeterNow, span: OwnSpan, view: OwnView
) -> MeterNow:
    """Return what a client sees of a meter; what was read before it served it is another's."""
    if meter.at is None or meter.at < span.start_at:
        return _unread(meter)
    good_at = meter.good_at if (meter.good_at or 0) >= span.start_at else None
    return replace(
        meter,
        p_max_mw=_part(meter.p_max_mw, span),
        good_at=good_at,
        month_milliwh=None if good_at is None else _own_month(connection, zone, meter, view),
        power_mw=_part(meter.power_mw, span),
        current_ma=_part(meter.current_ma, span),
    )


def _unread(meter: MeterNow) -> MeterNow:
    return MeterNow(
        id=meter.id,
        key=meter.key,
        p_max_mw=None,
        at=None,
        total_milliwh=None,
        status=None,
        good_at=None,
        month=None,
        month_milliwh=None,
        power_mw=None,
        voltage_mv=None,
        current_ma=None,
        pf_milli=None,
    )


def _part(value: int | None, span: OwnSpan) -> int | None:
    return None if value is None else span.part(value)


def _own_month(connection: Connection, zone: str, meter: MeterNow, view: OwnView) -> int | None:
    """Return the client's energy of the month up to the last good reading, as it will be billed."""
    if meter.month is None or meter.good_at is None or meter.month_milliwh is None:
        return None
    days = calendar(zone)
    if days.month_of(meter.good_at) != meter.month:
        return None
    own = OwnMonthToDate(connection, view, days)
    return own.at(meter.id, meter.good_at, meter.month_milliwh)
