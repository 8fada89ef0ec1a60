"""Finding the browser: the one a setting names, else the cheapest installed."""

from pathlib import Path

import pytest

from wattledger.collect.browser import find
from wattledger.collect.browser.find import BrowserBrokenError, browser_version, find_browser
from wattledger.config import SettingsError


def install(path: Path, script: str = "echo Chromium 156.0") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the one folder in which commands are found, with no browser anywhere."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "playwright"))
    monkeypatch.setattr(find, "_PLACES", (str(tmp_path / "opt/chrome"),))
    return tmp_path


def test_the_shell_is_preferred_to_browsers_with_windows(bare_machine: Path) -> None:
    install(bare_machine / "bin/google-chrome")
    install(bare_machine / "bin/chromium")
    assert find_browser(None) == bare_machine / "bin/chromium"
    shell = install(bare_machine / "bin/chromium-headless-shell")
    assert find_browser(None) == shell


def test_usual_places_and_playwright_s_own_come_last(bare_machine: Path) -> None:
    assert find_browser(None) is None
    folder = "chromium_headless_shell-{}/chrome-linux/headless_shell"
    for build in (99, 1255, 1200):
        install(bare_machine / "playwright" / folder.format(build))
    assert find_browser(None) == bare_machine / "playwright" / folder.format(1255)
    assert find_browser(None) != install(bare_machine / "opt/chrome").with_name("x")
    assert find_browser(None) == bare_machine / "opt/chrome"


def test_a_setting_decides(bare_machine: Path) -> None:
    install(bare_machine / "bin/chromium")
    mine = install(bare_machine / "mine/chrome")
    assert find_browser(str(mine)) == mine
    assert find_browser("chromium") == bare_machine / "bin/chromium"
    assert find_browser("none") is None
    assert find_browser("") == bare_machine / "bin/chromium"


def test_a_setting_that_names_no_program_is_told(bare_machine: Path) -> None:
    text = bare_machine / "notes.txt"
    text.write_text("no program")
    for wrong in (str(text), str(bare_machine), "no-such-browser"):
        with pytest.raises(SettingsError, match=r"WATTLEDGER_BROWSER names '.*no program"):
            find_browser(wrong)


def test_the_version_is_asked_for(bare_machine: Path) -> None:
    assert browser_version(install(bare_machine / "bin/chromium")) == "Chromium 156.0"


@pytest.mark.parametrize("script", ["exit 7", "kill -9 $$"])
def test_a_browser_that_does_not_start_is_told(bare_machine: Path, script: str) -> None:
    broken = install(bare_machine / "bin/chromium", script)
    with pytest.raises(BrowserBrokenError, match="--version"):
        browser_version(broken)
    with pytest.raises(BrowserBrokenError, match="does not start"):
        browser_version(bare_machine / "bin/missing")
