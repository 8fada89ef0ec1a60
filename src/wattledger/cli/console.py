"""What a person sees in the terminal: results to stdout, everything else to stderr."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from wattledger.services.progress import Advance

out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)

_PLAIN_STEPS = 10


@contextmanager
def progress(label: str, total: int) -> Iterator[Advance]:
    """Show how far a long job is: a bar on a terminal, a line each tenth in a pipe."""
    if err.is_terminal:
        with _bar(label, total) as advance:
            yield advance
    else:
        yield _Lines(label, total)


@contextmanager
def _bar(label: str, total: int) -> Iterator[Advance]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err) as bar:
        task = bar.add_task(label, total=total)

        def advance(count: int = 1) -> None:
            bar.advance(task, count)

        yield advance


class _Lines:
    """Progress for a pipe or a log: one plain line each tenth of the way."""

    def __init__(self, label: str, total: int) -> None:
        self._label = label
        self._total = total
        self._done = 0
        self._step = max(1, total // _PLAIN_STEPS)

    def __call__(self, count: int = 1) -> None:
        before = self._done // self._step
        self._done += count
        if self._done // self._step > before or self._done == self._total:
            err.print(f"{_plain(self._label)}: {self._done} of {self._total}")


def fail(message: str) -> None:
    """Print an error the person can act on."""
    err.print(f"[bold red]error:[/] {_plain(message)}")


def note(message: str) -> None:
    """Print a remark that is not a result."""
    err.print(_plain(message))


def _plain(text: str) -> str:
    """Keep square brackets in messages from being read as colours."""
    return text.replace("[", r"\[")
