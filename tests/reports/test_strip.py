"""The strip of figures at the head of a statement."""

from io import BytesIO

from reportlab.pdfgen.canvas import Canvas

from wattledger.reports.pages.strip import Key, Strip
from wattledger.reports.pages.type import BOLD, REGULAR


class _Noted(Canvas):
    def __init__(self) -> None:
        super().__init__(BytesIO())
        self.fonts: list[tuple[str, float]] = []

    def setFont(self, name: str, size: float, leading: float | None = None) -> None:  # noqa: N802 - ReportLab's
        super().setFont(name, size, leading)
        self.fonts.append((name, size))


def test_figures_of_a_strip_are_of_one_size_however_long_one_is() -> None:
    strip = Strip([Key("Energy, kWh", "119,818,400.125", "60 meters"), Key("Measured", "100.0 %")])
    canvas = _Noted()
    width, _ = strip.wrap(150, 100)
    strip.drawOn(canvas, 0, 0)
    assert width == 150
    sizes = {
        name: {size for font, size in canvas.fonts if font == name} for name in (BOLD, REGULAR)
    }
    assert len(sizes[BOLD]) == 1
    assert min(sizes[BOLD]) < 12.5
    assert sizes[REGULAR] == {7.0}
