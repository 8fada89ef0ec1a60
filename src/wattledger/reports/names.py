"""Names that every program opens, made from any client's name: no marks, not long, no two alike."""

from collections.abc import Callable, Iterable
from unicodedata import normalize

_SHEET_UNITS, _FILE_BYTES = 31, 100
_UTF16_BYTES = 2
_NOT_IN_SHEETS = frozenset("[]:*?/\\'")
_NOT_IN_FILES = frozenset('<>:"/\\|?*')
_DEVICES = (
    "CON",
    "PRN",
    "AUX",
    "NUL",
    *(f"{port}{n}" for port in ("COM", "LPT") for n in range(10)),
)


class Names:
    """Gives each thing a name of its own, in whatever case it is compared."""

    def __init__(
        self, forbidden: frozenset[str], cut: Callable[[str, int], str], taken: Iterable[str]
    ) -> None:
        self._forbidden = forbidden
        self._cut = cut
        self._taken = {name.casefold() for name in taken}

    def name_for(self, wanted: str) -> str:
        """Return a name that nothing else was given.

        >>> names = sheet_names()
        >>> names.name_for("A/B: [north]"), names.name_for("a b   north ")
        ('A B north', 'a b north (2)')
        """
        allowed = (mark if self._is_allowed(mark) else " " for mark in normalize("NFC", wanted))
        plain = self._cut(" ".join("".join(allowed).split()), 0) or "Client"
        name, count = plain, 1
        while name.casefold() in self._taken:
            count += 1
            ending = f" ({count})"
            name = self._cut(plain, len(ending)) + ending
        self._taken.add(name.casefold())
        return name

    def _is_allowed(self, mark: str) -> bool:
        return mark not in self._forbidden and mark.isprintable()


def sheet_names() -> Names:
    """Return the names of a workbook's sheets; one of them spreadsheets keep for themselves."""
    return Names(_NOT_IN_SHEETS, _cut_to_sheet, ["History"])


def file_names() -> Names:
    """Return the names of files in a folder, as all systems take them."""
    return Names(_NOT_IN_FILES, _cut_to_file, _DEVICES)


def _cut_to_sheet(text: str, spare: int) -> str:
    """Cut to so many UTF-16 units, which spreadsheets count, and through no character."""
    longest = _UTF16_BYTES * (_SHEET_UNITS - spare)
    return text.encode("utf-16-le", "ignore")[:longest].decode("utf-16-le", "ignore").strip()


def _cut_to_file(text: str, spare: int) -> str:
    """Cut to bytes; dots and spaces at the ends, which some systems drop, are dropped here."""
    longest = _FILE_BYTES - spare
    return text.encode("utf-8", "ignore")[:longest].decode("utf-8", "ignore").strip(" .")
