"""Case, exhibits, what is said of them and what is withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from facet.case import CropRow, ExhibitRow, FootageRow, FrameRow, OutputRow, Tag
from facet.core.errors import FacetError
from facet.core.i18n import _
from facet.core.interpretation import AS_DECLARED
from facet.gui.desks.comparison import interpretation_of, orientation_of
from facet.gui.desks.listing import PAGE, Found, Listing
from facet.gui.dialogs.passphrase_form import open_dialog
from facet.gui.dialogs.tag_form import TagDialog
from facet.gui.dialogs.words import RemarkDialog, WithdrawDialog
from facet.gui.jobs import Lane
from facet.gui.layout import FRAME_TAB
from facet.gui.panels.case_tree import rows_of
from facet.workbench import KnownFootage

if TYPE_CHECKING:
    from facet.gui.main_window import MainWindow

MOST_CASES = 3
"""Other cases with the same footage that are named, the last ones."""
NEEDS_CASE = ("close-case", "search", "verify", "report", "reproduce", "case-facts")
NEEDS_WRITER = ("remark", "tag", "ingest", "export-all")


class CaseWiring(QObject):
    """Connects the case's side of the window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._parts, self._desk = window, window.parts, window.case
        self.listing = Listing()
        self._rows: dict[str, ExhibitRow] = {}
        self._shown = PAGE
        panel, desk, on = self._parts.case, self._desk, window.actions_.on
        desk.opened.connect(self._opened)
        desk.passphrase_wanted.connect(self._ask_passphrase)
        desk.changed.connect(self._changed)
        desk.facts_read.connect(panel.properties.show_facts)
        panel.new_case_asked.connect(window.ask_new_case)
        panel.tree.chosen.connect(self._chosen)
        panel.tree.visited.connect(self.visit)
        panel.tree.more_asked.connect(self._more)
        panel.search.asked.connect(self.search)
        desk.found.connect(self._found)
        panel.tree.menu_asked.connect(lambda _id, menu: window.actions_.exhibit_menu(menu))
        window.footage.opened.connect(lambda _reader: self._tell_known())
        desk.opened.connect(self._tell_known)
        self._parts.welcome.new_case_asked.connect(window.ask_new_case)
        self._parts.welcome.open_case_asked.connect(window.choose_case)
        self._parts.compare.exhibit_chosen.connect(self.choose)
        on("new-case", window.ask_new_case)
        on("open-case", window.choose_case)
        on("close-case", self.close_case)
        on("ingest", self.ingest)
        on("remark", self.ask_remark)
        on("tag", self.ask_tags)
        on("withdraw", self.ask_withdraw)
        on("search", panel.search.begin)
        on("case-facts", desk.read_case)
        self._enable()

    def row(self, exhibit: str | None) -> ExhibitRow | None:
        """The row of an exhibit that is in sight, or None."""
        return None if exhibit is None else self._rows.get(exhibit)

    def choose(self, exhibit: str) -> None:
        """Make an exhibit the chosen one, wherever it stands."""
        if not self._parts.case.tree.choose(exhibit):
            self._desk.refresh(exhibit)

    def close_case(self) -> None:
        """Put the case away; the footage stays."""
        self._desk.close()
        self.listing, self._rows = Listing(), {}
        self._parts.case.show_case("", "", writable=False)
        self._parts.case.stop_searching()
        self._parts.case.tree.show_listing(self.listing)
        self._parts.case.properties.show_facts(_("Properties"), {})
        self._window.run_wiring.show_crop(None)
        self._window.show_title()
        self._enable()
        self._window.run_wiring.check()

    def ingest(self) -> None:
        """Record the open footage without running anything."""
        session, reader = self._desk.session, self._window.footage.reader
        if session is not None and reader is not None:
            self._parts.work.run(
                _("Recording {name}").format(name=reader.path.name),
                lambda _progress: session.ingest(reader),
                self._desk.refresh,
                lane=Lane.CASE,
            )

    def visit(self, exhibit: str) -> None:
        """Go to an exhibit: footage and frames in the viewer, crops with their box, outputs in the comparison."""
        self._desk.look_up(exhibit, self._visit)

    def _visit(self, rows: Sequence[ExhibitRow]) -> None:
        """``rows`` is the exhibit and what it was taken from, up to its footage."""
        row, known, session = rows[0], rows[-1], self._desk.session
        if session is None or not isinstance(known, FootageRow):
            return
        frame = next((one for one in rows if isinstance(one, FrameRow)), None)
        index = None if frame is None else frame.index
        reader = self._window.footage.reader
        box = row.box if isinstance(row, CropRow) else None
        way = None if frame is None else interpretation_of(frame)

        def arrive() -> None:
            if box is not None:
                self._parts.view.set_box(box, hold=True)
            if isinstance(row, OutputRow):
                self._window.run_wiring.show_crop(row.crop, turn=True)
            elif isinstance(row, (CropRow, FrameRow)):
                self._parts.tabs.setCurrentIndex(FRAME_TAB)

        if reader is not None and reader.sha256 == known.sha256:
            if index is None:
                arrive()
                return
            self._parts.transport.shuttle.halt()
            self._parts.transport.timeline.set_index(index)
            self._window.footage.visit(index, way or AS_DECLARED, arrive)
        elif isinstance(row, OutputRow):
            arrive()
        else:
            self._window.footage.open_by(
                known.name,
                lambda progress: session.open_footage(known.id, progress),
                index or 0,
                arrive,
                lambda error: self._without_footage(error, known, frame),
                interpretation=way,
            )

    def _without_footage(self, error: FacetError, footage: FootageRow, frame: FrameRow | None) -> None:
        """The footage is not here: the case still holds the pixels that were recorded."""
        find = (lambda: self._window.evidence_wiring.ask_relink(footage)) if self._desk.writable else None
        self._parts.messages.error(error, _("Find it …"), find)
        if frame is None:
            return
        name = _("Frame {index}, as the case holds it; the footage is not open").format(index=frame.index)

        def show(image: QImage) -> None:
            self._window.footage.close()
            self._window.frame_wiring.show_stored(name, image, orientation_of(frame))

        self._desk.read_picture(frame.id, show)

    def ask_remark(self) -> None:
        """Ask for a note or a finding."""
        exhibit = self._parts.case.tree.current
        dialog = RemarkDialog(exhibit, self._window)
        dialog.accepted.connect(lambda: self._desk.remark(str(dialog.kind.currentData()), dialog.words.said, exhibit))
        dialog.open()

    def ask_tags(self) -> None:
        """Ask for a tag, showing those that the exhibit has."""
        exhibit = self._parts.case.tree.current

        def ask(tags: Sequence[Tag]) -> None:
            dialog = TagDialog(exhibit, tags, self._window)
            dialog.accepted.connect(lambda: self._desk.tag(exhibit, dialog.word))
            dialog.withdrawn.connect(self._ask_withdraw)
            dialog.open()

        self._desk.read_tags(ask)

    def ask_withdraw(self) -> None:
        """Ask why, then withdraw the chosen exhibit."""
        exhibit = self._parts.case.tree.current
        if exhibit is not None:
            self._ask_withdraw(exhibit)

    def _ask_withdraw(self, withdrawn: str) -> None:
        """Of an exhibit or a tag."""
        chosen = self._parts.case.tree.current
        dialog = WithdrawDialog(withdrawn, self._window)
        dialog.accepted.connect(lambda: self._desk.withdraw(withdrawn, dialog.words.said, chosen))
        dialog.open()

    def _ask_passphrase(self, path: Path, wrong: bool) -> None:
        dialog = open_dialog(path.name, wrong=wrong, parent=self._window)
        dialog.accepted.connect(lambda: self._desk.open(path, passphrase=dialog.passphrase))
        dialog.open()

    def _tell_known(self) -> None:
        """Footage that another case has is told of, once both are open."""
        reader = self._window.footage.reader
        if reader is None or self._desk.session is None:
            return
        name = reader.path.name

        def tell(known: KnownFootage) -> None:
            if known.elsewhere:
                said = _("{name} is footage of other cases as well: {cases}.")
                cases = ", ".join(f"{one.number} ({one.case}: {one.footage})" for one in known.elsewhere[-MOST_CASES:])
                self._parts.messages.info(said.format(name=name, cases=cases))

        self._desk.look_elsewhere(reader.sha256, tell)

    def _opened(self) -> None:
        desk = self._desk
        self._parts.case.show_case(desk.number, desk.examiner, writable=desk.writable)
        self._window.run_wiring.show_crop(None)
        self._window.show_title()
        self._enable()
        self._window.run_wiring.check()

    def _changed(self, listing: Listing, choose: str | None) -> None:
        self.listing = listing
        self._window.run_wiring.show_recorded()
        if self._parts.case.search.text().strip() and choose is None:
            self.search()
            return
        self._parts.case.stop_searching()
        self._rows = {row.id: row for row in listing.rows()}
        self._parts.case.tree.show_listing(listing, choose)
        self._enable()

    def search(self, count: int = PAGE) -> None:
        """Search for what stands in the search field; nothing there shows the case again."""
        words, self._shown = self._parts.case.search.text(), count
        if words.strip():
            self._desk.find(words, count)
        elif self._desk.session is not None:
            self._desk.refresh()

    def _found(self, found: Found) -> None:
        if found.words == self._parts.case.search.text():
            self._rows = {row.id: row for row in rows_of(found)}
            self._parts.case.show_found(found)
            self._enable()

    def _more(self, exhibit: str) -> None:
        if exhibit:
            self._desk.more(exhibit)
        else:
            self.search(self._shown + PAGE)

    def _chosen(self, exhibit: str) -> None:
        self._desk.read_facts(exhibit)
        self._enable()
        row = self.row(exhibit)
        if isinstance(row, (CropRow, OutputRow)):
            self._window.run_wiring.show_crop(row.id if isinstance(row, CropRow) else row.crop)

    def _enable(self) -> None:
        actions, session = self._window.actions_, self._desk.session
        row = self.row(self._parts.case.tree.current)
        for name in NEEDS_CASE:
            actions[name].setEnabled(session is not None)
        for name in NEEDS_WRITER:
            actions[name].setEnabled(self._desk.writable)
        standing = row is not None and getattr(row, "withdrawal", None) is None
        actions["withdraw"].setEnabled(self._desk.writable and standing)
        actions["export"].setEnabled(self._desk.writable and isinstance(row, (FrameRow, CropRow, OutputRow)))
        actions["seal"].setEnabled(self._desk.writable and self._desk.current)
        actions["migrate"].setEnabled(session is not None and not self._desk.current)
        actions["relink"].setEnabled(self._desk.writable and row is not None)
        actions["reproduce-one"].setEnabled(isinstance(row, OutputRow))
