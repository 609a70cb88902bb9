"""The whole recording in one low bar, with the part that the timeline shows as a window to be dragged."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from facet.core.i18n import _
from facet.gui import theme
from facet.gui.theme import colour
from facet.gui.view.activity_strip import strip_image
from facet.gui.view.timeline import Timeline
from facet.gui.view.timeline_scale import STEP, Scale
from facet.gui.view.timeline_signs import draw_damaged, places
from facet.gui.view.timeline_view import MARGIN

HEIGHT = 18
"""Screen pixels of the bar."""
EDGE = 5
"""Screen pixels around an edge of the window that count as the edge."""
NARROWEST = 10.0
"""Screen pixels of the window at least, so that it can be held."""


class Overview(QWidget):
    """Drag the window to move along the recording, its edges to see more or less; a click elsewhere goes there."""

    def __init__(self, timeline: Timeline, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._timeline = timeline
        self._held: tuple[str, float] | None = None
        self._kept: QPixmap | None = None
        self._key: object = None
        self.drawings = 0
        """How often the recording was drawn."""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(_("Overview of the whole recording"))
        self.setAccessibleDescription(
            _("Left and right move the part that the timeline shows; plus and minus make it smaller or larger.")
        )
        self.setToolTip(_("The whole recording. Drag the frame to move along it, its edges to see more or less."))
        timeline.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """One low bar."""
        return QSize(200, HEIGHT)

    @property
    def pane(self) -> QRectF:
        """The window, in this widget's pixels."""
        whole, seen = self._whole, self._timeline.scale
        left, right = whole.x(seen.first), whole.x(seen.last)
        if right - left < NARROWEST:
            middle = min(max((left + right) / 2, NARROWEST / 2), whole.width - NARROWEST / 2)
            left, right = middle - NARROWEST / 2, middle + NARROWEST / 2
        return QRectF(MARGIN + left, 0.5, right - left, HEIGHT - 1.5)

    @property
    def _whole(self) -> Scale:
        return Scale.whole(self._timeline.count, self.width() - 2 * MARGIN)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The recording as it was kept, the window and the playhead over it."""
        if not self._timeline.count:
            return
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._recording())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pane, track = self.pane, QRectF(MARGIN, 0, self._whole.width, HEIGHT)
        veil = QColor(colour("window"))
        veil.setAlpha(150)
        painter.fillRect(QRectF(track.left(), 0, pane.left() - track.left(), HEIGHT), veil)
        painter.fillRect(QRectF(pane.right(), 0, track.right() - pane.right(), HEIGHT), veil)
        painter.setPen(QPen(colour("text" if self.hasFocus() else "quiet"), 2 if self.hasFocus() else 1.5))
        painter.drawRoundedRect(pane, 3, 3)
        x = MARGIN + self._whole.x(self._timeline.index + 0.5)
        painter.setPen(QPen(colour("window"), 4))
        painter.drawLine(QRectF(x, 2, 0, HEIGHT - 4).topLeft(), QRectF(x, 2, 0, HEIGHT - 4).bottomLeft())
        painter.setPen(QPen(colour("text"), 2))
        painter.drawLine(QRectF(x, 1, 0, HEIGHT - 2).topLeft(), QRectF(x, 1, 0, HEIGHT - 2).bottomLeft())

    def _recording(self) -> QPixmap:
        content, ratio = self._timeline.content, self.devicePixelRatioF()
        key = (self.size(), ratio, theme.current(), id(content.recording), content.recording.version, content.marks,
               content.recorded)  # fmt: skip
        if self._kept is None or key != self._key:
            whole = self._whole
            picture = QPixmap(self.size() * ratio)
            picture.setDevicePixelRatio(ratio)
            picture.fill(colour("window"))
            painter = QPainter(picture)
            width, height = round(whole.width * ratio), round(HEIGHT * ratio)
            image = strip_image(content.recording, whole.first, whole.last, width, height)
            painter.drawImage(QRectF(MARGIN, 0, whole.width, HEIGHT), image)
            draw_damaged(painter, QRect(MARGIN, HEIGHT - 5, whole.width, 5), whole, content.recording)
            painter.setPen(QPen(colour("text"), 2))
            for x in places([*(mark.first for mark in content.marks), *content.recorded], whole):
                painter.drawLine(round(MARGIN + x), 0, round(MARGIN + x), 6)
            painter.end()
            self._kept, self._key = picture, key
            self.drawings += 1
        return self._kept

    # hands

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the window or of an edge; elsewhere, bring the window here."""
        if event.button() != Qt.MouseButton.LeftButton or not self._timeline.count:
            return
        x = event.position().x()
        grip = self._grip(x)
        if grip == "":
            seen = self._timeline.scale
            self._timeline.set_scale(seen.onto(self._whole.place(x - MARGIN) - seen.span / 2, seen.span))
            grip = "pane"
        self._held = (grip, x)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag what is held."""
        x = event.position().x()
        if self._held is None:
            shapes = {"pane": Qt.CursorShape.OpenHandCursor, "": Qt.CursorShape.ArrowCursor}
            self.setCursor(shapes.get(self._grip(x), Qt.CursorShape.SizeHorCursor))
            return
        grip, before = self._held
        by, seen = (x - before) / self._whole.pixels, self._timeline.scale
        if grip == "pane":
            self._timeline.set_scale(seen.moved(by))
        elif grip == "left":
            self._timeline.set_scale(seen.onto(min(seen.first + by, seen.last - 1), max(1.0, seen.span - by)))
        else:
            self._timeline.set_scale(seen.onto(seen.first, max(1.0, seen.span + by)))
        self._held = (grip, x)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._held = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show the whole recording."""
        self._timeline.show_whole()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the window by keys."""
        seen = self._timeline.scale
        ways = {
            Qt.Key.Key_Left: -seen.span / 5, Qt.Key.Key_Right: seen.span / 5,
            Qt.Key.Key_PageUp: -seen.span, Qt.Key.Key_PageDown: seen.span,
            Qt.Key.Key_Home: -float(seen.count), Qt.Key.Key_End: float(seen.count),
        }  # fmt: skip
        by = ways.get(Qt.Key(event.key()))
        if by is None:
            super().keyPressEvent(event)
        else:
            self._timeline.set_scale(seen.moved(by))

    def wheelEvent(self, event: object) -> None:
        """Zoom about the playhead."""
        turn = event.angleDelta().y()  # type: ignore[attr-defined]
        if turn:
            self._timeline.zoom(STEP ** (turn / 120))
        event.accept()  # type: ignore[attr-defined]

    def _grip(self, x: float) -> str:
        pane = self.pane
        if abs(x - pane.left()) <= EDGE and x <= pane.center().x():
            return "left"
        if abs(x - pane.right()) <= EDGE:
            return "right"
        return "pane" if pane.left() <= x <= pane.right() else ""
