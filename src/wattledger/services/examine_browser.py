"""Whether there is a browser for pages that need one, and which."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from wattledger.collect.browser.find import (
    INSTALL,
    NO_BROWSER,
    BrowserBrokenError,
    browser_version,
    find_browser,
)
from wattledger.config import Settings, SettingsError
from wattledger.services.examine import Finding, Verdict


@dataclass(frozen=True, slots=True)
class FoundBrowser:
    """A browser, or none; ``version`` is None where it does not say."""

    program: Path | None
    version: str | None
    finding: Finding


def examine_browser(settings: Settings) -> FoundBrowser:
    """Find the browser and ask it for its version; no page is opened in it."""
    try:
        program = find_browser(settings.browser)
    except SettingsError as error:
        return FoundBrowser(None, None, Finding("browser", Verdict.BROKEN, str(error)))
    if program is None:
        return FoundBrowser(None, None, no_browser(settings.browser))
    try:
        version = _version(program, program.stat().st_mtime_ns)
    except (BrowserBrokenError, OSError) as error:
        return FoundBrowser(program, None, Finding("browser", Verdict.BROKEN, str(error)))
    return FoundBrowser(
        program, version, Finding("browser", Verdict.FINE, f"{version} ({program})")
    )


def no_browser(setting: str | None) -> Finding:
    """Return what is said where there is none, or where the setting wants none."""
    text, fix = "none: pages that need one are not read", f"as root: {INSTALL}"
    if setting == NO_BROWSER:
        text = "switched off by WATTLEDGER_BROWSER=none: pages that need one are not read"
        fix = "take the setting away to use the browser of this machine"
    return Finding("browser", Verdict.WARNING, text, fix)


# It takes a second to say, and stays the same until another is installed.
@lru_cache(maxsize=4)
def _version(program: Path, _changed_at: int) -> str:
    return browser_version(program)
