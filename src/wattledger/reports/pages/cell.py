"""A few lines of text as a flowable: a table's cell, a paragraph, a heading.

Lighter than ReportLab's Paragraph, which parses markup: names are never markup here.
"""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

from reportlab.platypus import Flowable, Table, TableStyle

from wattledger.reports.pages.type import (
    BOLD,
    DIM,
    LINE,
    REGULAR,
    TEXT,
    WASH,
    Ink,
    broken,
    fitting,
    in_drawing_order,
)

_LEADING = 1.28
Align = Literal["left", "right"]
Place = tuple[int, int]


class Words(NamedTuple):
    """A text with its look; it is broken to the width there is."""

    text: str
    size: float = 7.5
    font: str = REGULAR
    colour: Ink = TEXT


class Cell(Flowable):
    """Words below each other.

    Those ``kept_whole`` are each on one line, smaller where it is too narrow: half of a figure is
    another figure.
    """

    def __init__(
        self, words: Sequence[Words], align: Align = "left", *, kept_whole: bool = False
    ) -> None:
        super().__init__()
        self._words = words
        self._align = align
        self._kept_whole = kept_whole
        self._broken: tuple[float, list[Words]] | None = None

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:  # noqa: ARG002, N803 - ReportLab's
        """Break the words to the width there is; returns the size they take."""
        if self._broken is None or self._broken[0] != aW:
            self._broken = (aW, [line for words in self._words for line in self._lines(words, aW)])
        self.width = aW
        self.height = sum(line.size * _LEADING for line in self._broken[1])
        return aW, self.height

    def _lines(self, words: Words, width: float) -> list[Words]:
        if self._kept_whole:
            size = fitting(words.text, words.font, words.size, width)
            return [words._replace(size=size)]
        lines = broken(words.text, words.font, words.size, width)
        return [words._replace(text=line) for line in lines]

    def split(self, aW: float, aH: float) -> list[Flowable]:  # noqa: N803 - ReportLab's
        """Break a long text over pages."""
        self.wrap(aW, aH)
        lines = self._broken[1] if self._broken else []
        height, fitting = 0.0, 0
        while fitting < len(lines) and height + lines[fitting].size * _LEADING <= aH:
            height += lines[fitting].size * _LEADING
            fitting += 1
        if not fitting:
            return []
        parts = (lines[:fitting], lines[fitting:])
        return [Cell(part, self._align) for part in parts if part]

    def draw(self) -> None:
        """Draw the lines from the top."""
        y = self.height
        for line in self._broken[1] if self._broken else []:
            y -= line.size * _LEADING
            self.canv.setFont(line.font, line.size)
            self.canv.setFillColorRGB(*line.colour)
            base = y + line.size * 0.28
            drawn = in_drawing_order(line.text)
            if self._align == "right":
                self.canv.drawRightString(self.width, base, drawn)
            else:
                self.canv.drawString(0, base, drawn)


def text(words: str, *, size: float = 7.5, dim: bool = False, bold: bool = False) -> Cell:
    """Return a cell of one text."""
    return Cell([Words(words, size, BOLD if bold else REGULAR, DIM if dim else TEXT)])


def figure(words: str, *, bold: bool = False, size: float = 7.5) -> Cell:
    """Return a cell of one number, at the right."""
    return Cell([Words(words, size, BOLD if bold else REGULAR)], "right", kept_whole=True)


def head(words: str, align: Align = "left") -> Cell:
    """Return a cell of a table's header."""
    return Cell([Words(words, 7, BOLD, DIM)], align)


def grid(
    rows: Sequence[Sequence[Cell]], widths: Sequence[float], totals: Sequence[int] = ()
) -> Table:
    """Return a table: a header that repeats, hairlines, a stronger line above totals."""
    style: list[tuple[str, Place, Place, *tuple[Any, ...]]] = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
        ("LEFTPADDING", (0, 0), (-1, -1), 3),
        ("RIGHTPADDING", (0, 0), (-1, -1), 3),
        ("LEFTPADDING", (-1, 0), (-1, -1), 8),
        ("TOPPADDING", (0, 0), (-1, -1), 2.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
        ("BACKGROUND", (0, 0), (-1, 0), WASH),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE),
        *(("LINEABOVE", (0, row), (-1, row), 0.9, TEXT) for row in totals),
    ]
    return Table(
        [list(row) for row in rows], colWidths=list(widths), repeatRows=1, style=TableStyle(style)
    )
