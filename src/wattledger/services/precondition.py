"""Let a change through only where what it changes is still what somebody saw.

Services take such a check and call it with what is there, inside the transaction of the change, so
that nothing can come in between. ChangedMeanwhileError is how it refuses.
"""

from collections.abc import Callable
from typing import TypeAlias, TypeVar

_Shown = TypeVar("_Shown")

Check: TypeAlias = Callable[[_Shown], None]
"""Refuses a change of what it is shown, or lets it through."""


def unconditional(shown: object) -> None:
    """Let every change through."""
    del shown
