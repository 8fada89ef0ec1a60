"""The driver of the browser: where it cannot run, the operator is told why and what to install."""

from pathlib import Path

import pytest
from tests.collect.browser.test_find import install

from wattledger.collect.browser.driver_program import driver_fault
from wattledger.collect.browser.launch import start_driver
from wattledger.collect.browser.limits import LIFE_LIMITS
from wattledger.collect.errors import AttemptError
from wattledger.domain.outcome import Outcome

pytestmark = pytest.mark.browser

LACKING = "error while loading shared libraries: libatomic.so.1: cannot open shared object file"


@pytest.fixture
def no_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the driver end as it does on a Debian with nothing but Python."""
    node = install(tmp_path / "node", f'echo "/somewhere/node: {LACKING}" >&2; exit 127')
    monkeypatch.setenv("PLAYWRIGHT_NODEJS_PATH", str(node))


def test_the_driver_runs_here() -> None:
    assert driver_fault() is None


@pytest.mark.usefixtures("no_library")
def test_a_driver_that_lacks_a_library_says_which() -> None:
    assert driver_fault() == LACKING


@pytest.mark.usefixtures("no_library")
async def test_a_read_says_what_the_driver_lacks_and_what_to_install() -> None:
    with pytest.raises(AttemptError, match=r"libatomic.*apt-get install .*libatomic1") as caught:
        await start_driver(LIFE_LIMITS)
    assert caught.value.outcome is Outcome.BROWSER_MISSING


def test_a_driver_that_is_gone_or_silent_is_told_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYWRIGHT_NODEJS_PATH", str(tmp_path / "missing"))
    assert "missing" in (driver_fault() or "")
    monkeypatch.setenv("PLAYWRIGHT_NODEJS_PATH", str(install(tmp_path / "node", "exit 7")))
    assert driver_fault() == "it ended with 7"
