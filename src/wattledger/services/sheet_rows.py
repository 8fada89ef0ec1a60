"""The rows of a wide sheet as meters with readings to book; what cannot be used is noted."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from wattledger.domain.cell import SheetRow, cell_text, column_letters
from wattledger.domain.errors import InvalidInputError
from wattledger.domain.instant import DAY, Instant
from wattledger.domain.name import LONGEST_METER_KEY, LONGEST_NAME, LONGEST_SERIAL, parse_name
from wattledger.domain.period import Calendar, calendar
from wattledger.domain.reading import Source
from wattledger.domain.register import parse_multiplier
from wattledger.domain.sheet_columns import ReadingColumn
from wattledger.domain.sheet_figure import Figure, read_figure, read_register
from wattledger.domain.sheet_words import Role, is_blank, is_unit
from wattledger.domain.unit import spelled
from wattledger.services.csv_lines import BadLines
from wattledger.services.sheet_file import WideSheet
from wattledger.store.endpoints import TOTAL
from wattledger.store.meters import MeterName
from wattledger.store.readings import NewReading


@dataclass(frozen=True, slots=True)
class Zones:
    """The time zones of a sheet's meters: of known endpoints by name, else that of the first site.

    A month ends at midnight where the meter stands.
    """

    first: str
    known: Mapping[str, str]

    def calendar_of(self, endpoint: str) -> Calendar:
        """Return the local days of an endpoint."""
        return calendar(self.known.get(endpoint, self.first))


@dataclass(slots=True)
class MeterRow:
    """A row: who it is, its readings to book, and all its figures as the sheet has them.

    ``local`` are the days of the place where the meter stands: at their edges it was read.
    ``figures`` are (edge, column's letters, figure) by time; ``multiplier`` is None where the sheet
    says none.
    """

    number: int
    name: MeterName
    local: Calendar
    client: str
    location: str
    multiplier: str | None
    figures: list[tuple[date, str, Figure]] = field(default_factory=list)
    consumptions: dict[date, Figure] = field(default_factory=dict)
    readings: list[NewReading] = field(default_factory=list)

    @property
    def absent(self) -> int:
        """Return how many readings are left out."""
        return sum(1 for _, _, f in self.figures if f.milliwh is None and f.trouble is None)

    @property
    def unusable(self) -> int:
        """Return how many readings are there and cannot be used."""
        return len(self.figures) - self.absent - len(self.readings)


class SheetRows:
    """Turns rows into meters. A row that says nobody's readings, or somebody's twice, is bad."""

    def __init__(
        self,
        wide: WideSheet,
        zones: Zones,
        now: Instant,
        multipliers: Mapping[MeterName, str],
        bad: BadLines,
    ) -> None:
        self._wide = wide
        self._width = wide.width
        self._zones = zones
        self._latest = now + DAY
        self._multipliers = multipliers
        self._bad = bad
        self._seen: dict[MeterName, int] = {}

    def meters(self) -> list[MeterRow]:
        """Return the meters of the sheet in order of its rows."""
        found: list[MeterRow] = []
        for row in self._wide.rows:
            if not self._wide.layout.is_meter(row):
                continue
            if row.is_hidden:
                self._bad.hidden.add(row.number)
            try:
                found.append(self._meter(row))
            except InvalidInputError as error:
                self._bad.add(row.number, str(error))
        return found

    def _meter(self, row: SheetRow) -> MeterRow:
        name, key = self._wide.layout.names_of(row)
        if is_blank(name):
            raise InvalidInputError("the name is empty, but there are readings.")
        full = (
            parse_name(name, "endpoint"),
            parse_name(key or TOTAL, "meter", LONGEST_METER_KEY),
        )
        first = self._seen.setdefault(full, row.number)
        if first != row.number:
            raise InvalidInputError(
                f"'{name}' stands in row {first} already; name another column with --name-column, "
                "or rename one."
            )
        self._check_width(row)
        self._check_unit(row)
        made = MeterRow(
            number=row.number,
            name=full,
            local=self._zones.calendar_of(full[0]),
            client=self._name(row, Role.CLIENT),
            location=self._name(row, Role.LOCATION),
            multiplier=self._multiplier(row, full),
        )
        made.figures = [self._figure(row, c, made.local) for c in self._wide.layout.readings]
        made.consumptions = self._consumptions(row)
        made.readings = self._readings(made, self._name(row, Role.SERIAL, LONGEST_SERIAL))
        return made

    def _check_width(self, row: SheetRow) -> None:
        """Refuse a row of which nobody knows which cells belong together: 1000,5 are two."""
        width = self._width
        if width is not None and any(cell is not None for cell in row.cells[width:]):
            raise InvalidInputError(
                f"it has {len(row.cells)} cells, the header has {width}; a cell with the separator "
                "in it, as a decimal comma, stands between double quotes."
            )

    def _check_unit(self, row: SheetRow) -> None:
        """Refuse a row with a unit of its own in some cell, where its readings are in another."""
        units = [cell for cell in row.cells if isinstance(cell, str) and is_unit(cell)]
        for unit in units:
            for column in self._wide.layout.readings:
                if spelled(unit) != column.unit:
                    raise InvalidInputError(
                        f"it is in {unit.strip()}, and its column {column_letters(column.place)} "
                        f"in {column.unit}; write the unit into the header."
                    )

    def _text(self, row: SheetRow, role: Role) -> str:
        text = cell_text(row.cell(self._wide.layout.place(role)))
        return "" if is_blank(text) else text

    def _name(self, row: SheetRow, role: Role, longest: int = LONGEST_NAME) -> str:
        text = self._text(row, role)
        return text and parse_name(text, role.value, longest)

    def _multiplier(self, row: SheetRow, name: MeterName) -> str | None:
        text = self._text(row, Role.MULTIPLIER)
        if not text:
            return None
        fraction = parse_multiplier(text)
        stored = self._multipliers.get(name)
        if stored is not None and parse_multiplier(stored) != fraction:
            raise InvalidInputError(
                f"the multiplier {text} is not that of the meter, {stored}; change one of them "
                "(import endpoints changes the meter's)."
            )
        return text

    def _figure(
        self, row: SheetRow, column: ReadingColumn, local: Calendar
    ) -> tuple[date, str, Figure]:
        figure = read_register(row.cell(column.place), column.unit, typed=self._wide.is_typed)
        if figure.milliwh is not None and local.start_of(column.edge) > self._latest:
            figure = Figure(trouble=f"a reading of the future, {column.header}")
        return column.edge, column_letters(column.place), figure

    def _consumptions(self, row: SheetRow) -> dict[date, Figure]:
        """Return the sheet's own energies; 540 among 512.5 and 498.3 is 540.0."""
        figures = {
            column.month: read_figure(
                row.cell(column.place), column.unit, typed=self._wide.is_typed
            )
            for column in self._wide.layout.consumptions
        }
        step = min((f.step_milliwh for f in figures.values() if f.milliwh is not None), default=1)
        return {month: replace(figure, step_milliwh=step) for month, figure in figures.items()}

    def _readings(self, row: MeterRow, serial: str) -> list[NewReading]:
        """Return the readings to book, ascending.

        Spreadsheets keep no trailing zeros, so the display's step is the finest of the row. The
        serial is today's: only the last reading is known to be of that meter.
        """
        usable = [(e, f) for e, _, f in row.figures if f.milliwh is not None and f.milliwh >= 0]
        step = min((figure.step_milliwh for _, figure in usable), default=1)
        readings = [
            NewReading(row.local.start_of(edge), figure.milliwh or 0, step, source=Source.IMPORTED)
            for edge, figure in usable
        ]
        if readings and serial:
            readings[-1] = replace(readings[-1], serial=serial)
        return readings
