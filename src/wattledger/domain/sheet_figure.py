"""What a cell of a wide sheet says as energy: a number, nothing, or something that is no number."""

import re
from dataclasses import dataclass
from decimal import Decimal

from wattledger.domain.cell import Cell, CellError, LocalMoment
from wattledger.domain.errors import AmbiguousNumberError, InvalidInputError
from wattledger.domain.number import is_sentinel, parse_number
from wattledger.domain.sheet_words import is_blank
from wattledger.domain.unit import Quantity, resolution_milli, spelled, to_milli

_UNIT_BEHIND = re.compile(r"\s*\b([kMG]?Wh)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Figure:
    """An energy in mWh with the worth of its last digit; ``None`` where there is none.

    ``trouble`` says why the cell cannot be used; ``is_text`` that its number is typed as text,
    which a spreadsheet's sums pass over.
    """

    milliwh: int | None = None
    step_milliwh: int = 1
    trouble: str | None = None
    is_text: bool = False


NOTHING = Figure()


def read_register(cell: Cell, unit: str, *, typed: bool = True) -> Figure:
    """Read a cell as what a register showed: what devices show for "no value" is none.

    >>> read_register(Decimal(65535), "kWh").trouble
    "65535, which devices show for 'no value'"
    """
    figure = read_figure(cell, unit, typed=typed)
    value = None if figure.milliwh is None else _number(cell)
    if value is None or not is_sentinel(value):
        return figure
    return Figure(trouble=f"{value:f}, which devices show for 'no value'")


def read_figure(cell: Cell, unit: str, *, typed: bool = True) -> Figure:
    """Read a cell as energy; ``typed`` when the file tells numbers from texts (CSV does not).

    >>> read_figure(Decimal("12543.5"), "kWh").milliwh
    12543500000
    """
    if cell is None:
        return NOTHING
    if isinstance(cell, CellError):
        return Figure(trouble=f"the error {cell.text}")
    if isinstance(cell, LocalMoment):
        return Figure(trouble="a date")
    if isinstance(cell, Decimal):
        return _figure(cell, unit, is_text=False)
    return _of_text(cell, unit, typed=typed)


def _number(cell: Cell) -> Decimal | None:
    """Return the number of a cell that has one."""
    if isinstance(cell, str):
        return parse_number(_UNIT_BEHIND.sub("", cell))
    return cell if isinstance(cell, Decimal) else None


def _of_text(text: str, unit: str, *, typed: bool) -> Figure:
    if is_blank(text):
        return NOTHING
    behind = _UNIT_BEHIND.search(text)
    if behind is not None and spelled(behind[1]) != unit:
        told = f"the text '{text[:40]}', but the column is in {unit}"
        return Figure(trouble=told, is_text=True)
    try:
        value = parse_number(_UNIT_BEHIND.sub("", text))
    except AmbiguousNumberError as error:
        return Figure(trouble=f"the text {str(error).partition(';')[0]}", is_text=True)
    except InvalidInputError:
        return Figure(trouble=f"the text '{text[:40]}'", is_text=True)
    return NOTHING if value is None else _figure(value, unit, is_text=typed)


def _figure(value: Decimal, unit: str, *, is_text: bool) -> Figure:
    try:
        milliwh = to_milli(value, unit, Quantity.ENERGY)
    except InvalidInputError as error:
        return Figure(trouble=str(error))
    return Figure(milliwh, resolution_milli(value, unit, Quantity.ENERGY), is_text=is_text)
