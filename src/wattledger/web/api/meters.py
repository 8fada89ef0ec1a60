"""/meters: the registers that endpoints show, and their readings as the ledger sees them."""

from http import HTTPStatus
from typing import Annotated, TypeAlias

from fastapi import Query, Response

from wattledger.domain.permission import Permission
from wattledger.services.measure_demand import measure_demand
from wattledger.services.measure_period import Ask, Grain, measure_period
from wattledger.services.meter_readings import meter_days, meter_readings
from wattledger.services.set_up_meter import set_up_meter
from wattledger.services.show_meters import show_meter, show_meters
from wattledger.store.register_history import ReadingWindow
from wattledger.web.answer import answer
from wattledger.web.api.demand_schemas import DemandOutput
from wattledger.web.api.energy_schemas import EnergyOutput
from wattledger.web.api.meter_schemas import (
    LedgerReadingOutput,
    MeterChange,
    MeterOutput,
    ledger_reading_output,
    meter_output,
)
from wattledger.web.api.parameters import Cursor, End, Limit, MeterId, Start, moment
from wattledger.web.cursor import Number, from_cursor, to_cursor
from wattledger.web.errors import documented
from wattledger.web.etag import CHANGED_MEANWHILE, SHOWN, TAGGED, IfMatch, IfNoneMatch, shown
from wattledger.web.noted_clock import by_the_time
from wattledger.web.resource import Resource
from wattledger.web.schema import Answer, Page
from wattledger.web.status_word import StatusWord, status_of
from wattledger.web.system import TheSystem
from wattledger.web.view import TheView

meters = Resource(
    "/meters",
    "meters",
    read=Permission.SEE_OWN,
    write=Permission.CORRECT,
    errors=[HTTPStatus.NOT_FOUND],
)
PeriodStart: TypeAlias = Annotated[
    str, Query(alias="from", max_length=40, description="First date, or timestamp.")
]
PeriodEnd: TypeAlias = Annotated[
    str, Query(alias="to", max_length=40, description="Last date, which is included, or timestamp.")
]
_BODY = documented(HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


@meters.get("", response_model=Page[MeterOutput], summary="List meters")
def page(
    system: TheSystem,
    view: TheView,
    endpoint_id: Annotated[
        str | None,
        Query(alias="endpointId", max_length=200, description="Id or name of an endpoint."),
    ] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """List the meters in use by number, all or those of an endpoint."""
    key = from_cursor(cursor, tuple[Number])
    after = None if key is None else key[0]
    part = by_the_time(
        system.clock,
        lambda now: show_meters(system.database, endpoint_id, after, limit, now, view),
    )
    following = None if part.following is None else to_cursor((part.following,))
    return answer(Page(data=list(map(meter_output, part.meters)), next_cursor=following))


@meters.get(
    "/{meter}",
    response_model=Answer[MeterOutput],
    responses=SHOWN,
    summary="Show a meter",
)
def show(system: TheSystem, view: TheView, meter: MeterId, seen: IfNoneMatch = None) -> Response:
    """Show a meter, also one whose endpoint is out of use: its register, its place, its clients."""
    with system.database.connect() as connection:
        found = show_meter(connection, meter, system.clock.now(), view)
    return shown(Answer(data=meter_output(found)), seen)


@meters.patch(
    "/{meter}",
    response_model=Answer[MeterOutput],
    responses=_BODY | TAGGED | CHANGED_MEANWHILE,
    summary="Change a meter",
)
def change(
    system: TheSystem, meter: MeterId, changes: MeterChange, precondition: IfMatch
) -> Response:
    """Change how a meter is set up; what is left out stays.

    Settings of the register hold for all its readings: the meter's months are reckoned anew. For
    settings from a date on, declare an event instead.
    """
    check = precondition.of(meter_output)
    now = system.clock.now()
    changed = set_up_meter(system.database, meter, changes.columns(), now, check)
    return shown(Answer(data=meter_output(changed)))


@meters.get(
    "/{meter}/readings",
    response_model=Page[LedgerReadingOutput],
    summary="Readings as the ledger sees them",
)
def readings(
    system: TheSystem,
    view: TheView,
    meter: MeterId,
    start: Start = None,
    end: End = None,
    status: Annotated[
        StatusWord | None, Query(description="Only those of which the ledger made this.")
    ] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """List a meter's readings, newest first, with what became of each and what it rests on."""
    days = meter_days(system.database, meter, view)
    key = from_cursor(cursor, tuple[Number])
    window = ReadingWindow(
        moment(start, "from", days),
        moment(end, "to", days, end=True),
        None if key is None else key[0],
        None if status is None else status_of(status),
    )
    part = meter_readings(system.database, meter, window, limit, view)
    following = None if part.following is None else to_cursor((part.following,))
    return answer(Page(data=list(map(ledger_reading_output, part.readings)), next_cursor=following))


@meters.get("/{meter}/energy", response_model=Answer[EnergyOutput], summary="Energy of a period")
def energy(
    system: TheSystem,
    view: TheView,
    meter: MeterId,
    start: PeriodStart,
    end: PeriodEnd,
    grain: Annotated[
        Grain, Query(alias="by", description="Divide the period by local days, weeks or months.")
    ] = Grain.WHOLE,
) -> Response:
    """Measure any period, with quality, uncertainty and what it rests on.

    The instants of its epochs lead to the readings, and those to the captures.
    """
    measured = measure_period(system.database, meter, Ask(start, end, grain), view)
    return answer(Answer(data=EnergyOutput.of(measured)))


@meters.get("/{meter}/demand", response_model=Answer[DemandOutput], summary="Demand of a period")
def demand(
    system: TheSystem,
    view: TheView,
    meter: MeterId,
    start: PeriodStart,
    end: PeriodEnd,
    minutes: Annotated[int, Query(description="Length of a window: 15, 30 or 60.")] = 15,
) -> Response:
    """Measure the mean kW of each window on the site's clock, the peak and the 95th percentile."""
    measured = measure_demand(system.database, meter, start, end, minutes, view)
    return answer(Answer(data=DemandOutput.of(measured)))
