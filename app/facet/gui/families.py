"""The four families as they are shown: a word first, a colour besides."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from facet.core.descriptor import Family
from facet.core.i18n import N_, _

COLOURS = {
    Family.INTERPOLATION: "#456279",
    Family.FUSION: "#2f6b41",
    Family.REGRESSION: "#7d5400",
    Family.GENERATIVE: "#9c1f3a",
}
"""Backgrounds for white text (contrast 5.5:1 or better)."""

_WORDS = {
    Family.INTERPOLATION: N_("Interpolation"),
    Family.FUSION: N_("Fusion"),
    Family.REGRESSION: N_("Regression"),
    Family.GENERATIVE: N_("Generative"),
}
_MEANINGS = {
    Family.INTERPOLATION: N_("Adds nothing: new pixels are weighted means of the old."),
    Family.FUSION: N_("Combines several frames; what it shows was recorded."),
    Family.REGRESSION: N_("A network's averaged prediction: detail comes from its training set."),
    Family.GENERATIVE: N_("Invents detail that looks real. Investigative lead only."),
}
_BANNERS = {
    Family.INTERPOLATION: (N_("INTERPOLATED"), N_("no detail added")),
    Family.FUSION: (N_("FUSED"), N_("from several frames")),
    Family.REGRESSION: (N_("AI-PREDICTED"), N_("detail from training data")),
    Family.GENERATIVE: (N_("AI-GENERATED"), N_("investigative lead only")),
}


def word(family: Family) -> str:
    """What the family is called."""
    return _(_WORDS[family])


def meaning(family: Family) -> str:
    """One sentence on what kind of pixels come out."""
    return _(_MEANINGS[family])


def colour(family: Family) -> QColor:
    """Its background colour."""
    return QColor(COLOURS[family])


class FamilyBanner(QLabel):
    """The strip over a picture that says what the picture is, in two short lines that fit a narrow picture.

    Without a family: the original.
    """

    def __init__(self, family: Family | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        loud, quiet, background = N_("ORIGINAL"), N_("recorded pixels"), "#1d1d1d"
        if family is not None:
            loud, quiet = _BANNERS[family]
            background = COLOURS[family]
            self.setToolTip(meaning(family))
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setText(f"<b>{_(loud)}</b><br>{_(quiet)}")
        self.setAccessibleName(f"{_(loud)}: {_(quiet)}")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setStyleSheet(f"background: {background}; color: white; padding: 2px;")


class FamilyTag(QLabel):
    """The family's word on its colour, small."""

    def __init__(self, family: Family, parent: QWidget | None = None) -> None:
        super().__init__(word(family), parent)
        self.setToolTip(meaning(family))
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setStyleSheet(
            f"background: {COLOURS[family]}; color: white; font-weight: bold; padding: 1px 7px; border-radius: 3px;"
        )
