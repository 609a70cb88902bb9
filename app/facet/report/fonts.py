"""The typefaces of reports and banners: NanumGothic for Korean and plain Latin, DejaVu Sans for what it lacks.

Nobody chooses between them: :func:`runs` says which face each piece of a text is set in.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import ImageFont

from facet.core.locate import shipped

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from reportlab.pdfbase.ttfonts import TTFont

REGULAR = "NanumGothic"
BOLD = "NanumGothicBold"
SECOND = {REGULAR: "DejaVuSans", BOLD: "DejaVuSans-Bold"}
"""What stands in for a face where it has no glyph."""
SECOND_SIZE = 0.92
"""The second face's size to the first's: their small letters are then equally tall."""

_WORDS = re.compile(r"[^\W\d_]+|[\W\d_]")
"""Letters that stand together, or one other character."""


def font_file(name: str) -> Path:
    """The TrueType file of a face."""
    return shipped("resources") / "fonts" / f"{name}.ttf"


@cache
def embeddable(name: str) -> TTFont:
    """The face, made known to reportlab under its own name; it is embedded as a subset where it is used."""
    from reportlab.lib.fonts import addMapping
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    # a first face brings all of ASCII along with it; a second one only the letters that are used
    face = TTFont(name, str(font_file(name)), asciiReadable=name in SECOND)
    pdfmetrics.registerFont(face)
    if name == BOLD:
        embeddable(REGULAR)
        for italic in (0, 1):
            addMapping(REGULAR, 0, italic, REGULAR)
            addMapping(REGULAR, 1, italic, BOLD)
            addMapping(BOLD, 0, italic, BOLD)
            addMapping(BOLD, 1, italic, BOLD)
    return face


def register() -> None:
    """Make all faces known to reportlab. Cheap after the first time."""
    for name in (BOLD, *SECOND.values()):
        embeddable(name)


@cache
def _glyphs(name: str) -> frozenset[int]:
    return frozenset(embeddable(name).face.charToGlyph)


@cache
def _in_first(character: str) -> bool:
    return all(ord(character) in _glyphs(name) for name in SECOND)


@cache
def _in_second(character: str) -> bool:
    """Whether the second face is used for it: marks and letters written from the right need more than a glyph."""
    if unicodedata.category(character)[0] == "M" or unicodedata.bidirectional(character) in ("R", "AL", "AN"):
        return False
    return all(ord(character) in _glyphs(name) for name in SECOND.values())


def has_glyph(character: str) -> bool:
    """Whether ``character`` can be set, in both weights."""
    return _in_first(character) or _in_second(character)


def runs(text: str) -> list[tuple[str, bool]]:
    """``text`` in pieces, each with whether it is set in the second face.

    A word that the first face can't spell is set in the second as a whole, if that can, so that it looks like one.
    """
    if text.isascii() or all(map(_in_first, text)):
        return [(text, False)] if text else []
    marked: list[tuple[str, bool]] = []
    for word in _WORDS.findall(text):
        if all(map(_in_first, word)):
            marked.append((word, False))
        elif all(map(_in_second, word)):
            marked.append((word, True))
        else:
            marked += [(c, not _in_first(c) and _in_second(c)) for c in word]
    return [("".join(word for word, _ in group), second) for second, group in groupby(marked, lambda piece: piece[1])]


@dataclass(frozen=True, kw_only=True, slots=True)
class DrawnFace:
    """A face and its second at one size, for drawing into a picture."""

    first: ImageFont.FreeTypeFont
    second: ImageFont.FreeTypeFont
    size: int

    def length(self, text: str) -> float:
        """Pixels that ``text`` takes on one line."""
        return sum((self._of(second).getlength(piece) for piece, second in runs(text)), 0.0)

    def draw(self, pen: ImageDraw, left: float, top: float, text: str, colour: tuple[int, int, int]) -> None:
        """Draw ``text`` on one line whose upper left corner is given, all pieces on one baseline."""
        baseline = top + self.first.getmetrics()[0]
        for piece, second in runs(text):
            pen.text((left, baseline), piece, colour, self._of(second), anchor="ls")
            left += self._of(second).getlength(piece)

    def _of(self, second: bool) -> ImageFont.FreeTypeFont:
        return self.second if second else self.first


def drawn(name: str, pixels: int) -> DrawnFace:
    """A first face for drawing into a picture, ``pixels`` high; laid out simply, so alike on every machine."""
    second = max(1, round(pixels * SECOND_SIZE))
    return DrawnFace(first=_loaded(name, pixels), second=_loaded(SECOND[name], second), size=pixels)


def _loaded(name: str, pixels: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(font_file(name)), pixels, layout_engine=ImageFont.Layout.BASIC)
