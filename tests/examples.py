"""How many examples the properties of the ledger get: as named, or a multiple in long runs."""

import os
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from hypothesis import settings

FACTOR = int(os.environ.get("WATTLEDGER_EXAMPLES", "1"))
"""``make soak`` sets it."""

_T = TypeVar("_T", bound=Callable[..., Any])


def examples(count: int) -> Callable[[_T], _T]:
    """Mark a property of the ledger that is to hold for so many examples in ``make test``."""

    def mark(test: _T) -> _T:
        marked: _T = pytest.mark.property(settings(max_examples=count * FACTOR)(test))
        return marked

    return mark
