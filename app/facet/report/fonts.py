"""The one typeface of reports and banners: NanumGothic, regular and bold, for Latin and Korean alike."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import ImageFont

from facet.core.locate import shipped

if TYPE_CHECKING:
    from reportlab.pdfbase.ttfonts import TTFont

REGULAR = "NanumGothic"
BOLD = "NanumGothicBold"


def font_file(name: str) -> Path:
    """The TrueType file of :data:`REGULAR` or :data:`BOLD`."""
    return shipped("resources") / "fonts" / f"{name}.ttf"


@cache
def embeddable(name: str) -> TTFont:
    """The face, made known to reportlab under its own name; it is embedded as a subset where it is used."""
    from reportlab.lib.fonts import addMapping
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    face = TTFont(name, str(font_file(name)))
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
    """Make both faces known to reportlab. Cheap after the first time."""
    embeddable(BOLD)


@cache
def _glyphs(name: str) -> frozenset[int]:
    return frozenset(embeddable(name).face.charToGlyph)


def has_glyph(character: str) -> bool:
    """Whether both faces can draw ``character``."""
    return ord(character) in _glyphs(REGULAR) and ord(character) in _glyphs(BOLD)


def drawn(name: str, pixels: int) -> ImageFont.FreeTypeFont:
    """The face for drawing into a picture, ``pixels`` high; laid out simply, so alike on every machine."""
    return ImageFont.truetype(str(font_file(name)), pixels, layout_engine=ImageFont.Layout.BASIC)
