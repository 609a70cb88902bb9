"""Which frame lies under which pixel: the part of the recording that the timeline shows, and how it is zoomed."""

from __future__ import annotations

from dataclasses import dataclass, replace

CELL = 72
"""Screen pixels that a frame's own cell has at least at the deepest level: room for a thumbnail and a number."""
STEP = 1.5
"""How much a step of the wheel or of a key zooms."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Scale:
    """``count`` frames, of which ``span`` frames beginning with ``first`` fill ``width`` pixels.

    Frame n covers the places n to n + 1; ``first`` and ``span`` are in frames and need not be whole. A scale is never
    wider than the recording and never closer than ``cell`` pixels to the frame.
    """

    count: int
    width: int
    first: float = 0.0
    span: float = 0.0
    cell: int = CELL
    """Screen pixels of a frame at the deepest level."""

    @classmethod
    def whole(cls, count: int, width: int) -> Scale:
        """The whole recording."""
        return cls(count=count, width=max(1, width), first=0.0, span=float(max(1, count)))

    @property
    def pixels(self) -> float:
        """Screen pixels of one frame."""
        return self.width / self.span

    @property
    def is_whole(self) -> bool:
        """Whether everything is shown."""
        return self.span >= self.count

    @property
    def is_deepest(self) -> bool:
        """Whether no closer look is possible: every frame has its own cell."""
        return self.span <= self._closest * 1.000001

    @property
    def last(self) -> float:
        """The place where the shown part ends."""
        return self.first + self.span

    @property
    def _closest(self) -> float:
        return min(float(max(1, self.count)), self.width / self.cell)

    def x(self, place: float) -> float:
        """Where a place lies, in pixels from the left."""
        return (place - self.first) * self.pixels

    def place(self, x: float) -> float:
        """The place at ``x`` pixels from the left."""
        return self.first + x / self.pixels

    def index_at(self, x: float) -> int:
        """The frame at ``x`` pixels from the left; the nearest one beyond the ends."""
        return min(max(int(self.place(x) // 1), 0), max(0, self.count - 1))

    def visible(self) -> tuple[int, int]:
        """The first frame that is seen, even in part, and the one after the last."""
        return max(0, int(self.first // 1)), min(self.count, int(-(-self.last // 1)))

    def shows(self, index: int) -> bool:
        """Whether a frame is seen, at least with its beginning."""
        return self.first <= index < self.last

    def zoomed(self, by: float, x: float) -> Scale:
        """``by`` times closer (below 1: farther); what is at ``x`` stays there as far as the ends allow."""
        span = min(max(self.span / by, self._closest), float(max(1, self.count)))
        return self._held(self.place(x) - x / self.width * span, span)

    def moved(self, frames: float) -> Scale:
        """So many frames further on (or back)."""
        return self._held(self.first + frames, self.span)

    def onto(self, first: float, span: float) -> Scale:
        """Another part of the recording."""
        wide = min(max(span, self._closest), float(max(1, self.count)))
        return self._held(first + (span - wide) / 2, wide)

    def resized(self, width: int, cell: int) -> Scale:
        """The same part in another width, with another deepest level."""
        wider = replace(self, width=max(1, width), cell=max(CELL, cell))
        return wider.onto(self.first, float(max(1, self.count)) if self.is_whole else self.span)

    def following(self, index: int) -> Scale:
        """Turned like a page so that ``index`` is seen; itself where it is seen already."""
        if self.shows(index) and index + 1 <= self.last + 0.5:
            return self
        lead = self.span * 0.1
        return self._held(index - lead if index >= self.last - 1 else index + 1 + lead - self.span, self.span)

    def _held(self, first: float, span: float) -> Scale:
        return replace(self, first=min(max(first, 0.0), max(0.0, self.count - span)), span=span)
