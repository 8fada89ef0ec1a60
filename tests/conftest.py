"""What all tests share: a real database in a temporary folder, and farms in simulated places."""

import gc
import os
import shutil
from collections import UserDict
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from coverage import Coverage
from hypothesis import HealthCheck, settings
from sqlalchemy import create_engine

from wattledger.store import database as database_module
from wattledger.store.database import Database
from wattledger.store.upgrade import upgrade

# Examples share the database of their test: each makes its own meters in it. CI takes the same ones
# each time, so that it fails for a change and not for its luck; people's runs look for new ones.
settings.register_profile(
    "wattledger",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.load_profile("wattledger")


_MADE_BEFORE_A_LOOK = 50_000
"""So many objects are made before those of them are looked at that are garbage; Python's own 700
make a twentieth of a test of the ledger."""

UNMEASURED = ("tests/simulate/ledger_faults/", "tests/web/test_")
"""Tests of thousands of cases, whose code is measured by others."""
MEASURED = "tests/domain/test_acceptance.py::test_a_held_or_jitter_reading_changes_nothing"
"""A property that meets what no example of the domain does."""


class CompiledOnce(UserDict[tuple[Any, ...], object]):
    """Compiled statements by all of their key but the first, which is the engine's own dialect."""

    def __getitem__(self, key: tuple[Any, ...]) -> object:
        return self.data[key[1:]]

    def __setitem__(self, key: tuple[Any, ...], compiled: object) -> None:
        self.data[key[1:]] = compiled

    def __contains__(self, key: object) -> bool:
        return isinstance(key, tuple) and key[1:] in self.data


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the long tests, so that workers end together; measure none of the unmeasured.

    Measuring makes a test take a third longer, a property twice as long and more.
    """
    for item in items:
        rare = item.get_closest_marker("property") and item.nodeid != MEASURED
        if rare or _is_drawn(item) or item.nodeid.startswith(UNMEASURED):
            item.add_marker(pytest.mark.no_cover)
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def _is_drawn(item: pytest.Item) -> bool:
    """Tell whether a test beyond the domain draws examples: others measure what they meet."""
    drawn = getattr(getattr(item, "obj", None), "is_hypothesis_test", False)
    return bool(drawn) and not item.nodeid.startswith("tests/domain/")


def pytest_collection_finish() -> None:
    """Keep the thousands of tests out of each look for garbage, and look less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_MADE_BEFORE_A_LOOK, 20, 20)


def pytest_sessionstart() -> None:
    """Measure no processes that tests begin; the workers of the tests have begun by now."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        _measure_no_children()


def _measure_no_children() -> None:
    os.environ.pop("COVERAGE_PROCESS_CONFIG", None)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Measure nothing of a test that is marked so, what its module shares included."""
    measuring = Coverage.current()
    if measuring is None or not item.get_closest_marker("no_cover"):
        return (yield)
    measuring.stop()
    try:
        return (yield)
    finally:
        measuring.start()
        _measure_no_children()  # a start asks for them again


@pytest.fixture(autouse=True, scope="session")
def compiled_once() -> Iterator[None]:
    """Compile each statement once for all databases; it is a fifth of what a short test does."""
    with pytest.MonkeyPatch.context() as patch:
        once = partial(create_engine, execution_options={"compiled_cache": CompiledOnce()})
        patch.setattr(database_module, "create_engine", once)
        yield


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the file of an empty database with the current schema, to be copied."""
    path = tmp_path_factory.mktemp("blank") / "wattledger.db"
    opened = Database(f"sqlite:///{path}")
    upgrade(opened)
    opened.close()
    return path


@pytest.fixture
def database(blank: Path, tmp_path: Path) -> Iterator[Database]:
    """Give an empty SQLite database with the current schema."""
    path = shutil.copy(blank, tmp_path / "wattledger.db")
    opened = Database(f"sqlite:///{path}")
    yield opened
    opened.close()
