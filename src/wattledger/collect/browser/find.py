"""Find the browser to drive: the one a setting names, else the cheapest that is installed."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from wattledger.config import SettingsError
from wattledger.domain.errors import WattledgerError

INSTALL = "apt-get install chromium-headless-shell libatomic1"
"""The command that brings a browser on Debian and its kin, as root."""

NO_BROWSER = "none"
"""The setting that says to do without."""

# Cheapest first: the shell draws no window and takes a third of the CPU (SOURCES 4).
_COMMANDS = (
    "chromium-headless-shell",
    "chrome-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "microsoft-edge-stable",
)
_PLACES = (
    "/usr/lib/chromium/chromium-headless-shell",
    "/usr/lib/chromium/chromium",
    "/opt/google/chrome/chrome",
    "/opt/microsoft/msedge/msedge",
    "/snap/bin/chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
_PLAYWRIGHT_FOLDERS = ("~/.cache/ms-playwright", "~/Library/Caches/ms-playwright")
_PLAYWRIGHT_PROGRAMS = (
    "chromium_headless_shell-*/*/*headless*shell",
    "chromium-*/*/chrome",
    "chromium-*/*/*.app/Contents/MacOS/*",
)
_NUMBER = re.compile(r"\d+")
_VERSION_SECONDS = 20


class BrowserBrokenError(WattledgerError):
    """A browser that was found and does not start; the message says how to look into it."""


def find_browser(setting: str | None) -> Path | None:
    """Return the browser to drive; ``None`` when there is none, or ``setting`` is ``none``.

    SettingsError when ``setting`` (WATTLEDGER_BROWSER) names what cannot be run.
    """
    if setting == NO_BROWSER:
        return None
    if setting:
        return _named(setting)
    return next((path for path in _candidates() if _runs(path)), None)


def browser_version(program: Path) -> str:
    """Return what the browser says of its version; BrowserBrokenError when it does not start."""
    advice = f"run '{program} --version' to see why, or install another: {INSTALL}."
    try:
        told = subprocess.run(  # noqa: S603 - the program the operator chose or installed
            [program, "--version"],
            capture_output=True,
            timeout=_VERSION_SECONDS,
            check=True,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise BrowserBrokenError(f"The browser {program} does not start; {advice}") from error
    return told.stdout.decode(errors="replace").strip()


def _named(setting: str) -> Path:
    found = shutil.which(Path(setting).expanduser())
    if found is None:
        raise SettingsError(
            f"WATTLEDGER_BROWSER names '{setting}', which is no program that can be run; "
            f"give the path of a Chromium, '{NO_BROWSER}', or unset it to have one found."
        )
    return Path(found)


def _candidates() -> Iterator[Path]:
    """Yield where browsers may be, best first."""
    for command in _COMMANDS:
        found = shutil.which(command)
        if found is not None:
            yield Path(found)
    yield from map(Path, _PLACES)
    yield from _of_playwright()


def _of_playwright() -> Iterator[Path]:
    """Yield the browsers ``playwright install`` brought, newest first."""
    chosen = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    folders = (chosen,) if chosen else _PLAYWRIGHT_FOLDERS
    for pattern in _PLAYWRIGHT_PROGRAMS:
        for folder in folders:
            found = Path(folder).expanduser().glob(pattern)
            yield from sorted(found, key=_build, reverse=True)


def _build(path: Path) -> tuple[int, ...]:
    return tuple(int(number) for number in _NUMBER.findall(str(path)))


def _runs(path: Path) -> bool:
    return path.is_file() and os.access(path, os.X_OK)
