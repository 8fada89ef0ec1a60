"""What all tests share: a real database in a temporary folder, and farms in simulated places."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the long tests, so that the workers end together."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Give an empty SQLite database with the current schema."""
    opened = Database(f"sqlite:///{tmp_path / 'wattledger.db'}")
    upgrade(opened)
    yield opened
    opened.close()
