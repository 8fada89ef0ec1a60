"""The margins of a statement's pages: whose it is, what seals it, and which page of how many."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from reportlab.pdfgen.canvas import Canvas

from wattledger.domain.statement import Statement
from wattledger.reports.pages.meters import MARGIN
from wattledger.reports.pages.type import (
    DIM,
    LINE,
    REGULAR,
    clipped,
    in_drawing_order,
    shown,
    width_of,
)
from wattledger.reports.wording import moment_text, month_text

FOOT = 58
"""Points below the text, where the seal stands."""
HEAD = 44
_SIZE = 6.3
_LEADING = 8.4


class NumberedCanvas(Canvas):
    """A canvas that writes the margins at the end, when the number of pages is known."""

    def __init__(self, *args: Any, statement: Statement, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self._statement = statement
        self._size: tuple[float, float] = kwargs["pagesize"]
        self._pages: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802 - ReportLab's
        """Keep the page until all are there."""
        self._pages.append(dict(self.__dict__))
        self._startPage()  # type: ignore[attr-defined]  # ReportLab's own, which its types leave out

    def save(self) -> None:
        """Write the margins of each page, then the file."""
        for number, page in enumerate(self._pages, 1):
            self.__dict__.update(page)
            self._draw_head(number)
            self._draw_foot(number)
            super().showPage()
        super().save()

    def _draw_head(self, number: int) -> None:
        if number == 1:
            return
        width, height = self._size
        statement = self._statement
        words = f"Energy statement, {month_text(statement.month)}, {statement.state.upper()}"
        self._write(width - MARGIN - width_of(words, REGULAR, 7), height - 30, words, 7)
        room = width - 2 * MARGIN - width_of(words, REGULAR, 7) - 20
        self._write(MARGIN, height - 30, _fitted(clipped(shown(statement.client)), room), 7)

    def _draw_foot(self, number: int) -> None:
        width = self._size[0]
        self.setStrokeColorRGB(*LINE)
        self.setLineWidth(0.5)
        self.line(MARGIN, FOOT - 8, width - MARGIN, FOOT - 8)
        page = f"Page {number} of {len(self._pages)}"
        self._write(width - MARGIN - width_of(page, REGULAR, 7), FOOT - 18, page, 7)
        room = width - 2 * MARGIN - 60
        for row, words in enumerate(seal_lines(self._statement)):
            self._write(
                MARGIN, FOOT - 18 - row * _LEADING, _fitted(clipped(shown(words)), room), _SIZE
            )

    def _write(self, x: float, y: float, words: str, size: float) -> None:
        self.setFont(REGULAR, size)
        self.setFillColorRGB(*DIM)
        self.drawString(x, y, in_drawing_order(words))


def seal_lines(statement: Statement) -> Sequence[str]:
    """Return what the foot of each page says of the seal."""
    seal = statement.seal
    if seal is None:
        return (f"{statement.state.upper()}: not sealed. Reckoned by Wattledger from the reads.",)
    closed = moment_text(seal.closed_at, ZoneInfo(statement.zone))
    previous = seal.previous_sha256 or "none: this is the first statement of the chain"
    by = f"by {seal.closed_by}, for {statement.client}"
    return (
        f"Statement {statement.number}, closed {closed} ({statement.zone}) {by}",
        f"Seal, SHA-256: {seal.sha256}",
        f"Seal before it: {previous}",
    )


def _fitted(words: str, room: float) -> str:
    """Cut a text to the room there is."""
    if width_of(words, REGULAR, 7) <= room:
        return words
    while words and width_of(f"{words}\N{HORIZONTAL ELLIPSIS}", REGULAR, 7) > room:
        words = words[:-1]
    return f"{words}\N{HORIZONTAL ELLIPSIS}"
