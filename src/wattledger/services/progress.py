"""How a service tells how far a long job is, without knowing who watches."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol


class Advance(Protocol):
    """Tells that so many more are done."""

    def __call__(self, count: int = 1) -> None:
        """Count ``count`` more."""
        ...


class Progress(Protocol):
    """Opens a display of how far a long job is; what it gives counts what is done."""

    def __call__(self, label: str, total: int) -> AbstractContextManager[Advance]:
        """Show ``label`` with ``total`` to do."""
        ...


@contextmanager
def unwatched(label: str, total: int) -> Iterator[Advance]:
    """Tell nobody how far a job is."""
    del label, total
    yield _ignore


def _ignore(count: int = 1) -> None:
    del count
