"""What a person sees in the terminal: results to stdout, everything else to stderr."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import typer
from rich import box
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from wattledger.services.progress import Advance

_PIPE_WIDTH = 160

out = Console(highlight=False)
if not out.is_terminal:
    out.width = _PIPE_WIDTH
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


def table(title: str, texts: Sequence[str], figures: Sequence[str]) -> Table:
    """Return a table whose figures are never cut, however narrow the terminal: texts fold."""
    made = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for name in texts:
        made.add_column(name, overflow="fold")
    for name in figures:
        made.add_column(name, justify="right", no_wrap=True)
    return made


def keep_figures_whole(made: Table) -> None:
    """Give each column of figures the width of its longest one."""
    for column in made.columns:
        if column.no_wrap:
            column.min_width = max((len(str(cell)) for cell in column.cells), default=0)


def print_json(document: object) -> None:
    """Print a result for programs: one JSON document, decimals as text."""
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))


def fail(message: str) -> None:
    """Print an error the person can act on."""
    err.print(f"[bold red]error:[/] {_plain(message)}")


def note(message: str) -> None:
    """Print a remark that is not a result."""
    err.print(_plain(message))


def _plain(text: str) -> str:
    """Keep square brackets in messages from being read as colours."""
    return text.replace("[", r"\[")
