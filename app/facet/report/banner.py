"""The banner on every output that leaves the program: burnt into the picture's surroundings and told to programs."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, PngImagePlugin

from facet.core.descriptor import Family
from facet.core.digest import picture_digest
from facet.core.errors import InternalError
from facet.core.geometry import Box
from facet.core.i18n import translator
from facet.report.families import LAW_LABEL, MARKINGS, Marking
from facet.report.fonts import BOLD, REGULAR, DrawnFace, drawn
from facet.report.text import printable, short_digest
from facet.report.xmp import described, packet

LEAST_WIDTH = 480
"""Pixels. A narrower picture gets side margins, so that the words stay legible."""

LONGEST_NAME = 120
"""Characters printed of an exhibit's or backend's name; the metadata have all."""

WHITE = (255, 255, 255)
MAT = (24, 24, 24)
"""Beside a picture that is narrower than its banner."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Marked:
    """A picture with its banner. ``box`` is where the untouched pixels of the output lie in ``picture``."""

    picture: NDArray[np.uint8] = field(repr=False)
    box: Box


def made_by(backend: str, engine: Mapping[str, object]) -> str:
    """What a banner says of the maker: the backend, and that the run was only a preview where it was.

    ``engine`` is the receipt's.
    """
    return f"{backend} · PREVIEW ONLY ({engine.get('precision')})" if engine.get("preview") else backend


def burn(
    picture: NDArray[np.uint8], *, family: Family, exhibit: str, language: str, backend: str = ""
) -> NDArray[np.uint8]:
    """``picture`` (RGB uint8, (H, W, 3)) on a larger canvas with the family's banner around it, RGB uint8.

    No pixel of the picture is covered or changed; :func:`mark` tells where it lies. ``exhibit`` and ``backend`` are
    printed at the foot.
    """
    return mark(picture, family=family, exhibit=exhibit, language=language, backend=backend).picture


def mark(
    picture: NDArray[np.uint8],
    *,
    family: Family,
    exhibit: str,
    language: str,
    backend: str = "",
    digest: str | None = None,
    legend: Callable[[int], Image.Image] | None = None,
) -> Marked:
    """As :func:`burn`, with the place of the picture in it.

    ``digest`` is the picture digest printed at the foot, where ``picture`` is only a copy at another size; ``legend``
    draws a strip of the width it is given, to stand beneath the picture.
    """
    if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8:
        raise TypeError(f"a banner goes on RGB uint8 (H, W, 3), not {picture.dtype} {picture.shape}")
    translate = translator(language)
    marking = MARKINGS[family]
    height, width, _ = picture.shape
    unit = max(LEAST_WIDTH, min(width, 2 * height)) / 24
    border = max(4, round(unit / 4)) if marking.loud else 0
    canvas_width = max(LEAST_WIDTH, width + 2 * border)
    foot_words = " · ".join(
        part
        for part in (LAW_LABEL if family is Family.GENERATIVE else "", exhibit[:LONGEST_NAME], backend[:LONGEST_NAME])
        if part
    )
    foot_words += f" · Facet · SHA-256 {short_digest(digest or picture_digest(picture))}"
    head = _strip(_head_lines(marking, unit, translate(marking.headline), translate(marking.warning)), canvas_width)
    foot = _strip([(foot_words, drawn(REGULAR, max(12, round(unit * 0.55))))], canvas_width)
    head_picture, foot_picture = head.drawn_on(marking.colour), foot.drawn_on(marking.colour)
    top = head_picture.height
    strip = Image.new("RGB", (canvas_width, 0)) if legend is None else legend(canvas_width)
    below = top + height + border
    canvas = Image.new("RGB", (canvas_width, below + strip.height + foot_picture.height), MAT)
    canvas.paste(head_picture, (0, 0))
    left = (canvas_width - width) // 2
    if border:
        canvas.paste(marking.colour, (left - border, top, left + width + border, top + height + border))
    canvas.paste(Image.fromarray(np.ascontiguousarray(picture)), (left, top))
    canvas.paste(strip, (0, below))
    canvas.paste(foot_picture, (0, below + strip.height))
    return Marked(picture=np.asarray(canvas).copy(), box=Box(x=left, y=top, w=width, h=height))


