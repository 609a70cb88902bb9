"""What is seen in the frame view: an image, of which picture it is, and how good."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from PySide6.QtGui import QImage

from facet.core.frame import Frame
from facet.core.interpretation import AS_DECLARED, Interpretation
from facet.footage import View
from facet.gui.view.display import Orientation, image_of
from facet.gui.view.grade import Grade


@dataclass(frozen=True, kw_only=True, slots=True)
class Sight:
    """One picture for the frame view. ``index`` is the picture that is seen, ``wanted`` the one that was asked for.

    ``size`` is in source pixels (of a field: its own rows), whatever the size of ``image``. Only of ``Grade.FRAME``
    there is a ``frame``, the evidence.
    """

    index: int
    wanted: int
    grade: Grade
    image: QImage = field(repr=False)
    size: tuple[int, int]
    orientation: Orientation
    interlaced: bool
    corrupt: bool
    interpretation: Interpretation = AS_DECLARED
    frame: Frame | None = field(default=None, repr=False)

    @classmethod
    def of_view(cls, view: View, interpretation: Interpretation) -> Sight:
        """The image owns its pixels. May be called from any thread."""
        pixels = np.ascontiguousarray(view.picture)
        height, width = pixels.shape[:2]
        return cls(
            index=view.shown_index,
            wanted=view.index,
            grade=Grade.VIEW if view.exact else Grade.PREVIEW,
            image=QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32).copy(),
            size=(view.width, view.height),
            orientation=Orientation.declared(view.rotation, view.sample_aspect),
            interlaced=bool(view.interlaced),
            corrupt=view.corrupt,
            interpretation=interpretation,
        )

    @classmethod
    def of_frame(cls, frame: Frame, interpretation: Interpretation) -> Sight:
        """The evidence. May be called from any thread."""
        return cls(
            index=frame.name.index,
            wanted=frame.name.index,
            grade=Grade.FRAME,
            image=image_of(frame.picture),
            size=(frame.width, frame.height),
            orientation=Orientation.of(frame),
            interlaced=bool(frame.decoding.interlaced),
            corrupt=frame.decoding.corrupt,
            interpretation=interpretation,
            frame=frame,
        )
