"""Import endpoints from CSV, spreadsheets or JSON: who is where, how read, with which registers.

Lines are by endpoint and meter; what exists is changed, an empty cell leaves what is there. A
changed register setting takes effect on all readings: the meter's ledger is rebuilt. The audit log
holds each endpoint that was created or changed.

The whole file is checked before anything is kept. It is applied in portions, each a short
transaction, so that devices go on being read meanwhile; the lines of an endpoint are in one of
them. An import that was interrupted is finished by running it again.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from wattledger.domain.errors import ConflictError, InvalidInputError
from wattledger.domain.instant import Instant
from wattledger.secrets.vault import Vault
from wattledger.services.apply_line import Log, apply_line
from wattledger.services.csv_lines import BadLines
from wattledger.services.endpoint_line import (
    ENDPOINT_COLUMNS,
    EndpointLine,
    endpoint_line,
    rows_of,
)
from wattledger.services.portion import let_others_write, portion_of
from wattledger.services.progress import Advance, Progress, unwatched
from wattledger.services.sort_lines import Group, sort_lines
from wattledger.services.table_file import TableFile
from wattledger.services.told_once import ToldOnce
from wattledger.store.database import Connection, Database
from wattledger.store.sites import first_site


@dataclass(slots=True)
class ImportedEndpoints:
    """What became of the lines. ``booked`` is false when bad lines kept all of it out."""

    booked: bool = False
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    bad: BadLines = field(default_factory=BadLines)

    def count(self, fields: Sequence[str] | None) -> None:
        """Count a line by the fields that it changed; None: it created its endpoint."""
        if fields is None:
            self.created += 1
        elif fields:
            self.changed += 1
        else:
            self.unchanged += 1


class _UndoneError(Exception):
    """Ends the transaction of a trial; nothing went wrong."""


class _Import(NamedTuple):
    """What all portions of an import have in common."""

    database: Database
    zone: str
    now: Instant
    vault: Vault


def import_endpoints(
    database: Database,
    path: Path,
    zone: str,
    now: Instant,
    vault: Vault,
    *,
    skip_bad: bool,
    sheet: str | None = None,
    dry_run: bool = False,
    progress: Progress = unwatched,
) -> ImportedEndpoints:
    """Check a file, then apply it in portions; nothing when a line is bad, unless skipped.

    ``zone`` is for the first site, where it has to be created; ``sheet`` names the sheet of a
    spreadsheet. A dry run tells what would be and keeps nothing. ConflictError where somebody
    changed meanwhile what was checked: the message says what is kept.
    """
    bad = BadLines()
    with TableFile(path, ENDPOINT_COLUMNS, zone, bad, sheet, rows_of) as table:
        lines = list(_good_lines(table, bad))
    result = ImportedEndpoints(bad=bad)
    if bad.count and not skip_bad:
        return result
    with database.connect() as connection:
        found = sort_lines(connection, lines, now, vault, bad)
    order = _Import(database, zone, now, vault)
    if dry_run or not skip_bad:
        result.created = len(found.changing) - len(found.unsure)
        result.unchanged = found.unchanged
        _try(order, found.unsure, result)
        bad.kept.sort()
        if dry_run or bad.count:
            return result
    result = ImportedEndpoints(booked=True, unchanged=found.unchanged, bad=bad)
    with progress("importing", len(found.changing)) as advance:
        _keep(order, found.changing, result, advance, skip_bad=skip_bad)
    bad.kept.sort()
    return result


def _good_lines(table: TableFile, bad: BadLines) -> Iterator[tuple[int, EndpointLine]]:
    told = ToldOnce()
    for number, cells in table.lines():
        try:
            line = endpoint_line(cells)
            told.take(number, line)
        except InvalidInputError as error:
            bad.add(number, str(error))
        else:
            yield number, line


def _try(order: _Import, groups: Sequence[Group], result: ImportedEndpoints) -> None:
    """Apply groups in portions that are undone, to see whether that can be done."""
    waiting = deque(groups)
    while waiting:
        with suppress(_UndoneError), order.database.begin() as connection:
            _portion(connection, order, waiting, result, Log())
            raise _UndoneError
        if waiting:
            let_others_write(order.database)


def _keep(
    order: _Import,
    groups: Sequence[Group],
    result: ImportedEndpoints,
    advance: Advance,
    *,
    skip_bad: bool,
) -> None:
    """Apply groups in portions. Also where nothing is to be done, it is recorded that it was."""
    waiting = deque(groups)
    while True:
        before = len(waiting)
        with order.database.begin() as connection:
            log = Log()
            kept = result.created + result.changed
            _portion(connection, order, waiting, result, log)
            if result.bad.count and not skip_bad:
                raise _changed_meanwhile(result.bad, kept)
            log.write(connection)
        advance(before - len(waiting))
        if not waiting:
            return
        let_others_write(order.database)


def _changed_meanwhile(bad: BadLines, kept: int) -> ConflictError:
    return ConflictError(
        f"While the file was applied, somebody changed what it was checked against:\n{bad}\n"
        f"{kept} of its lines are applied. Correct the file, and import it again."
    )


def _portion(
    connection: Connection,
    order: _Import,
    waiting: deque[Group],
    result: ImportedEndpoints,
    log: Log,
) -> None:
    """Apply those that wait, as many as there is time for."""
    site_id = first_site(connection, order.zone)
    for group in portion_of(waiting):
        for number, line in group:
            try:
                with connection.begin_nested():
                    fields = apply_line(connection, line, site_id, order.now, order.vault, log)
                result.count(fields)
            except (InvalidInputError, ConflictError) as error:
                result.bad.add(number, str(error))
