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
def unwatched(label: str, total: int) -> Iterator[Advance]:  # noqa: ARG001 - Progress
    """Show nothing: for jobs at which nobody looks on."""

    def advance(count: int = 1) -> None:
        """Count for nobody."""

    yield advance
