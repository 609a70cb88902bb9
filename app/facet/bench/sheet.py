"""A contact sheet: one row a face, one column a backend, the input before them and the truth behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from facet.bench.pictures import Pair
from facet.core.descriptor import Family
from facet.core.locate import shipped

GAP = 6
"""Pixels between pictures."""
LEAST_CELL = 128
"""Pixels a side; smaller pictures are shown enlarged a whole number of times, pixel by pixel."""
PAPER, INK, ALARM = (255, 255, 255), (20, 20, 20), (156, 31, 58)
KINDS = {
    Family.INTERPOLATION: "interpolation",
    Family.FUSION: "fusion",
    Family.REGRESSION: "AI-predicted",
    Family.GENERATIVE: "AI-GENERATED",
}
"""What stands under a backend's id. English, as cards are."""
NOTHING = "nothing made"
LINE = 15
"""Pixels from one line of text to the next."""
FOOT = "AI-predicted and AI-generated detail does not come from the input. Not for identification."


@dataclass(slots=True)
class Column:
    """Pictures of one kind under a heading of two lines; None where there is no picture."""

    heading: str
    kind: str
    family: Family | None = None
    pictures: list[NDArray[np.uint8] | None] = field(default_factory=list)


def contact_sheet(pairs: Sequence[Pair], columns: Sequence[Column], *, foot: str = "") -> Image.Image:
    """The sheet, RGB. Each column has as many pictures as there are ``pairs``, RGB uint8 of the truth's size.

    ``foot`` is a line of text below, such as where the pictures come from.
    """
    side = pairs[0].truth.shape[0]
    cell = side * max(1, -(-LEAST_CELL // side))
    given = Column("input", "{0}×{0}".format(pairs[0].low.shape[0]), None, [pair.low for pair in pairs])
    known = Column("truth", f"{side}×{side}", None, [pair.truth for pair in pairs])
    everything = [given, *columns, known]
    bold, plain = _font("DejaVuSans-Bold.ttf"), _font("DejaVuSans.ttf")
    head, step = 34, cell + GAP
    width, bottom = GAP + step * len(everything), head + step * len(pairs)
    lines = [line for text in (FOOT, foot) for line in _lines(text, plain, width - 2 * GAP)]
    sheet = Image.new("RGB", (width, bottom + LINE * len(lines) + GAP), PAPER)
    draw = ImageDraw.Draw(sheet)
    for number, column in enumerate(everything):
        left = GAP + step * number
        colour = ALARM if column.family is Family.GENERATIVE else INK
        draw.text((left, 4), _fitted(draw, column.heading, bold, cell), colour, font=bold)
        draw.text((left, 18), _fitted(draw, column.kind, plain, cell), colour, font=plain)
        for row, picture in enumerate(column.pictures):
            if picture is not None:
                shown = Image.fromarray(picture).resize((cell, cell), Image.Resampling.NEAREST)
                sheet.paste(shown, (left, head + step * row))
            else:
                draw.text((left, head + step * row + cell // 2), NOTHING, INK, font=plain)
    for number, line in enumerate(lines):
        draw.text((GAP, bottom + LINE * number), line, INK, font=plain)
    return sheet


def _font(name: str) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(shipped("resources") / "fonts" / name), 11, layout_engine=ImageFont.Layout.BASIC)


def _lines(text: str, font: ImageFont.FreeTypeFont, width: float) -> list[str]:
    """``text`` in lines that are no wider than so many pixels, broken between words."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _fitted(draw: ImageDraw.ImageDraw, text: str, font: ImageFont.FreeTypeFont, width: float) -> str:
    """``text``, shortened where it is wider than so many pixels."""
    if draw.textlength(text, font=font) <= width:
        return text
    while text and draw.textlength(f"{text}…", font=font) > width:
        text = text[:-1]
    return f"{text}…"
