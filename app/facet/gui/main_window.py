"""The window: its parts, connected."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QMainWindow, QMessageBox

from facet.core.i18n import _, current_language, preferred_language, set_language
from facet.gui import frame_memory, theme
from facet.gui.actions import Actions
from facet.gui.as_typed import as_typed
from facet.gui.collector import Collector
from facet.gui.desks.case_desk import CaseDesk
from facet.gui.desks.evidence_desk import EvidenceDesk
from facet.gui.desks.footage_desk import FootageDesk
from facet.gui.desks.marks_desk import MarksDesk
from facet.gui.desks.run_desk import RunDesk
from facet.gui.desks.survey_desk import SurveyDesk
from facet.gui.dialogs.case_form import SUFFIX, NewCaseDialog
from facet.gui.jobs import Jobs, Lane
from facet.gui.layout import COMPARE_TAB, FRAME_TAB, Layout
from facet.gui.panels.integrity import IntegrityButton
from facet.gui.wiring.case_wiring import CaseWiring
from facet.gui.wiring.evidence_wiring import EvidenceWiring
from facet.gui.wiring.frame_wiring import FrameWiring
from facet.gui.wiring.interpretation_wiring import InterpretationWiring
from facet.gui.wiring.program_wiring import ProgramWiring
from facet.gui.wiring.run_wiring import RunWiring
from facet.gui.wiring.seal_wiring import SealWiring
from facet.gui.wiring.sight_wiring import SightWiring
from facet.gui.wiring.state_wiring import StateWiring
from facet.gui.wiring.store_wiring import StoreWiring
from facet.gui.wiring.timeline_wiring import TimelineWiring
from facet.gui.wiring.undo_wiring import UndoWiring
from facet.workbench import Workbench

WARM_AFTER = 300
"""Milliseconds after the first paint until the inference process is started."""


class MainWindow(QMainWindow):
    """Facet's window. Close it to end its processes and threads."""

    reopened = Signal(list)
    """The window was shut to be opened again with these paths."""

    def __init__(self, bench: Workbench | None = None) -> None:
        """``bench`` is closed with the window; by default a workbench with the user's own settings."""
        super().__init__()
        self.bench = bench or Workbench()
        set_language(self.bench.settings.language or preferred_language())
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.apply_font(app, current_language())
            if not app.styleSheet():
                theme.apply_theme(app, theme.system_theme())
        self.jobs = Jobs(self)
        self.actions_ = Actions(self)
        self.parts = Layout(self.jobs)
        self.setCentralWidget(self.parts)
        self.actions_.build(self.parts.transport)
        work, messages = self.parts.work, self.parts.messages
        self.footage = FootageDesk(self.bench, self.jobs, work, messages)
        self.case = CaseDesk(self.bench, self.jobs, work, messages)
        self.evidence = EvidenceDesk(self.bench, self.jobs, work, messages, self.case)
        self.runs = RunDesk(self.bench, self.jobs, messages)
        self.survey = SurveyDesk(self.jobs, self)
        self.marks = MarksDesk(self.bench.home, self.jobs, self.case, messages)
        self.pointed, self.zoomed, self.about_footage = QLabel(), QLabel(), QLabel()
        as_typed(self.about_footage)
        self.integrity = IntegrityButton()
        self._fill_status_bar()
        self._connect()
        self._warmed = False
        self.collector = Collector(self)
        self.setAcceptDrops(True)
        self.setWindowIcon(theme.icon("facet"))
        self.setMinimumSize(1024, 640)
        self.show_title()
        self.setTabOrder(self.parts.view, self.parts.transport.timeline)
        self.parts.messages.setObjectName("messages")
        self.run_wiring.refresh_backends()
        self.parts.welcome.first.setFocus()
        frame_memory.first_size(self)
        frame_memory.restore(self, self.parts.columns, self.bench.home)

    def _fill_status_bar(self) -> None:
        for label in (self.about_footage, self.zoomed, self.pointed):
            label.setProperty("role", "quiet")
        self.statusBar().addWidget(self.about_footage, 1)
        for widget in (self.pointed, self.zoomed, self.integrity):
            self.statusBar().addPermanentWidget(widget)

    def _connect(self) -> None:
        """Everything that is wired, in an order in which each finds what it needs."""
        self.sight_wiring = SightWiring(self)
        self.interpretation_wiring = InterpretationWiring(self)
        self.frame_wiring = FrameWiring(self)
        self.case_wiring = CaseWiring(self)
        self.evidence_wiring = EvidenceWiring(self)
        self.seal_wiring = SealWiring(self)
        self.timeline_wiring = TimelineWiring(self)
        self.undo_wiring = UndoWiring(self)
        self.run_wiring = RunWiring(self)
        self.store_wiring = StoreWiring(self)
        self.program_wiring = ProgramWiring(self)
        self.state_wiring = StateWiring(self)

    def show_title(self) -> None:
        """Case and footage in the title."""
        names = [self.case.path.name] if self.case.path else []
        if self.footage.reader is not None:
            names.append(self.footage.reader.path.name)
        self.setWindowTitle(" – ".join([*names, "Facet"]))

    def open_path(self, path: Path) -> None:
        """Open a case file or footage."""
        if path.suffix == SUFFIX and self.runs.running:
            self.parts.messages.info(_("A run is under way. Stop it, or wait until it ends, then open the case."))
        elif path.suffix == SUFFIX:
            self.case.open(path)
        else:
            self.footage.open(path)

    def choose_footage(self) -> None:
        """Ask for footage and open it."""
        path, _kind = QFileDialog.getOpenFileName(
            self,
            _("Open footage"),
            str(self.folder),
            _("Video and pictures ({suffixes})").format(
                suffixes="*.mp4 *.m4v *.mkv *.webm *.mov *.avi *.ts *.mts *.m2ts *.mpg *.vob *.dav *.asf *.wmv *.flv "
                "*.3gp *.264 *.h264 *.265 *.h265 *.mjpeg *.gif *.png *.jpg *.jpeg *.bmp *.tif *.tiff *.webp"
            )
            + ";;"
            + _("All files (*)"),
        )
        if path:
            self.footage.open(Path(path))

    def choose_folder(self) -> None:
        """Ask for a folder of numbered pictures and open it."""
        path = QFileDialog.getExistingDirectory(self, _("Open a folder of pictures"), str(self.folder))
        if path:
            self.footage.open(Path(path))

    def choose_case(self) -> None:
        """Ask for a case file and open it."""
        kinds = _("Facet case (*{suffix})").format(suffix=SUFFIX)
        path, _kind = QFileDialog.getOpenFileName(self, _("Open case"), str(self.folder), kinds)
        if path:
            self.case.open(Path(path))

    def ask_new_case(self, then: Callable[[], None] | None = None) -> None:
        """Ask for what a new case needs and make it; then go on with ``then``."""
        settings = self.bench.settings
        dialog = NewCaseDialog(self.folder, settings.examiner, settings.agency, self)
        dialog.accepted.connect(lambda: self.case.create(dialog.case, then if callable(then) else None))
        dialog.open()

    @property
    def folder(self) -> Path:
        """Where a file dialog begins: beside the case, beside the footage, or at home."""
        if self.case.path is not None:
            return self.case.path.parent
        if self.footage.reader is not None:
            return self.footage.reader.path.parent
        return Path.home()

    def swap(self) -> None:
        """Turn between frame and comparison."""
        tabs = self.parts.tabs
        other = COMPARE_TAB if tabs.currentIndex() == FRAME_TAB else FRAME_TAB
        if tabs.isTabEnabled(other):
            tabs.setCurrentIndex(other)

    # Qt's events

    def reopen(self) -> None:
        """Close, and open again with the same case and footage: for another language."""
        kept = [path for path in (self.case.path, self.footage.reader and self.footage.reader.path) if path]
        self.shut()
        self.reopened.emit(kept)
        self.close()

    def showEvent(self, event: QShowEvent) -> None:
        """Take garbage in hand, and warm the inference process once something is on the screen."""
        super().showEvent(event)
        self.collector.start()
        if not self._warmed:
            self._warmed = True
            self.state_wiring.start()
            QTimer.singleShot(WARM_AFTER, self, self._warm)

    def _warm(self) -> None:
        self.jobs.run_task(
            lambda _progress: self.bench.inference.start(), failed=self.parts.messages.error, lane=Lane.INFERENCE
        )

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the first file that was dropped."""
        files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if files:
            event.acceptProposedAction()
            self.open_path(files[0])

    def closeEvent(self, event: QCloseEvent) -> None:
        """End what runs, after a question where it would be lost."""
        if self.runs.running and not self._really():
            event.ignore()
            return
        self.shut()
        event.accept()

    def shut(self) -> None:
        """End threads and processes; nothing half done is kept."""
        self.parts.transport.shuttle.use(None)
        self.footage.pictures.stop()
        self.survey.use(None)
        self.collector.stop()
        self.state_wiring.stop()
        frame_memory.keep(self, self.parts.columns, self.bench.home)
        session, reader = self.case.session, self.footage.reader
        farewells = {}
        if session is not None:
            farewells[Lane.CASE] = session.close
        if reader is not None:
            farewells[Lane.FOOTAGE] = reader.close
        self.jobs.close(farewells)
        self.bench.close()

    def _really(self) -> bool:
        answer = QMessageBox.question(
            self, _("A run is under way"), _("Stop the run and close? What is recorded stays recorded."),
            QMessageBox.StandardButton.Close | QMessageBox.StandardButton.Cancel, QMessageBox.StandardButton.Cancel,
        )  # fmt: skip
        return answer == QMessageBox.StandardButton.Close
