"""Which meters make up a farm: the demo's set of all kinds, or any number of plain ones."""

from wattledger.simulate.kind import Kind
from wattledger.simulate.kinds import KINDS
from wattledger.simulate.load import seeded
from wattledger.simulate.spec import FIRST_START, KWH, MeterSpec

_CLIENTS = ("Aurora Hosting", "Brightwater Bank", "Cobalt Games", "Delta Clinic", "Eastgate Media")
_RACKS_A_ROW = 12
_ROWS_A_HALL = 8
_HIGHEST_START_KWH = 40_000
_JSON_DECIMALS = 3


def standard_farm(count_of_each: int = 1) -> list[MeterSpec]:
    """Return the demo's meters: every kind, healthy and faulty, ``count_of_each`` times."""
    kinds = [kind for kind in KINDS.values() for _ in range(count_of_each)]
    return [_spec(kind, number) for number, kind in enumerate(kinds)]


def plain_farm(count: int) -> list[MeterSpec]:
    """Return ``count`` plain table meters."""
    return [_spec(KINDS["plain-table"], number) for number in range(count)]


def _spec(kind: Kind, number: int) -> MeterSpec:
    """Return a meter that differs from every other one in name, place, load and login."""
    place = _place(number)
    return MeterSpec(
        kind=kind.name,
        name=f"{place} PDU",
        client=_CLIENTS[number % len(_CLIENTS)],
        location=place,
        seed=number + 1,
        started_at=FIRST_START,
        start_milliwh=seeded(number, 6) % (_HIGHEST_START_KWH * KWH),
        decimals=_JSON_DECIMALS if kind.name == "json" else 1 + number % 3,
        lightest_w=kind.lightest_w,
        heaviest_w=kind.heaviest_w,
        username=("admin", "apc", "reader")[number % 3],
        password=f"Rack&{seeded(number, 7) % 10**6:06d}+%",
    )


def _place(number: int) -> str:
    row, rack = divmod(number, _RACKS_A_ROW)
    hall, row = divmod(row, _ROWS_A_HALL)
    return f"Hall {hall + 1}, Row {row + 1}, Rack {chr(ord('A') + row)}{rack + 1}"
