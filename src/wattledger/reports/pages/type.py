"""Type: the fonts of statements, what they can show, and text broken to a width.

Liberation Sans (fonts/LICENSE.txt) has Latin, Greek and Cyrillic, and figures of one width.
"""

import re
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock
from typing import NamedTuple
from unicodedata import normalize

from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont

REGULAR = "Wattledger"
BOLD = "Wattledger-Bold"
MISSING_GLYPH = "□"

_FOLDER = Path(__file__).parent.parent / "fonts"
_FILES = {REGULAR: "LiberationSans-Regular.ttf", BOLD: "LiberationSans-Bold.ttf"}
_KEPT = 4096
_MOST_IN_A_CELL = 240
_lock = Lock()

_HEBREW = "\u05be\u05c0\u05c3\u05d0-\u05f4\ufb1d-\ufb4f"
_MARKS = "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
_FROM_RIGHT = re.compile(
    rf"[{_HEBREW}](?:[^A-Za-z\u00c0-\u052f]*[{_HEBREW}{_MARKS}])?(?:\)|[ ]+\d+(?:[.,]\d+)*)?"
)
_UNTURNED = re.compile(rf"\d+(?:[.,:/]\d+)*|.[{_MARKS}]*")
"""What is not turned itself: a number, a letter with its marks."""
_MIRRORED = str.maketrans("()[]<>", ")(][><")


class Ink(NamedTuple):
    """A colour as red, green and blue from 0 to 1."""

    red: float
    green: float
    blue: float


def ink(code: str) -> Ink:
    """Return the colour of ``#rrggbb``."""
    red, green, blue = bytes.fromhex(code.removeprefix("#"))
    return Ink(red / 255, green / 255, blue / 255)


TEXT, DIM, LINE, WASH = ink("#101828"), ink("#586174"), ink("#d0d5dd"), ink("#f7f8fa")
ACCENT, ACCENT_LIGHT = ink("#0b7285"), ink("#a3cdd4")
GOOD, WARNING, WARNING_WASH = ink("#067647"), ink("#b54708"), ink("#fffaeb")


def _glyphs() -> frozenset[int]:
    """Return the characters that the fonts have. They are loaded once, whatever threads there are.

    A font that was registered anew would lose the glyphs of a statement being written.
    """
    with _lock:
        return _load()


@cache
def _load() -> frozenset[int]:
    fonts = [TTFont(name, str(_FOLDER / file)) for name, file in _FILES.items()]
    for font in fonts:
        registerFont(font)
    return frozenset.intersection(*(frozenset(font.face.charToGlyph) for font in fonts))


@lru_cache(maxsize=_KEPT)
def shown(text: str) -> str:
    """Return a text as it can be printed: one line, composed, a box for what has no glyph.

    >>> shown("Łódź  漢")
    'Łódź □'
    """
    glyphs = _glyphs()
    spaced = " ".join(normalize("NFC", text).split())
    return "".join(mark if ord(mark) in glyphs else MISSING_GLYPH for mark in spaced)


def in_drawing_order(text: str) -> str:
    """Return a line as it is drawn from left to right: what is read from the right is turned.

    Of scripts that are read so the fonts have Hebrew alone; numbers in it are read as ever.
    """
    return _FROM_RIGHT.sub(lambda found: "".join(reversed(_turned(found[0]))), text)


def _turned(run: str) -> list[str]:
    return [each.translate(_MIRRORED) for each in _UNTURNED.findall(run)]


def clipped(text: str) -> str:
    """Cut a text to what a table's row may hold: a row is never taller than a page."""
    if len(text) <= _MOST_IN_A_CELL:
        return text
    return f"{text[: _MOST_IN_A_CELL - 1]}\N{HORIZONTAL ELLIPSIS}"


def is_whole(text: str) -> bool:
    """Tell whether each character of a text can be printed."""
    return MISSING_GLYPH not in shown(text) or MISSING_GLYPH in text


def width_of(text: str, font: str, size: float) -> float:
    """Return the width of a printable text in points."""
    _glyphs()
    return stringWidth(text, font, size)


def fitting(text: str, font: str, size: float, width: float) -> float:
    """Return a size at which a text fits in a width on one line, at most the given one."""
    natural = width_of(text, font, size)
    return size if natural <= width else size * width / natural


def broken(text: str, font: str, size: float, width: float) -> list[str]:
    """Break a text into lines no wider than a width: between words, else within them."""
    lines: list[str] = []
    line = ""
    for word in shown(text).split(" "):
        longer = f"{line} {word}" if line else word
        if width_of(longer, font, size) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        *full, line = _chopped(word, font, size, width)
        lines += full
    return [*lines, line]


def _chopped(word: str, font: str, size: float, width: float) -> list[str]:
    """Cut a word into pieces that fit; most words are one."""
    if width_of(word, font, size) <= width:
        return [word]
    pieces, piece = [], ""
    for mark in word:
        if piece and width_of(piece + mark, font, size) > width:
            pieces.append(piece)
            piece = ""
        piece += mark
    return [*pieces, piece]
