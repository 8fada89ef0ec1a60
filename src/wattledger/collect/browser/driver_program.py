"""Whether Playwright's driver, a Node.js it brings along, runs on this machine."""

import subprocess

from playwright._impl._driver import compute_driver_executable

_VERSION_SECONDS = 20


def driver_fault() -> str | None:
    """Return why the driver does not run, in its own words; None when it does."""
    node, _ = compute_driver_executable()
    try:
        told = subprocess.run(  # noqa: S603 - the program that came with the pinned package
            [node, "--version"],
            capture_output=True,
            timeout=_VERSION_SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.SubprocessError) as error:
        return str(error)
    if told.returncode == 0:
        return None
    words = told.stderr.decode(errors="replace").strip()
    # "…/node: error while loading …": where it lies helps nobody.
    return words.partition("node: ")[2] or words or f"it ended with {told.returncode}"
