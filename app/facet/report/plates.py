"""How pictures stand on a page: the frame with its box, and pictures side by side at one size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.colors import Color, HexColor, black
from reportlab.platypus import Flowable, Paragraph

from facet.core.geometry import Box
from facet.report.figures import Plate
from facet.report.sheet import RULE, WIDTH

MARKER = HexColor(0xFFD400)
GAP = 11.0


class FrameInContext(Flowable):  # type: ignore[misc]
    """A whole frame with a box drawn on it as lines of the page, not as pixels of the picture."""

    def __init__(
        self,
        plate: Plate,
        *,
        size: tuple[int, int],
        pixel: tuple[float, float],
        box: Box | None,
        width: float = WIDTH,
        height: float = 262.0,
    ) -> None:
        super().__init__()
        self.plate, self.box = plate, box
        across, down = size[0] * pixel[0], size[1] * pixel[1]
        scale = min(width / across, height / down)
        self.width, self.height = across * scale, down * scale
        self.per_pixel = (self.width / size[0], self.height / size[1])
        self.indent = (width - self.width) / 2

    def wrap(self, *_: float) -> tuple[float, float]:
        """Its size in points."""
        return self.width + self.indent, self.height

    def draw(self) -> None:
        """The picture, then the box."""
        canvas = self.canv
        canvas.drawImage(self.plate.image, self.indent, 0, self.width, self.height)
        if self.box is None:
            return
        x = self.indent + self.box.x * self.per_pixel[0]
        y = self.height - (self.box.y + self.box.h) * self.per_pixel[1]
        w, h = self.box.w * self.per_pixel[0], self.box.h * self.per_pixel[1]
        for colour, line in ((black, 2.6), (MARKER, 1.2)):
            canvas.setStrokeColor(colour)
            canvas.setLineWidth(line)
            canvas.rect(x - 1, y - 1, w + 2, h + 2, stroke=1, fill=0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Panel:
    """One picture of a row. ``size`` in points, null for the row's common size."""

    plate: Plate
    caption: Paragraph
    size: tuple[float, float] | None = None
    edge: Color = RULE


class SideBySide(Flowable):  # type: ignore[misc]
    """Pictures in a row, the compared pixels of each at the same size and height, captions beneath.

    ``shape`` is the compared pictures' width over height; a banner in the pixels of a plate lies outside of them.
    """

    def __init__(self, panels: Sequence[Panel], *, shape: float, columns: int = 3, tallest: float = 250.0) -> None:
        super().__init__()
        self.panels = panels
        self.column = (WIDTH - GAP * (columns - 1)) / columns
        spread = max((p.plate.width / p.plate.inner.w for p in panels if p.size is None), default=1.0)
        across = min(self.column / spread, tallest * shape)
        self.common = (across, across / shape)
        self.above = max(self._above(p) for p in panels)
        self.captions = [p.caption.wrap(self.column, 1000)[1] for p in panels]
        self.pictures = max(self.above + self._below(p) for p in panels)

    def _per_pixel(self, panel: Panel) -> tuple[float, float]:
        width, height = panel.size or self.common
        return width / panel.plate.inner.w, height / panel.plate.inner.h

    def _above(self, panel: Panel) -> float:
        return panel.plate.inner.y * self._per_pixel(panel)[1]

    def _below(self, panel: Panel) -> float:
        return (panel.plate.height - panel.plate.inner.y) * self._per_pixel(panel)[1]

    def wrap(self, *_: float) -> tuple[float, float]:
        """Its size in points."""
        return WIDTH, self.pictures + 4 + max(self.captions)

    def draw(self) -> None:
        """Pictures aligned at the top of what is compared, captions at one height."""
        canvas = self.canv
        top = self.pictures + 4 + max(self.captions)
        for place, (panel, caption) in enumerate(zip(self.panels, self.captions, strict=True)):
            left = place * (self.column + GAP)
            wide, high = self._per_pixel(panel)
            width, height = panel.plate.width * wide, panel.plate.height * high
            y = top - self.above - self._below(panel)
            canvas.drawImage(panel.plate.image, left, y, width, height)
            canvas.setStrokeColor(panel.edge)
            canvas.setLineWidth(0.5)
            canvas.rect(left, y, width, height, stroke=1, fill=0)
            panel.caption.drawOn(canvas, left, top - self.pictures - 4 - caption)
