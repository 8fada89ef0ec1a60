"""Profile folders of browsers: removed with them, also when their driver could not."""

import os
import shutil
import tempfile
from pathlib import Path

from wattledger.clock import SystemClock
from wattledger.collect.browser.processes import running
from wattledger.domain.instant import HOUR, SECOND

_PATTERN = "playwright_chromiumdev_profile-*"
_ABANDONED = HOUR


def remove_profile(folder: Path | None) -> None:
    """Remove a browser's profile folder, if the driver has left it."""
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)


def remove_abandoned_profiles() -> None:
    """Remove profiles whose browser and driver were killed together: an hour old, in no use."""
    used = {process.profile for process in running()}
    oldest_kept = (SystemClock().now() - _ABANDONED) // SECOND
    for folder in Path(tempfile.gettempdir()).glob(_PATTERN):
        try:
            found = folder.lstat()
        except OSError:
            continue  # somebody else removed it meanwhile
        ours = found.st_uid == os.geteuid() and not folder.is_symlink()
        if ours and folder not in used and found.st_mtime < oldest_kept:
            shutil.rmtree(folder, ignore_errors=True)
