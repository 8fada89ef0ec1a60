"""What the last digit of a display is worth, told by what it showed before and after (LEDGER 2)."""

from collections.abc import Sequence
from typing import NamedTuple

_AROUND = 3
"""So many reads on either side tell how fine a display is."""


class Digit(NamedTuple):
    """What the last printed digit of a read is worth, and whether a person typed it."""

    milliwh: int
    is_typed: bool


def display_steps(digits: Sequence[Digit]) -> list[int]:
    """Return the display step of each of a register's reads, which follow each other.

    Where a number is printed without its last zeros, as JSON and spreadsheets do, its digits look
    coarser than the display is: it is as fine as reads on both sides of it. What a person typed is
    as fine as it was typed, and tells nothing of others.

    >>> tenths = Digit(100_000, is_typed=False)
    >>> display_steps([tenths, Digit(1_000_000, is_typed=False), tenths])
    [100000, 100000, 100000]
    >>> display_steps([tenths, Digit(1_000_000, is_typed=True), tenths])
    [100000, 1000000, 100000]
    """
    shown = [each.milliwh for each in digits]
    if len(set(shown)) <= 1:
        return shown
    return [
        each.milliwh if each.is_typed else min(each.milliwh, max(_finest(before), _finest(after)))
        for each, before, after in zip(digits, _before(digits), _after(digits), strict=True)
    ]


def _before(digits: Sequence[Digit]) -> list[Sequence[Digit]]:
    return [digits[max(0, n - _AROUND) : n] for n in range(len(digits))]


def _after(digits: Sequence[Digit]) -> list[Sequence[Digit]]:
    return [digits[n + 1 : n + 1 + _AROUND] for n in range(len(digits))]


def _finest(digits: Sequence[Digit]) -> int:
    """Return the finest step of the reads of a device; of none it is coarser than any."""
    return min((each.milliwh for each in digits if not each.is_typed), default=_COARSEST)


_COARSEST = 2**63 - 1
