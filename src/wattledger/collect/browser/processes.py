"""The browser's processes as the kernel tells of them (Linux ``/proc``; elsewhere: none known)."""

import os
import signal
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_PROFILE = "--user-data-dir="
_KILLED_SECONDS = 2


@dataclass(frozen=True, slots=True)
class Process:
    """A process; ``started`` (kernel ticks) tells it from a later one that has its number.

    ``group`` is the process group: a browser leads one of its own, with all it starts.
    """

    pid: int
    parent: int
    group: int
    started: int

    @property
    def lives(self) -> bool:
        """Tell whether it still runs."""
        now = _read(self.pid)
        return now is not None and now.started == self.started

    def kill(self) -> None:
        """End it at once, if it is still the same."""
        if self.lives:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    @property
    def own_bytes(self) -> int:
        """Return the memory it holds for itself: resident, less what it shares with others."""
        try:
            _size, resident, shared, *_ = (_PROC / str(self.pid) / "statm").read_text().split()
        except (OSError, ValueError):
            return 0
        return (int(resident) - int(shared)) * _PAGE_BYTES

    @property
    def profile(self) -> Path | None:
        """Return the profile folder a browser was started with."""
        try:
            arguments = (_PROC / str(self.pid) / "cmdline").read_bytes().split(b"\0")
        except OSError:
            return None
        named = (os.fsdecode(argument) for argument in arguments)
        found = (text.removeprefix(_PROFILE) for text in named if text.startswith(_PROFILE))
        return next(map(Path, found), None)


def running() -> list[Process]:
    """Return all processes that run now; zombies are left out."""
    numbers = (int(entry.name) for entry in _entries() if entry.name.isdigit())
    return [process for pid in numbers if (process := _read(pid)) is not None]


def of_group(leader: Process | None) -> list[Process]:
    """Return the processes of a group that run now."""
    return [] if leader is None else [each for each in running() if each.group == leader.pid]


def line_to_us(pid: int) -> list[Process]:
    """Return a process, its parent, and so on up to our child; empty if it is no kin of ours."""
    found: list[Process] = []
    current = _read(pid)
    while current is not None:
        found.append(current)
        if current.parent == os.getpid():
            return found
        current = _read(current.parent)
    return []


def end(processes: Iterable[Process], patience: float) -> None:
    """Wait up to ``patience`` seconds for processes to end by themselves, then end them."""
    waiting = list(processes)
    _wait(waiting, patience)
    for process in waiting:
        process.kill()
    # The kernel ends a killed process a little later, on a busy machine.
    _wait(waiting, _KILLED_SECONDS)


def _wait(processes: Iterable[Process], seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and any(process.lives for process in processes):
        time.sleep(0.02)


def _entries() -> list[os.DirEntry[str]]:
    try:
        with os.scandir(_PROC) as entries:
            return list(entries)
    except OSError:
        return []


def _read(pid: int) -> Process | None:
    """Return a process by its number; None when it does not run."""
    try:
        text = (_PROC / str(pid) / "stat").read_text()
    except OSError:
        return None
    # "4711 (name, with spaces) S 1 …": the state is the first word behind the last bracket.
    state, parent, group, *rest = text[text.rindex(")") + 1 :].split()
    return None if state in "ZX" else Process(pid, int(parent), int(group), int(rest[16]))
