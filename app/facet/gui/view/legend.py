"""What the signs on the timeline mean: those that can be seen there now, each drawn as it is drawn there."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from facet.core.i18n import _
from facet.gui.theme import colour
from facet.gui.view.timeline import Timeline
from facet.gui.view.timeline_signs import (
    DRAFT,
    KEY_ROOM,
    RECORDED,
    draw_cut,
    draw_damage,
    draw_flag,
    draw_key,
    draw_recorded,
    draw_tainted,
)
from facet.gui.view.timeline_view import MARGIN

SIGN = 16
"""Screen pixels of a drawn sign."""
APART = 12
"""Screen pixels between two entries."""


class Legend(QWidget):
    """One line of signs with their names; what does not fit is in the tool tip."""

    def __init__(self, timeline: Timeline, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._timeline = timeline
        small = self.font()
        small.setPointSizeF(max(7.0, small.pointSizeF() * 0.88))
        self.setFont(QFont(small))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(_("Signs on the timeline"))
        self._entries: list[tuple[str, str]] = []
        timeline.changed.connect(self.look)

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(100, max(SIGN, self.fontMetrics().height()) + 4)

    @property
    def entries(self) -> list[tuple[str, str]]:
        """Kind and name of every sign that can be seen."""
        return self._entries

    def look(self) -> None:
        """See what there is now."""
        entries = self._look()
        if entries != self._entries:
            self._entries = entries
            words = "\n".join(name for _kind, name in entries)
            self.setToolTip(words)
            self.setAccessibleDescription(words)
            self.update()

    def _look(self) -> list[tuple[str, str]]:
        content, scale = self._timeline.content, self._timeline.scale
        recording = content.recording
        if not recording.count:
            return []
        found = []
        if recording.damaged:
            found.append(("damage", _("Damaged pictures")))
        if recording.tainted:
            found.append(("tainted", _("Damage may go on")))
        if recording.looked:
            found.append(("motion", _("Motion") if recording.thorough else _("Motion from keyframe to keyframe")))
        if recording.looked < recording.count and recording.coded.any():
            found.append(("coded", _("Coded size (not motion)")))
        if recording.cuts:
            found.append(("cut", _("Scene change")))
        states = {mark.state for mark in content.marks}
        if RECORDED in states:
            found.append(("mark", _("Mark")))
        if DRAFT in states:
            found.append(("draft", _("Draft mark")))
        if content.recorded:
            found.append(("recorded", _("Recorded frame")))
        if len(recording.keys) and scale.pixels >= KEY_ROOM:
            found.append(("key", _("Keyframe")))
        return found

    def paintEvent(self, event: QPaintEvent) -> None:
        """Sign and name, as many as fit whole."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = painter.fontMetrics()
        x = float(MARGIN)
        for number, (kind, name) in enumerate(self._entries):
            width = metrics.horizontalAdvance(name)
            more = metrics.horizontalAdvance("…") if number + 1 < len(self._entries) else 0
            if x + SIGN + 4 + width + more > self.width():
                painter.setPen(colour("quiet"))
                painter.drawText(QPointF(x, self._base()), "…")
                return
            _draw_sign(painter, kind, QRect(round(x), (self.height() - SIGN) // 2, SIGN, SIGN))
            painter.setPen(colour("quiet"))
            painter.drawText(QPointF(x + SIGN + 4, self._base()), name)
            x += SIGN + 4 + width + APART

    def _base(self) -> float:
        metrics = self.fontMetrics()
        return (self.height() + metrics.ascent() - metrics.descent()) / 2


def _draw_sign(painter: QPainter, kind: str, area: QRect) -> None:
    middle = area.center().x()
    if kind == "damage":
        draw_damage(painter, QRectF(area).adjusted(0, 4, 0, -4))
    elif kind == "tainted":
        draw_tainted(painter, QRectF(area).adjusted(0, 4, 0, -6))
    elif kind == "motion":
        for x, height in enumerate((4, 7, 12, 9, 14, 6, 4)):
            painter.fillRect(QRectF(area.left() + 2 * x, area.bottom() - height, 2, height), colour("accent"))
    elif kind == "coded":
        for x, height in enumerate((4, 7, 12, 9, 14, 6, 4)):
            for y in range(x % 2, height, 2):
                painter.fillRect(QRectF(area.left() + 2 * x, area.bottom() - y - 1, 1.5, 1), colour("quiet"))
    elif kind == "cut":
        draw_cut(painter, middle, area)
    elif kind == "key":
        draw_key(painter, middle, area.adjusted(0, 0, 0, -4))
    elif kind == "recorded":
        draw_recorded(painter, middle, area.adjusted(0, 0, 0, -4))
    else:
        draw_flag(painter, area.left() + 4, area.adjusted(0, 1, 0, -2), filled=kind == "mark")
    painter.setPen(Qt.PenStyle.NoPen)
