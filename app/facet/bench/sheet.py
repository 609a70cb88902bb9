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
    width, height = GAP + step * len(everything), head + step * len(pairs) + 34
    sheet = Image.new("RGB", (width, height), PAPER)
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
    draw.text((GAP, height - 32), _fitted(draw, FOOT, plain, width - 2 * GAP), INK, font=plain)
    draw.text((GAP, height - 17), _fitted(draw, foot, plain, width - 2 * GAP), INK, font=plain)
    return sheet


def _font(name: str) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(shipped("resources") / "fonts" / name), 11, layout_engine=ImageFont.Layout.BASIC)


def _fitted(draw: ImageDraw.ImageDraw, text: str, font: ImageFont.FreeTypeFont, width: float) -> str:
    """``text``, shortened where it is wider than so many pixels."""
    if draw.textlength(text, font=font) <= width:
        return text
    while text and draw.textlength(f"{text}…", font=font) > width:
        text = text[:-1]
    return f"{text}…"
