"""Footage, frame, box and faces."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from facet.core.canonical import Json
from facet.core.errors import FacetError
from facet.core.geometry import Face
from facet.core.i18n import _
from facet.footage import Reader
from facet.gui.as_typed import tip
from facet.gui.dialogs.go_to import GoToDialog
from facet.gui.layout import FRAME_TAB
from facet.gui.view.display import Orientation
from facet.gui.view.transport import clock_text

if TYPE_CHECKING:
    from facet.gui.main_window import MainWindow


class FrameWiring(QObject):
    """Connects the frame's side of the window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._parts, self._desk = window, window.parts, window.footage
        parts, desk, on = self._parts, self._desk, window.actions_.on
        desk.opened.connect(self._opened)
        desk.faces_found.connect(self._faces)
        parts.view.step_asked.connect(parts.transport.step)
        parts.view.box_changed.connect(parts.box.show_box)
        parts.view.pointed.connect(self._pointed)
        parts.view.zoom_changed.connect(self._zoomed)
        parts.box.box_typed.connect(lambda box: parts.view.set_box(box, hold=True))
        parts.box.new_box_asked.connect(parts.view.new_box)
        parts.box.faces_asked.connect(self.find_faces)
        parts.welcome.footage_asked.connect(window.choose_footage)
        on("open-footage", window.choose_footage)
        on("open-folder", window.choose_folder)
        on("go-to", self.ask_place)
        on("new-box", self.new_box)
        on("faces", lambda: self.find_faces(parts.box.smallest.value()))
        on("fit", self._fit)
        on("actual", self._actual)
        on("to-box", parts.view.zoom_to_box)
        on("closer", lambda: self._step_zoom(closer=True))
        on("farther", lambda: self._step_zoom(closer=False))
        on("swap", window.swap)
        parts.tabs.currentChanged.connect(self._turned)
        window.case.closed.connect(self.forget_stored)
        self._enable(open_=False)

    def find_faces(self, smallest: int) -> None:
        """Search the frame that is seen, as soon as it is the exact one."""
        self._parts.tabs.setCurrentIndex(FRAME_TAB)
        self._parts.transport.shuttle.halt()
        self._desk.when_exact(lambda: self._desk.find_faces(smallest))

    def new_box(self) -> None:
        """A box for work by keyboard."""
        self._parts.tabs.setCurrentIndex(FRAME_TAB)
        self._parts.view.new_box()

    def ask_place(self) -> None:
        """Ask for a frame or a time and go there."""
        reader = self._desk.reader
        if reader is None:
            return
        last = reader.count - 1
        dialog = GoToDialog(last, clock_text(Fraction(reader.seconds(last))), self._window)
        dialog.accepted.connect(lambda: self.go_to(dialog.place))
        dialog.open()

    def go_to(self, place: int | Fraction | None) -> None:
        """Go to a frame's index, or to seconds after the first picture."""
        if place is None:
            return
        try:
            index = self._desk.go_to(place)
        except FacetError as error:
            self._parts.messages.error(error)
            return
        if index is not None:
            self._parts.transport.shuttle.halt()
            self._parts.transport.timeline.ask(index)

    def show_stored(self, name: str, image: QImage, orientation: Orientation) -> None:
        """Show a frame that the case holds, without its footage."""
        parts = self._parts
        parts.transport.clear()
        parts.transport.where.setText(name)
        parts.show_frame()
        parts.tabs.setCurrentIndex(FRAME_TAB)
        parts.view.clear()
        parts.view.show_image(image, orientation)
        parts.box.set_picture((0, 0))
        self._window.about_footage.clear()
        self._window.show_title()
        self._enable(open_=False)
        self._window.run_wiring.check()

    def forget_stored(self) -> None:
        """Show no frame of a case that was put away."""
        if self._desk.reader is None:
            self._parts.view.clear()
            self._parts.transport.clear()
            self._parts.show_welcome()

    def _opened(self, reader: Reader) -> None:
        parts = self._parts
        parts.view.clear()
        parts.show_frame()
        parts.tabs.setCurrentIndex(FRAME_TAB)
        parts.transport.begin(reader, reader.count)
        self._window.about_footage.setText(
            _("{name} · {count} frames · SHA-256 {digest}…").format(
                name=reader.path.name, count=reader.count, digest=reader.sha256[:16]
            )
        )
        self._window.about_footage.setToolTip(tip(f"{reader.path}\nSHA-256 {reader.sha256}"))
        parts.case.properties.show_facts(reader.path.name, _facts(reader))
        self._window.show_title()
        self._enable(open_=True)
        parts.view.setFocus()

    def _faces(self, faces: Sequence[Face] | None) -> None:
        self._parts.view.set_faces(faces or ())
        self._parts.box.show_faces(faces)

    def _pointed(self, at: tuple[int, int] | None) -> None:
        self._window.pointed.setText("" if at is None else _("Pixel {x}, {y}").format(x=at[0], y=at[1]))

    def _zoomed(self, zoom: float) -> None:
        percent = round(zoom * 100)
        shown = _("{percent} %, reduced") if zoom < 1 else _("{percent} %")
        self._window.zoomed.setText(shown.format(percent=percent))

    def _turned(self, tab: int) -> None:
        for label in (self._window.pointed, self._window.zoomed):  # they speak of the frame; the comparison has its own
            label.setVisible(tab == FRAME_TAB)

    def _fit(self) -> None:
        if self._parts.tabs.currentIndex() == FRAME_TAB:
            self._parts.view.fit()
        else:
            self._parts.compare.lens.fit()

    def _actual(self) -> None:
        if self._parts.tabs.currentIndex() == FRAME_TAB:
            self._parts.view.set_zoom(1.0)
        else:
            self._parts.compare.lens.set_zoom(1.0)

    def _step_zoom(self, *, closer: bool) -> None:
        if self._parts.tabs.currentIndex() == FRAME_TAB:
            self._parts.view.zoom_by_step(closer=closer)
        else:
            self._parts.compare.step_zoom(closer=closer)

    def _enable(self, *, open_: bool) -> None:
        for name in ("go-to", "new-box", "faces", "to-box"):
            self._window.actions_[name].setEnabled(open_)


def _facts(reader: Reader) -> dict[str, Json]:
    """What is known of the footage, its sentences in the reader's language and each but once."""
    probe = reader.probe
    facts: dict[str, Json] = {"sha256": reader.sha256}
    if reader.md5 is not None:
        facts["md5"] = reader.md5
    facts |= probe.to_json()
    del facts["remarks"], facts["index_reasons"]
    facts["warnings"] = [remark.localised(_) for remark in probe.remarks]
    facts["index_reason"] = " ".join(reason.localised(_) for reason in probe.index_reasons)
    return facts
