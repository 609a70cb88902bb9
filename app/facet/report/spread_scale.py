"""The scale of a spread, and what is said of samples: beside the map on a page, under it in a file that leaves."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from facet.core.canonical import Json, canonical_json
from facet.core.descriptor import Family
from facet.core.i18n import N_, translator
from facet.core.run import Companion
from facet.core.spread import CEILING, COLOURS
from facet.report.banner import WHITE, marked_png
from facet.report.fonts import REGULAR, drawn
from facet.report.text import printable

TICKS = (0, CEILING // 4, CEILING // 2, 3 * CEILING // 4, CEILING)
MEANING = N_(
    "How far the pictures made of this one crop differ at each pixel (standard deviation, in levels of 255). Where it"
    " is light, what the output shows is one of many that fit the crop as well."
)
"""Printed and burnt in beside every map; the ticks beneath the scale are levels."""


def titled(role: str, number: int, facts: Mapping[str, Json], translate: Callable[[str], str]) -> str:
    """What a companion is called by itself: ``Spread of 8 samples``, ``Sample 2``."""
    if role != "spread":
        return translate(N_("Sample {number}") if role == "sample" else N_("Candidate {number}")).format(number=number)
    words = N_("Spread of {count} candidates") if facts.get("of") == "candidate" else N_("Spread of {count} samples")
    return translate(words).format(count=facts.get("count", "–"))


def extremes(facts: Mapping[str, Json], translate: Callable[[str], str]) -> str:
    """The figures of a spread, as words."""
    return translate(N_("mean {mean}, at most {maximum} levels of 255")).format(
        mean=facts.get("mean", "–"), maximum=facts.get("maximum", "–")
    )


def ramp(width: int, height: int) -> NDArray[np.uint8]:
    """The colours from 0 to the ceiling, left to right: RGB uint8 (height, width, 3)."""
    row = COLOURS[np.linspace(0, 255, width).round().astype(np.intp)]
    return np.ascontiguousarray(np.broadcast_to(row, (height, width, 3)))


def tick_label(level: int) -> str:
    """``8``; the last one says that it stands for all above."""
    return f"{level}+" if level == CEILING else str(level)


def companion_png(
    companion: Companion,
    *,
    family: Family,
    exhibit: str,
    language: str,
    case_number: str,
    backend: str,
    receipt_sha256: str,
    picture_sha256: str | None = None,
) -> bytes:
    """A PNG file of a companion of output ``exhibit`` with the banner of the output's family, a spread with its scale.

    See :func:`facet.report.banner.marked_png`; the metadata have the companion's name and facts as well.
    """
    legend = (lambda width: scale_strip(width, language)) if companion.role == "spread" else None
    title = titled(companion.role, companion.number, companion.facts, translator(language))
    return marked_png(
        companion.picture,
        family=family,
        exhibit=f"{exhibit}/{companion.name}",
        language=language,
        case_number=case_number,
        backend=f"{backend} · {title}",
        picture_sha256=picture_sha256,
        facts={
            "Receipt-SHA256": receipt_sha256,
            "Companion": companion.name,
            "Companion-Facts": canonical_json(companion.facts).decode("utf-8"),
        },
        legend=legend,
    )


def scale_strip(width: int, language: str) -> Image.Image:
    """The scale with its ticks and what it means, ``width`` pixels wide."""
    face, margin = drawn(REGULAR, 13), 12
    words = _wrapped(printable(translator(language)(MEANING)), width - 2 * margin, face.length)
    line, bar = 18, 14
    strip = Image.new("RGB", (width, bar + line * (len(words) + 1) + 3 * margin // 2), (24, 24, 24))
    inside = width - 2 * margin
    strip.paste(Image.fromarray(ramp(inside, bar)), (margin, margin // 2))
    pen = ImageDraw.Draw(strip)
    for tick in TICKS:
        label, x = tick_label(tick), margin + round((inside - 1) * tick / CEILING)
        pen.line([(x, margin // 2 + bar), (x, margin // 2 + bar + 3)], fill=WHITE)
        at = min(max(margin, x - face.length(label) // 2), width - margin - face.length(label))
        face.draw(pen, at, margin // 2 + bar + 3, label, WHITE)
    for number, text in enumerate(words):
        face.draw(pen, margin, margin + bar + line * (number + 1), text, WHITE)
    return strip


def _wrapped(text: str, width: int, length: Callable[[str], float]) -> list[str]:
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if length(longer) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
