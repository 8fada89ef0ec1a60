"""A crash between any two statements leaves all of a transaction or nothing of it (LEDGER 7)."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import FACTOR, examples
from tests.services.interrupted import (
    Content,
    KilledError,
    Points,
    content_of,
    copied,
    opened,
    pointed,
)
from tests.services.works import BEFORE, SPOILT, WORKS, build, spoil, write_file

from wattledger.services.progress import unwatched
from wattledger.services.verify_ledger import verify_ledger
from wattledger.services.verify_seals import verify_seals
from wattledger.store.database import Database, StoreError
from wattledger.store.uncounted import uncounted

pytestmark = [pytest.mark.long, pytest.mark.no_cover, pytest.mark.timeout(900 * FACTOR)]


@dataclass(frozen=True)
class Whole:
    """A work that nothing ended: where it began, and what it passed and committed in turn."""

    start: Path
    points: int
    contents: list[Content]
    seen: set[Content]
    """Of these it was seen that they are right, or no crash is to blame."""


Begin: TypeAlias = Callable[[str, str], Whole]


@pytest.fixture
def begin(database: Database, tmp_path: Path) -> Begin:
    """Do a work to its end, after what came before it; each of these once."""
    build(database)
    database.close()
    write_file(tmp_path)
    numbers = count()

    @cache
    def whole(before: str, work: str) -> Whole:
        start, end = (tmp_path / f"whole-{next(numbers)}.db" for _ in range(2))
        world = opened(copied(database.path, start))
        BEFORE[before](world)
        if work in SPOILT:
            spoil(world)
        world.close()
        world = opened(copied(start, end))
        with pointed(Points(world)) as points:
            WORKS[work].act(world)
            points.note()
        assert len(points.contents) == 1 + WORKS[work].transactions
        is_right(world)
        with world.connect() as connection:
            assert not uncounted(connection)
        world.close()
        seen = {points.contents[0], points.contents[-1]}
        return Whole(start, points.passed, points.contents, seen)

    return whole


@examples(1000)
@given(
    st.sampled_from(sorted(BEFORE)),
    st.sampled_from(sorted(WORKS)),
    st.floats(0, 1, exclude_max=True),
    st.sampled_from(("killed", "failed")),
)
def test_a_crash_between_any_two_statements_leaves_all_or_nothing(
    begin: Begin, tmp_path: Path, before: str, work: str, place: float, end: str
) -> None:
    """What is committed is what the work commits when nothing ends it, up to some transaction.

    Done again, it ends in the same. A process is killed: what the disk has of its database is
    opened anew; or a statement fails, and the same process goes on.
    """
    whole = begin(before, work)
    path = copied(whole.start, tmp_path / "example.db")
    world = CRASHES[end](path, WORKS[work].act, int(place * whole.points))
    left = content_of(world.path)
    assert left in whole.contents
    if left not in whole.seen:
        is_right(world)
        whole.seen.add(left)
    if left != whole.contents[-1]:
        WORKS[work].act(world)
        assert content_of(world.path) == whole.contents[-1]
    world.close()
    for file in tmp_path.glob("example*"):
        file.unlink()


def killed(path: Path, act: Callable[[Database], object], at: int) -> Database:
    """Let the process be gone at a point; returns what is found when the next one begins."""
    found = path.with_name(f"{path.stem}-found.db")

    def end() -> KilledError:
        copied(path, found)
        return KilledError()

    world = opened(path)
    with pointed(Points(world, at, end)), pytest.raises(KilledError):
        act(world)
    world.close()
    return opened(found)


def failed(path: Path, act: Callable[[Database], object], at: int) -> Database:
    """Let the statement of a point fail, and the process go on."""

    def end() -> sqlite3.OperationalError:
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR
        return error

    world = opened(path)
    with pointed(Points(world, at, end)), pytest.raises((StoreError, sqlite3.OperationalError)):
        act(world)
    return world


CRASHES = {"killed": killed, "failed": failed}


def is_right(world: Database) -> None:
    """Check that the ledger is what a recomputation gives, and that what is sealed stands.

    What is still to be counted anew says so, and no month is told of it.
    """
    with world.connect() as connection:
        left = uncounted(connection)
    different = verify_ledger(world, repair=False, progress=unwatched).different
    assert [each for each in different if each.meter_id not in left] == []
    assert verify_seals(world, unwatched).broken == []
