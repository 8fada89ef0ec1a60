"""Names of sheets that every program opens: short, without marks, no two alike."""

_LONGEST = 31
_RESERVED = "History"
_FORBIDDEN = frozenset("[]:*?/\\'")


class SheetNames:
    """Gives each sheet a name of its own, made from what it shows."""

    def __init__(self) -> None:
        self._taken = {_RESERVED.casefold()}

    def name_for(self, wanted: str) -> str:
        """Return a name of at most 31 characters that no other sheet has, in either case.

        >>> names = SheetNames()
        >>> names.name_for("A/B: [north]"), names.name_for("a b   north ")
        ('A B north', 'a b north (2)')
        """
        plain = "".join(mark if _is_allowed(mark) else " " for mark in wanted)
        plain = _shortened(" ".join(plain.split()), _LONGEST) or "Client"
        name, count = plain, 1
        while name.casefold() in self._taken:
            count += 1
            ending = f" ({count})"
            name = _shortened(plain, _LONGEST - len(ending)) + ending
        self._taken.add(name.casefold())
        return name


def _is_allowed(mark: str) -> bool:
    return mark not in _FORBIDDEN and mark.isprintable()


def _shortened(text: str, longest: int) -> str:
    """Cut a text to so many UTF-16 units, which spreadsheets count, and no half character."""
    units = text.encode("utf-16-le", "ignore")[: 2 * longest]
    return units.decode("utf-16-le", "ignore").strip()
