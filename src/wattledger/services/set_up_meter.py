"""Set up a meter: what its register is worth from its first reading on, and where it stands."""

from collections.abc import Mapping
from typing import Any

from wattledger.domain.errors import ConflictError, InvalidInputError, NotFoundError
from wattledger.domain.instant import Instant
from wattledger.services.check_settings import NAMES, changed
from wattledger.services.precondition import Check, unconditional
from wattledger.services.show_meters import ShownMeter, show_meter
from wattledger.store.billed_meters import let_part_go
from wattledger.store.database import Connection, Database
from wattledger.store.meter_rows import MeterRow, ancestors, find_meter, update_meter
from wattledger.store.meters import set_register
from wattledger.store.recompute import rebuild
from wattledger.store.registers import load_registers


def set_up_meter(
    database: Database,
    meter_id: int,
    columns: Mapping[str, Any],
    now: Instant,
    check: Check[ShownMeter] = unconditional,
) -> ShownMeter:
    """Change columns of a meter: settings of its register, ``parent_id``, ``feed``, ``rack``.

    Changed settings hold for all readings: the meter's ledger is rebuilt. To have them hold from a
    date on, declare a register event. A meter that gets a parent within its endpoint is billed no
    more beside it. InvalidInputError, ConflictError and NotFoundError say what
    cannot be; ``check`` may refuse, too.
    """
    register = {name: value for name, value in columns.items() if name in NAMES}
    place = {name: value for name, value in columns.items() if name not in NAMES}
    with database.begin() as connection:
        row = find_meter(connection, meter_id)
        check(show_meter(connection, meter_id, now))
        if register:
            settings = load_registers(connection, [meter_id])[meter_id].settings
            changed(settings.at(0), register)
            if set_register(connection, meter_id, register):
                rebuild(connection, [meter_id])
        if place.get("parent_id") is not None:
            _check_parent(connection, row, int(place["parent_id"]))
        if place:
            update_meter(connection, meter_id, **place)
            let_part_go(connection, meter_id)
        return show_meter(connection, meter_id, now)


def _check_parent(connection: Connection, row: MeterRow, parent_id: int) -> None:
    """Refuse a parent that cannot count what the meter counts."""
    try:
        parent = find_meter(connection, parent_id)
    except NotFoundError as error:
        raise InvalidInputError(
            f"{error} A parent is the number of another meter.", field="parentId"
        ) from None
    if parent.site_id != row.site_id:
        raise InvalidInputError(
            f"Meter {parent_id} stands at another site; a parent counts what flows through the "
            "meters behind it, so it stands at the same one.",
            field="parentId",
        )
    if row.id in ancestors(connection, parent_id):
        raise ConflictError(
            f"Meter {parent_id} is meter {row.id} or is behind it already; a meter cannot be "
            "behind itself. Change the other one's parent first."
        )
