"""What is where in the window: case left, picture in the middle, box, backends and run right."""

from __future__ import annotations

import itertools

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from facet.core.i18n import _
from facet.gui.compare.page import ComparePage
from facet.gui.jobs import Jobs
from facet.gui.message_bar import MessageBar
from facet.gui.panels.backends_panel import BackendsPanel
from facet.gui.panels.box_panel import BoxPanel
from facet.gui.panels.case_panel import CasePanel
from facet.gui.panels.run_panel import RunPanel
from facet.gui.panels.welcome import Welcome
from facet.gui.view.frame_view import FrameView
from facet.gui.view.transport import Transport
from facet.gui.work_list import WorkList

FRAME_TAB, COMPARE_TAB = 0, 1
SIDES = (270, 760, 336)
"""Widths of the three columns at first."""


class Layout(QWidget):
    """All parts of the window, made and placed; the main window connects them."""

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.messages = MessageBar()
        self.work = WorkList(jobs, self.messages)
        self.case = CasePanel()
        self.welcome = Welcome()
        self.view = FrameView()
        self.transport = Transport()
        self.compare = ComparePage()
        self.box = BoxPanel()
        self.backends = BackendsPanel()
        self.run = RunPanel()
        for action in self.transport.moves:
            self.view.addAction(action)
        frame = _column(self.view, self.transport)
        self.frame = QStackedWidget()
        self.frame.addWidget(self.welcome)
        self.frame.addWidget(frame)
        self.tabs = QTabWidget()
        self.tabs.addTab(self.frame, _("Frame"))
        self.tabs.addTab(self.compare, _("Comparison"))
        self.tabs.setAccessibleName(_("Frame or comparison"))
        self.tabs.setTabEnabled(COMPARE_TAB, False)  # noqa: FBT003  # Qt's own signature
        middle = _column(self.tabs, margins=(0, 6, 0, 0))
        right = _column(self.box, self.backends, self.run, grows=1, margins=(0, 6, 6, 4))
        self.columns = QSplitter(Qt.Orientation.Horizontal)
        for part in (self.case, middle, right):
            self.columns.addWidget(part)
        self.columns.setStretchFactor(1, 1)
        self.columns.setHandleWidth(3)
        self.columns.setCollapsible(1, False)  # noqa: FBT003
        self.columns.setSizes(list(SIDES))
        self.case.setMinimumWidth(220)
        right.setMinimumWidth(336)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(_column(self.messages, self.work, self.columns, grows=2))
        order = [self.view, self.transport.timeline, self.box, self.backends, self.run, self.case.tree]
        for before, after in itertools.pairwise(order):
            QWidget.setTabOrder(before, after)

    def show_frame(self) -> None:
        """Turn from the welcome to the frame."""
        self.frame.setCurrentIndex(1)

    def show_welcome(self) -> None:
        """Turn from the frame to the welcome."""
        self.frame.setCurrentIndex(0)


def _column(*parts: QWidget, grows: int = 0, margins: tuple[int, int, int, int] = (0, 0, 0, 0)) -> QWidget:
    """Parts one above the other; the one numbered ``grows`` takes what room there is."""
    column = QWidget()
    rows = QVBoxLayout(column)
    rows.setContentsMargins(*margins)
    rows.setSpacing(0 if margins == (0, 0, 0, 0) else 4)
    for number, part in enumerate(parts):
        rows.addWidget(part, 1 if number == grows else 0)
    return column
