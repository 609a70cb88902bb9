"""What lies under the pointer: a thumbnail, which frame it is of, and what is known of the frame that is meant."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from facet.core.i18n import _
from facet.gui.view.recording import Recording
from facet.gui.view.ruler import STEPS, short_time
from facet.gui.view.timeline_face import Content

GAP = 4
"""Screen pixels between the card and the timeline."""


def hover_text(content: Content, index: int, shown: int | None) -> str:
    """Frame, time, and which frame the thumbnail is of; then, line by line, what else is known."""
    recording = content.recording
    time = short_time(recording.seconds(index), STEPS[0])
    if shown is None:
        lines = [_("Frame {index} · {time} · no thumbnail yet").format(index=index, time=time)]
    elif shown == index:
        lines = [_("Frame {index} · {time} · thumbnail of this frame").format(index=index, time=time)]
    else:
        lines = [_("Frame {index} · {time} · thumbnail of frame {shown}").format(index=index, time=time, shown=shown)]
    if content.clock is not None and (moment := content.clock.shown_at(recording.seconds(index))) is not None:
        lines.append(
            _("Camera clock {time} ({zone})").format(time=f"{moment:%Y-%m-%d %H:%M:%S}", zone=content.clock.zone)
        )
    motion = float(recording.motion[index])
    if motion >= 0:
        lines.append(_("Motion {motion} ‰").format(motion=f"{motion:.1f}"))
    else:
        size = round(float(recording.coded[index]) * 100)
        lines.append(_("Not surveyed yet; coded size {size} % (not motion)").format(size=size))
    if recording.is_key(index):
        lines.append(_("Keyframe"))
    if index in recording.cuts:
        lines.append(_("The scene changes here"))
    lines += _damage(recording, index)
    if index in content.recorded:
        lines.append(_("The case holds this frame"))
    for mark in content.marks:
        if mark.first <= index <= (mark.first if mark.last is None else mark.last):
            lines.append(_("Mark: {text}").format(text=mark.text or _("(without a note)")))
    return "\n".join(lines)


def _damage(recording: Recording, index: int) -> list[str]:
    if recording.is_damaged(index):
        return [_("Damaged picture: it may show what was not there")]
    if recording.is_tainted(index):
        return [_("Predicted from a damaged picture: the damage may go on here")]
    return []


class HoverCard(QFrame):
    """A card above the timeline that the pointer passes through."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setProperty("role", "card")
        self.setAutoFillBackground(True)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.picture = QLabel()
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.words = QLabel()
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 8, 6)
        column.setSpacing(4)
        column.addWidget(self.picture)
        column.addWidget(self.words)
        self.hide()

    def tell(self, text: str, image: QImage | None) -> None:
        """Say this, under this thumbnail."""
        self.picture.setVisible(image is not None)
        if image is not None:
            self.picture.setPixmap(QPixmap.fromImage(image))
        self.words.setText(text)
        self.adjustSize()

    def stand_above(self, below: QWidget, x: float) -> None:
        """Over ``below``, centred on ``x`` as far as the window is wide."""
        window = self._window
        at = below.mapTo(window, QPoint(round(x), 0))
        left = min(max(at.x() - self.width() // 2, 2), max(2, window.width() - self.width() - 2))
        self.move(left, max(2, at.y() - self.height() - GAP))
        self.show()
        self.raise_()
