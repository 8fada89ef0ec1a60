"""What runs say: a few lines each, in order."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, bindparam, insert, select

from wattledger.domain.instant import Instant
from wattledger.store.job_tables import run_log
from wattledger.store.listing import Listing, ascending

LONGEST_LINE = 2_000


class Level(StrEnum):
    """How much a line matters."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Line:
    """What a run says at an instant."""

    at: Instant
    level: Level
    message: str


@dataclass(frozen=True, slots=True)
class StoredLine:
    """A line as stored, with its number."""

    id: int
    line: Line


_LIST = Listing(
    select(run_log.c.id, run_log.c.at, run_log.c.level, run_log.c.message).where(
        run_log.c.run_id == bindparam("run_id")
    ),
    (run_log.c.id,),
    ascending(run_log.c.id),
    {},
)


def write_lines(connection: Connection, run_id: int, lines: Sequence[Line]) -> None:
    """Add lines to what a run says; longer ones than ``LONGEST_LINE`` are cut."""
    rows = [
        {
            "run_id": run_id,
            "at": line.at,
            "level": line.level.value,
            "message": line.message[:LONGEST_LINE],
        }
        for line in lines
    ]
    if rows:
        connection.execute(insert(run_log), rows)


def read_lines(connection: Connection, run_id: int, after: int, limit: int) -> list[StoredLine]:
    """Return the lines of a run in order, behind the number ``after``."""
    rows = _LIST.page(connection, {"run_id": run_id}, (after,), limit)
    return [
        StoredLine(number, Line(at, Level(level), message)) for number, at, level, message in rows
    ]
