"""What all tests share: a real database in a temporary folder, and farms in simulated places."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from coverage import Coverage
from hypothesis import HealthCheck, settings

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


UNMEASURED = tuple(
    f"tests/{place}" for place in ("e2e/", "pages/", "simulate/ledger_faults/", "web/test_")
)
"""Tests whose code is measured by others: of whole processes and of thousands of cases."""
MEASURED = ("tests/domain/test_acceptance", "tests/domain/test_explanation")
"""Properties that meet what no example of the domain does."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the long tests, so that workers end together; measure none of the unmeasured.

    Measuring makes a test take about twice as long.
    """
    for item in items:
        path = item.path.relative_to(item.config.rootpath).as_posix()
        rare = item.get_closest_marker("property") and not path.startswith(MEASURED)
        if rare or path.startswith(UNMEASURED):
            item.add_marker(pytest.mark.no_cover)
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture(autouse=True)
def unmeasured(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Measure no processes that tests begin, and no test that is marked so."""
    monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
    measuring = Coverage.current()
    if measuring is None or not request.node.get_closest_marker("no_cover"):
        yield
        return
    measuring.stop()
    yield
    measuring.start()


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
