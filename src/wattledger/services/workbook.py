"""A spreadsheet file as rows of cells, read by a process of its own (``read_workbook``).

A hostile or damaged file ends at most that process; what comes back is a sentence.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self
from zipfile import BadZipFile, ZipFile

import msgspec

from wattledger.domain.cell import Cell, CellError, LocalMoment, SheetRow
from wattledger.domain.errors import InvalidInputError

LARGEST_FILE: Final = 100 * 1024 * 1024
MOST_ROWS: Final = 1_048_576
LARGEST_UNPACKED: Final = 1 << 30
_LAST_SECONDS = 3
_MOST_PARTS = 10_000
_ZIP = b"PK\x03\x04"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SUFFIXES = frozenset({".xlsx", ".xlsm", ".xls", ".ods"})
_BINARY_BOOK = "xl/workbook.bin"
_BOOKS = frozenset({"xl/workbook.xml", "content.xml"})


def is_spreadsheet(path: Path) -> bool:
    """Tell by a file's content whether it is a spreadsheet; InvalidInputError if only its name is.

    What cannot be read, or is not there, is no spreadsheet.
    """
    try:
        with path.open("rb") as file:
            head = file.read(len(_COMPOUND))
    except OSError:
        return False
    if head.startswith((_ZIP, _COMPOUND)):
        return True
    if path.suffix.lower() in _SUFFIXES:
        raise InvalidInputError(
            f"{path} is named like a spreadsheet but is none; save it again as .xlsx or as CSV."
        )
    return False


class Workbook:
    """An open spreadsheet. Use it as a context; leaving ends its process.

    ``sheets`` are the names of its sheets, ``heights`` the rows of those that were asked for.
    """

    def __init__(self, path: Path) -> None:
        _refuse_large(path)
        self._path = path
        self._unread = False
        self.sheets: list[str] = []
        self.heights: dict[str, int] = {}
        self._reader = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "wattledger.services.read_workbook", str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def __enter__(self) -> Self:
        try:
            sheets = self._answer()["sheets"]
        except BaseException:
            self._end()
            raise
        # Visible ones first: what is hidden is seldom what is meant.
        self.sheets = [name for name, shown in sorted(sheets, key=lambda sheet: not sheet[1])]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    def rows(self, sheet: str, limit: int | None = None) -> Iterator[SheetRow]:
        """Yield the rows of a sheet that are not blank, of the first ``limit`` if given."""
        while self._unread and self._answer() is not None:
            pass
        self._unread = True
        request = msgspec.json.encode({"sheet": sheet, "rows": limit})
        with suppress(BrokenPipeError):
            assert self._reader.stdin is not None  # noqa: S101 - opened as a pipe
            self._reader.stdin.write(request + b"\n")
            self._reader.stdin.flush()
        self.heights[sheet] = self._answer()
        if self.heights[sheet] > MOST_ROWS:
            raise InvalidInputError(f"{self._path} has more than {MOST_ROWS:,} rows.")
        while (row := self._answer()) is not None:
            number, hidden, heading, cells = row
            yield SheetRow(number, tuple(map(_cell, cells)), hidden, heading)
        self._unread = False

    def _answer(self) -> Any:  # noqa: ANN401 - JSON
        assert self._reader.stdout is not None  # noqa: S101 - opened as a pipe
        line = self._reader.stdout.readline()
        if not line.endswith(b"\n"):
            raise InvalidInputError(
                f"{self._path} cannot be read: it is damaged, or asks for more memory or time than "
                "a sheet of this size may. Copy its cells to a new file and save that."
            )
        answer = msgspec.json.decode(line)
        if isinstance(answer, dict) and "error" in answer:
            raise InvalidInputError(f"{self._path} {answer['error']}.")
        return answer

    def _end(self) -> None:
        """Let the process end by itself, having nothing more to read or to tell; else kill it."""
        for pipe in (self._reader.stdin, self._reader.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        try:
            self._reader.wait(_LAST_SECONDS)
        except subprocess.TimeoutExpired:
            self._reader.kill()
            self._reader.wait()


def _cell(value: Any) -> Cell:  # noqa: ANN401 - JSON
    if not isinstance(value, dict):
        return None if value is None else str(value)
    if "n" in value:
        return Decimal(value["n"])
    if "e" in value:
        return CellError(value["e"])
    return LocalMoment(datetime.fromisoformat(value["t"]), value.get("d"))


def _refuse_large(path: Path) -> None:
    if path.stat().st_size > LARGEST_FILE:
        raise InvalidInputError(
            f"{path} is larger than {LARGEST_FILE >> 20} MB; save its rows as CSV."
        )
    with path.open("rb") as file:
        if file.read(len(_ZIP)) != _ZIP:
            return
    try:
        with ZipFile(path) as packed:
            parts = packed.infolist()
    except (BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
        raise InvalidInputError(f"{path} is damaged ({error}); save it again.") from None
    names = {part.filename for part in parts}
    if _BINARY_BOOK in names or not names & _BOOKS:
        raise InvalidInputError(f"{path} is no .xlsx, .xls or .ods file; save it as .xlsx.")
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise InvalidInputError(
            f"{path} would unpack to more than {LARGEST_UNPACKED >> 30} GB: no sheet of readings "
            "does; save its rows as CSV."
        )
