"""Find a Chromium to drive: the setting's, else what is installed, cheapest first (SOURCES 4)."""

import os
import shutil
from pathlib import Path

from wattledger.config import SettingsError

NONE = "none"
INSTALL = "apt-get install chromium-headless-shell"

_NAMES = (
    "chromium-headless-shell",
    "chrome-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
)
_PLAYWRIGHTS = (
    "chromium_headless_shell-*/chrome-*/*headless*shell*",
    "chromium-*/chrome-linux*/chrome",
)


def find_browser(setting: str | None) -> Path | None:
    """Return the browser to use, or ``None`` when there is none or none is wanted.

    SettingsError when WATTLEDGER_BROWSER names something that is no program.
    """
    if setting == NONE:
        return None
    if setting:
        program = shutil.which(setting)
        if program is None:
            raise SettingsError(
                f"WATTLEDGER_BROWSER: '{setting}' is no program; give the path of a Chromium, "
                "'none' to do without, or unset it to have one found."
            )
        return Path(program)
    found = (shutil.which(name) for name in _NAMES)
    return next((Path(path) for path in found if path), None) or _playwrights_own()


def _playwrights_own() -> Path | None:
    folder = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache/ms-playwright"))
    programs = (path for pattern in _PLAYWRIGHTS for path in sorted(folder.glob(pattern)))
    return next((path for path in programs if os.access(path, os.X_OK) and path.is_file()), None)