def marked_png(
    picture: NDArray[np.uint8],
    *,
    family: Family,
    exhibit: str,
    language: str,
    case_number: str = "",
    backend: str = "",
    picture_sha256: str | None = None,
    facts: Mapping[str, str] | None = None,
    legend: Callable[[int], Image.Image] | None = None,
) -> bytes:
    """A PNG file of ``picture`` (RGB uint8, (H, W, 3)) with its banner and metadata; the same bytes every time.

    The text chunks name the case, exhibit, family, picture digest and the box of the untouched pixels; ``facts`` adds
    more (``{"Receipt-SHA256": ...}``); the XMP packet says the same. Raises ``InternalError`` if the picture is not the
    one that ``picture_sha256`` names. What it is is told in English and Korean, whatever ``language`` the banner has; a
    generative one says so in both, and in IPTC's vocabulary.
    """
    digest = picture_digest(picture)
    if picture_sha256 not in (None, digest):
        raise InternalError("The picture of {exhibit} is not the one its receipt names.", exhibit=exhibit)
    marked = mark(
        picture, family=family, exhibit=exhibit, language=language, backend=backend, digest=digest, legend=legend
    )
    marking = MARKINGS[family]
    chunks = PngImagePlugin.PngInfo()
    told = {
        "Title": f"{exhibit} {marking.name}",
        "Software": "Facet",
        "Facet-Case": case_number,
        "Facet-Exhibit": exhibit,
        "Facet-Family": family.value,
        "Facet-Backend": backend,
        "Facet-Picture-SHA256": digest,
        "Facet-Picture-Box": str(marked.box),
        "Comment": described(family, "en"),
        **{f"Facet-{name}": value for name, value in (facts or {}).items()},
    }
    own = {name.removeprefix("Facet-").replace("-", ""): told[name] for name in told if name.startswith("Facet-")}
    told["XML:com.adobe.xmp"] = packet(family, exhibit, own)
    for name, value in told.items():
        chunks.add_itxt(name, value, lang="x-default" if name == "Comment" else "")
    stream = io.BytesIO()
    Image.fromarray(marked.picture).save(stream, "PNG", pnginfo=chunks)
    return stream.getvalue()


@dataclass(frozen=True, slots=True)
class _Strip:
    lines: list[tuple[str, DrawnFace]]
    width: int
    padding: int

    def drawn_on(self, colour: tuple[int, int, int]) -> Image.Image:
        height = 2 * self.padding + sum(_line_height(font) for _, font in self.lines)
        strip = Image.new("RGB", (self.width, height), colour)
        pen, y = ImageDraw.Draw(strip), self.padding
        for words, font in self.lines:
            font.draw(pen, (self.width - font.length(words)) // 2, y, words, WHITE)
            y += _line_height(font)
        return strip


def _line_height(font: DrawnFace) -> int:
    return round(font.size * 1.35)


def _head_lines(marking: Marking, unit: float, headline: str, warning: str) -> list[tuple[str, DrawnFace]]:
    if marking.loud:
        return [(headline, drawn(BOLD, round(unit))), (warning, drawn(BOLD, round(unit * 0.72)))]
    return [(headline, drawn(BOLD, max(13, round(unit * 0.65))))]


def _strip(texts: list[tuple[str, DrawnFace]], width: int) -> _Strip:
    padding = max(6, round(texts[0][1].size * 0.4))
    lines = [(line, font) for words, font in texts for line in _wrapped(printable(words), font, width - 2 * padding)]
    return _Strip(lines, width, padding)


def _wrapped(words: str, font: DrawnFace, width: int) -> list[str]:
    """As few lines as fit into ``width`` pixels, of about equal length."""
    lines = _filled(words, font, width)
    narrower = width
    while len(lines) > 1 and narrower > width // 2:
        narrower -= 8
        tried = _filled(words, font, narrower)
        if len(tried) > len(lines):
            break
        lines = tried
    return lines


def _filled(words: str, font: DrawnFace, width: int) -> list[str]:
    lines, line = [], ""
    for word in words.split(" "):
        longer = f"{line} {word}" if line else word
        if font.length(longer) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        line = word
        while len(line) > 1 and font.length(line) > width:
            fits = next(n for n in range(len(line) - 1, 0, -1) if n == 1 or font.length(line[:n]) <= width)
            lines.append(line[:fits])
            line = line[fits:]
    return [*lines, line]
