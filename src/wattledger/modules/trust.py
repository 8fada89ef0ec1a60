"""Modules are code that runs with all that Wattledger may do: only its owner may write them."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

_OTHERS = stat.S_IWGRP | stat.S_IWOTH
_ROOT = 0


def distrust(folder: Path, *, below: bool = True) -> str | None:
    """Return why a folder, or with ``below`` something in it, cannot be trusted; None when it can.

    It can if it belongs to this user or to root, and nobody else may write it.
    """
    for path in _everything(folder, below=below):
        status = path.lstat()
        if stat.S_ISLNK(status.st_mode):
            return f"{path.name} is a link; put the file itself there."
        if status.st_uid not in {_ROOT, os.geteuid()}:
            return f"{path.name} belongs to another user; give it to this one: chown -R."
        if status.st_mode & _OTHERS:
            return f"{path.name} can be written by others; forbid it: chmod -R go-w '{folder}'."
    return None


def _everything(folder: Path, *, below: bool) -> Iterator[Path]:
    yield folder
    if below and not folder.is_symlink():
        yield from sorted(folder.rglob("*"))
