"""Starting the driver and the browser: with which flags, and what to say when they do not start."""

import asyncio
import os
import tempfile
from pathlib import Path

from playwright.async_api import Browser, Error, Playwright, async_playwright

from wattledger.collect.browser.driver_program import driver_fault
from wattledger.collect.browser.find import INSTALL
from wattledger.collect.browser.limits import LifeLimits
from wattledger.collect.errors import AttemptError
from wattledger.domain.outcome import Outcome

# Playwright's own flags quiet most of the network; these do the rest. No --disable-features
# here: the last one wins, and would undo Playwright's.
_FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--dns-prefetch-disable",
    "--no-pings",
    "--disable-domain-reliability",
    "--disable-client-side-phishing-detection",
    "--disable-notifications",
    "--disable-speech-api",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    # A page that eats memory dies alone, and early.
    "--js-flags=--max-old-space-size=512",
)
_MILLISECONDS = 1000


def runs_sandboxed() -> bool:
    """Tell whether the browser runs in its sandbox: always, but for root, who has none there."""
    return os.geteuid() != 0


async def start_driver(limits: LifeLimits) -> Playwright:
    """Start Playwright's driver; AttemptError says why it does not start."""
    starting = asyncio.create_task(async_playwright().start())
    done, _ = await asyncio.wait({starting}, timeout=limits.launch_seconds)
    if not done:
        starting.cancel()
        raise await _no_driver(f"no sign of it within {limits.launch_seconds:g} s")
    # A driver that dies at once is told of by a bare Exception, which has no name to catch it by.
    error = starting.exception()
    if isinstance(error, Exception):
        raise await _no_driver(_first_line(error)) from error
    return starting.result()


async def start_browser(playwright: Playwright, program: Path, limits: LifeLimits) -> Browser:
    """Start the browser; AttemptError ``browser_crashed`` says what to look at."""
    try:
        return await playwright.chromium.launch(
            executable_path=program,
            args=_FLAGS,
            chromium_sandbox=runs_sandboxed(),
            # We end it ourselves: a Ctrl-C must not take the browser before the logout.
            handle_sigint=False,
            handle_sigterm=False,
            handle_sighup=False,
            # Nothing is ever downloaded; so the driver need not make, and leave, a folder for it.
            artifacts_dir=tempfile.gettempdir(),
            timeout=limits.launch_seconds * _MILLISECONDS,
        )
    except Error as error:
        if "No usable sandbox" in error.message:
            advice = "allow it user namespaces (sysctl kernel.unprivileged_userns_clone=1)"
        else:
            advice = f"run '{program} --version', or install another: {INSTALL}"
        raise AttemptError(
            Outcome.BROWSER_CRASHED,
            f"The browser {program} did not start ({_first_line(error)}); {advice}.",
        ) from error


async def _no_driver(reason: str) -> AttemptError:
    fault = await asyncio.to_thread(driver_fault)
    if fault is not None:
        return AttemptError(
            Outcome.BROWSER_MISSING,
            f"The browser's driver does not run here ({fault}). As root, run: {INSTALL}",
        )
    return AttemptError(
        Outcome.BROWSER_CRASHED,
        f"The browser's driver did not start ({reason}); "
        "install Wattledger's dependencies again, and look whether memory is free.",
    )


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0].rstrip(".:")[:200]
