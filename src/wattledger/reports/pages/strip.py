"""The strip of the figures that matter most, and the badge that says how final they are."""

from collections.abc import Sequence
from typing import NamedTuple

from reportlab.platypus import Flowable

from wattledger.domain.month_report import MonthState
from wattledger.reports.pages.type import (
    BOLD,
    DIM,
    GOOD,
    LINE,
    REGULAR,
    TEXT,
    WARNING,
    WARNING_WASH,
    broken,
    fitting,
    shown,
)

_HEIGHT = 46
_PADDING = 9
_BANNER_SIZE = 8


class Key(NamedTuple):
    """A figure of the strip: what it is, the figure, and a remark below it."""

    title: str
    figure: str
    remark: str = ""


class Strip(Flowable):
    """Some figures side by side in one frame."""

    def __init__(self, keys: Sequence[Key]) -> None:
        super().__init__()
        self._keys = keys

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:  # noqa: ARG002, N803 - ReportLab's
        """Take the whole width."""
        self.width, self.height = aW, float(_HEIGHT)
        return self.width, self.height

    def draw(self) -> None:
        """Draw the frame and its cells."""
        self.canv.setStrokeColorRGB(*LINE)
        self.canv.setLineWidth(0.7)
        self.canv.roundRect(0, 0, self.width, _HEIGHT, 5, stroke=1, fill=0)
        width = self.width / len(self._keys)
        room = width - 2 * _PADDING
        # Titles and figures stand in one size, at which the longest fits; a remark is by itself.
        title = min(fitting(key.title, REGULAR, 7.0, room) for key in self._keys)
        figure = min(fitting(key.figure, BOLD, 12.5, room) for key in self._keys)
        for number, key in enumerate(self._keys):
            x = number * width
            if number:
                self.canv.line(x, 0, x, _HEIGHT)
            remark = fitting(key.remark, REGULAR, 7.0, room)
            self._write(key.title, x, 34.0, REGULAR, title)
            self._write(key.figure, x, 18.0, BOLD, figure)
            self._write(key.remark, x, 6.5, REGULAR, remark)

    def _write(self, words: str, x: float, y: float, font: str, size: float) -> None:
        self.canv.setFont(font, size)
        self.canv.setFillColorRGB(*(TEXT if font == BOLD else DIM))
        self.canv.drawString(x + _PADDING, y, words)


class Banner(Flowable):
    """A sentence across the page: how final the figures are."""

    def __init__(self, state: MonthState, sentence: str) -> None:
        super().__init__()
        self._final = state is MonthState.CLOSED
        self._sentence = sentence
        self._lines: list[str] = []

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:  # noqa: ARG002, N803 - ReportLab's
        """Break the sentence to the width there is."""
        self._lines = broken(shown(self._sentence), BOLD, _BANNER_SIZE, aW - 2 * _PADDING)
        self.width, self.height = aW, 8.0 + 11 * len(self._lines)
        return self.width, self.height

    def draw(self) -> None:
        """Draw the sentence: green and plain when final, on a coloured ground when not."""
        colour = GOOD if self._final else WARNING
        self.canv.setStrokeColorRGB(*colour)
        self.canv.setFillColorRGB(*WARNING_WASH)
        self.canv.setLineWidth(0.8)
        self.canv.roundRect(0, 0, self.width, self.height, 4, stroke=1, fill=not self._final)
        self.canv.setFont(BOLD, _BANNER_SIZE)
        self.canv.setFillColorRGB(*colour)
        for number, line in enumerate(self._lines):
            self.canv.drawString(_PADDING, self.height - 12.5 - 11 * number, line)
