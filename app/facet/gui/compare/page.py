"""The page that compares: side by side, or two pictures under one line."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QSizeF, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from facet.core.i18n import _
from facet.gui.as_typed import as_typed
from facet.gui.compare.lens import Lens, Shown
from facet.gui.compare.picture_pane import SEAM, PicturePane, PictureSurface
from facet.gui.compare.slider_view import SliderView
from facet.gui.compare.spread_view import Caption, SpreadScale
from facet.gui.families import FamilyBanner
from facet.gui.theme import icon
from facet.report.spread_scale import MEANING

PANE = (170, 150)
"""Widget pixels that a pane needs at least; more pictures than fit scroll."""
HEADING = 80
"""Widget pixels of banner, title and figures."""
FOOT = 32
"""Widget pixels under a picture for the scale of its spread, and for the way through its samples."""


class ComparePage(QWidget):
    """Everything the case holds of one crop, always with the original and bicubic."""

    exhibit_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lens = Lens(self)
        self.shown: list[Shown] = []
        self.panes: list[PicturePane] = []
        self._grid, self._across = QGridLayout(), 0
        self._under_line = QGridLayout()
        self.spreads: list[QWidget] = []
        self.title = QLabel()
        as_typed(self.title)
        self.title.setProperty("role", "title")
        self.side = self._tool("compare", _("Side by side"), checkable=True)
        self.line = self._tool("slider", _("Slider"), checkable=True)
        ways = QButtonGroup(self)
        ways.addButton(self.side, 0)
        ways.addButton(self.line, 1)
        self.side.setChecked(True)
        fit = self._tool("fit", _("Fit"))
        fit.clicked.connect(self.lens.fit)
        actual = self._tool("actual", _("Source pixels 1:1"))
        actual.clicked.connect(lambda: self.lens.set_zoom(1.0))
        self.zoom = QLabel()
        self.zoom.setProperty("role", "quiet")
        top = QHBoxLayout()
        top.setContentsMargins(6, 3, 6, 3)
        for widget in (self.side, self.line, fit, actual):
            top.addWidget(widget)
        for label, share in ((self.zoom, 2), (self.title, 1)):  # what they say must not push the columns about
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            top.addWidget(label, share)
        self.title.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._grid_page = QScrollArea()
        self._grid_page.setWidgetResizable(True)
        self._slider_page = self._make_slider_page()
        self.body = QStackedWidget()
        self.body.addWidget(self._grid_page)
        self.body.addWidget(self._slider_page)
        self.side.toggled.connect(lambda on: self.body.setCurrentIndex(0 if on else 1))
        for box in (self.left, self.right):
            box.currentIndexChanged.connect(lambda _row: self._pair())
        self.lens.changed.connect(self._say_zoom)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addLayout(top)
        rows.addWidget(self.body, 1)

    def show_pictures(self, title: str, base: QSizeF, shown: Sequence[Shown]) -> None:
        """Compare these; ``base`` is the crop's size upright with square pixels, in crop pixels."""
        before = (self.left.currentText(), self.right.currentText())
        grown = title == self.title.text()
        self.shown = list(shown)
        self.title.setText(title)
        self.lens.set_base(base)
        self._lay_out()
        for box, wanted, fallback in (
            (self.left, before[0], 0),
            (self.right, before[1] if not grown else "", len(shown) - 1),
        ):
            box.blockSignals(True)  # noqa: FBT003  # Qt's own signature
            box.clear()
            box.addItems([f"{one.title}  {one.exhibit}".strip() for one in self.shown])
            row = box.findText(wanted)
            box.setCurrentIndex(row if row >= 0 else fallback)
            box.blockSignals(False)  # noqa: FBT003
        self._pair()
        self._say_zoom()

    def clear(self) -> None:
        """Nothing to compare."""
        self.show_pictures("", QSizeF(1, 1), ())

    def step_zoom(self, *, closer: bool) -> None:
        """One step nearer or farther, about the middle."""
        view = self.panes[0].surface if self.panes and self.body.currentIndex() == 0 else self.slider
        self.lens.step(view.size(), view.devicePixelRatioF(), QPointF(view.rect().center()), closer=closer)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another room may want other columns."""
        super().resizeEvent(event)
        self._arrange()

    def _lay_out(self) -> None:
        content = QWidget()
        self._grid = QGridLayout(content)
        self._grid.setContentsMargins(2, 2, 2, 2)
        self._grid.setSpacing(SEAM)
        self.panes = []
        for one in self.shown:
            pane = PicturePane(one, self.lens, foot=self._foot)
            pane.setMinimumSize(PANE[0] * pane.span, PANE[1] + self._foot)
            pane.chosen.connect(self.exhibit_chosen)
            self.panes.append(pane)
        self._across = 0
        self._arrange()
        self._grid_page.setWidget(content)

    def _arrange(self) -> None:
        across = self._columns()
        if across == self._across:
            return
        self._across = across
        places = self._places(across)
        for pane, (row, column) in zip(self.panes, places, strict=True):
            self._grid.addWidget(pane, row, column, 1, pane.span)
        for column in range(self._grid.columnCount()):
            self._grid.setColumnStretch(column, 1 if column < across else 0)
        for row in range(self._grid.rowCount()):
            self._grid.setRowStretch(row, 1 if places and row <= places[-1][0] else 0)

    def _columns(self) -> int:
        base, room = self.lens.base, self.body.size()
        spans = [pane.span for pane in self.panes] or [1]
        best, most = max(spans), 0.0
        for columns in range(max(spans), sum(spans) + 1):
            places = self._places(columns)
            rows = places[-1][0] + 1 if places else 1
            width, height = room.width() / columns, room.height() / rows - HEADING - self._foot
            size = min(width / base.width(), height / base.height())
            if size > most and width >= PANE[0]:
                best, most = columns, size
        return best

    def _places(self, columns: int) -> list[tuple[int, int]]:
        """Row and column of every pane, one after another; a pane that does not fit begins the next row."""
        places, row, column = [], 0, 0
        for pane in self.panes:
            if column + pane.span > columns:
                row, column = row + 1, 0
            places.append((row, column))
            column += pane.span
        return places

    @property
    def _foot(self) -> int:
        return FOOT if any(one.spread is not None for one in self.shown) else 0

    def _pair(self) -> None:
        while (item := self._banners.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        rows = (self.left.currentIndex(), self.right.currentIndex())
        if min(rows) >= 0:
            pair = [self.shown[row] for row in rows]
            for one in pair:
                self._banners.addWidget(FamilyBanner(one.family), 1)
            self.slider.set_pair(pair[0], pair[1])
            self._show_spreads([self.shown[row] for row in dict.fromkeys(rows) if self.shown[row].spread is not None])

    def _show_spreads(self, shown: Sequence[Shown]) -> None:
        """Beside the two pictures, at their size, the spread of each that has one."""
        for widget in self.spreads:
            self._under_line.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self.spreads = []
        for column, one in enumerate(shown, 1):
            if one.spread is not None:
                surface = PictureSurface(one.spread.title, one.spread.image, self.lens)
                caption = Caption(f"{one.spread.title}, {one.exhibit}", one.spread.figures, one.exhibit, _(MEANING))
                for row, widget in enumerate((surface, SpreadScale(), caption)):
                    self._under_line.addWidget(widget, row, column)
                    self.spreads.append(widget)
        for column in range(self._under_line.columnCount()):
            self._under_line.setColumnStretch(column, 1 if column <= len(shown) else 0)

    def _say_zoom(self) -> None:
        view = self.panes[0].surface if self.panes else self.slider
        zoom = self.lens.zoom_in(view.size(), view.devicePixelRatioF())
        base = self.lens.base.height()
        finest = max((one.image.height() / base for one in self.shown), default=1.0)
        said = _("{percent} % of source pixels") if zoom >= finest else _("{percent} %, outputs reduced")
        self.zoom.setText(said.format(percent=round(zoom * 100)))
        self.zoom.setToolTip(self.zoom.text())

    def _make_slider_page(self) -> QWidget:
        page = QWidget()
        self.left, self.right = QComboBox(), QComboBox()
        self.left.setAccessibleName(_("Picture left of the line"))
        self.right.setAccessibleName(_("Picture right of the line"))
        self._banners = QHBoxLayout()
        self._banners.setSpacing(2)
        self.slider = SliderView(self.lens)
        choice = QHBoxLayout()
        choice.addWidget(self.left, 1)
        choice.addWidget(self.right, 1)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(choice)
        column.addLayout(self._banners)
        self._under_line.setContentsMargins(0, 0, 0, 0)
        self._under_line.setSpacing(SEAM)
        self._under_line.setRowStretch(0, 1)
        self._under_line.addWidget(self.slider, 0, 0)
        column.addLayout(self._under_line, 1)
        return page

    def _tool(self, drawing: str, text: str, *, checkable: bool = False) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon(drawing))
        button.setText(text)
        button.setToolTip(text)
        button.setCheckable(checkable)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        return button
