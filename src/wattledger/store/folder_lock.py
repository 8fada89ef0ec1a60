"""A lock on the data folder: many processes use it together, a restore has it alone.

The system frees it when a process ends, in whatever way.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wattledger.domain.errors import ConflictError

LOCK = "lock"
UNFINISHED = "restore-unfinished"


@contextmanager
def use_folder(folder: Path) -> Iterator[None]:
    """Use the folder with others while inside; ConflictError while a restore has it alone.

    Also where a restore was ended before its end: what is there is of two databases.
    """
    with _locked(folder, fcntl.LOCK_SH, "A restore is under way in {}; wait until it ends."):
        if (folder / UNFINISHED).exists():
            raise ConflictError(
                f"A restore into {folder} was interrupted; run it again with --force."
            )
        yield


@contextmanager
def own_folder(folder: Path) -> Iterator[None]:
    """Have the folder alone while inside; ConflictError while anybody uses it."""
    with _locked(
        folder,
        fcntl.LOCK_EX,
        "Wattledger runs on {}: stop the server, and wait for commands that are under way.",
    ):
        yield


def is_used(folder: Path) -> bool:
    """Tell whether another process uses the folder."""
    try:
        with own_folder(folder):
            return False
    except ConflictError:
        return True


@contextmanager
def _locked(folder: Path, kind: int, refusal: str) -> Iterator[None]:
    with (folder / LOCK).open("a") as file:
        try:
            fcntl.flock(file, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConflictError(refusal.format(folder)) from None
        yield
