"""What is seen, what is said of it, and playing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from facet.core.i18n import _
from facet.gui.altered import alterations, field_name, order_name, woven
from facet.gui.view.badges import LOUD, QUIET
from facet.gui.view.field_walk import box_between
from facet.gui.view.grade import Grade
from facet.gui.view.shuttle import speed_text
from facet.gui.view.sight import Sight

if TYPE_CHECKING:
    from facet.gui.main_window import MainWindow


class SightWiring(QObject):
    """Connects the frame view, the shuttle and the read-out with the footage."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._parts, self._desk = window, window.parts, window.footage
        self._fields = "weave"
        self._checked: tuple[bool, int | None] = (False, None)
        self._waits = False
        self._counted = (0, 0)
        transport, desk = self._parts.transport, self._desk
        timeline, shuttle = transport.timeline, transport.shuttle
        desk.opened.connect(lambda _reader: self._begin())
        desk.seen.connect(self._seen)
        desk.waiting.connect(self._waiting)
        desk.understood.connect(self._understood)
        timeline.held.connect(lambda on: desk.hold(held=on))
        timeline.index_asked.connect(self._ask)
        transport.step_asked.connect(self._step)
        shuttle.view_wanted.connect(lambda place: desk.play(place, lambda sight: shuttle.arrived(place, sight)))
        shuttle.picture_due.connect(desk.show_played)
        shuttle.speed_changed.connect(self._speed)
        shuttle.halted.connect(self._halted)
        shuttle.counted.connect(self._count)
        desk.pictures.failed.connect(lambda _error: shuttle.halt())
        window.actions_.on("slowly", lambda: shuttle.slowly(forward=True))
        window.actions_.on("slowly-back", lambda: shuttle.slowly(forward=False))

    @property
    def runnable(self) -> bool:
        """Whether what is seen is the picture that would be run on: no preview, not one of many passing by, and not one
        that is about to give way to another."""
        sight = self._desk.sight
        still = sight is not None and sight.grade is not Grade.PREVIEW and not self._parts.transport.shuttle.speed
        return still and self._desk.here

    def _begin(self) -> None:
        self._fields = "weave"
        self._tell()

    def _step(self, by: int) -> None:
        timeline = self._parts.transport.timeline
        index = self._desk.step(by)
        if self._desk.walk is None or index != timeline.index:
            timeline.ask(index)
        else:
            self._ask(index)

    def _ask(self, index: int) -> None:
        walk = self._desk.walk
        self._parts.transport.shuttle.at(index, 0 if walk is None else walk.order.index(walk.field))
        self._desk.ask(index)

    def _halted(self, index: int) -> None:
        walk = self._desk.walk
        if walk is not None:
            walk.field = walk.order[self._parts.transport.shuttle.field]
        self._desk.ask(index)

    def _understood(self) -> None:
        self._parts.transport.shuttle.set_fields(apart=self._desk.walk is not None)
        self._tell()

    def _seen(self, sight: Sight) -> None:
        parts, fields = self._parts, sight.interpretation.fields
        view = parts.view
        view.set_boxable(sight.grade is not Grade.PREVIEW)
        parts.box.set_picture(sight.size)
        if fields == self._fields or view.box is None:
            view.show_image(sight.image, sight.orientation, sight.size)
        else:
            self._convert_box(sight)
        self._fields = fields
        index, reader, timeline = sight.index, self._desk.reader, parts.transport.timeline
        if reader is not None:
            parts.transport.show_position(
                index, reader.index.pts_of(index), reader.index.time_base, reader.seconds(index), field_name(fields)
            )
        if sight.grade is not Grade.PREVIEW and timeline.index != index and self._is_wanted(sight):
            timeline.set_index(index)
        self._tell()
        self._check()

    def _check(self) -> None:
        """Whether a run is possible has changed."""
        now = (self.runnable, self._desk.failed)
        if now != self._checked:
            self._checked = now
            self._window.run_wiring.check()

    def _convert_box(self, sight: Sight) -> None:
        """The same place of the scene in the rows of another field, or both."""
        view = self._parts.view
        assert view.box is not None
        box, held = box_between(view.box, self._fields, sight.interpretation.fields, sight.size[1]), view.box_held
        view.set_box(None)
        view.show_image(sight.image, sight.orientation, sight.size)
        view.set_box(box, hold=held)
        if box is None:
            self._window.parts.messages.info(_("The box has too few rows in one field and was taken away."))

    def _is_wanted(self, sight: Sight) -> bool:
        """Whether the timeline should stand where this picture is."""
        if self._parts.transport.shuttle.speed:
            return True
        wish = self._desk.pictures.wish
        return wish is not None and wish.index == sight.index

    def _speed(self, speed: float) -> None:
        self._desk.head(speed)
        self._counted = (0, 0)
        self._tell_state()
        self._check()

    def _count(self, shown: int, dropped: int) -> None:
        self._counted = (shown, dropped)
        self._tell_state()

    def _waiting(self, on: bool) -> None:  # a Qt signal
        self._waits = on
        self._tell_state()
        self._check()

    def _tell(self) -> None:
        """Badges on the picture and the state below it."""
        self._tell_state()
        sight = self._desk.sight
        if sight is None:
            self._parts.view.badges.clear()
            return
        lines = []
        if sight.grade is Grade.PREVIEW:
            lines.append((_("preview: keyframe {index}").format(index=sight.index), LOUD))
        if altered := alterations(sight.interpretation):
            lines.append((_("decoding altered: {what}").format(what=", ".join(altered)), LOUD))
        if sight.corrupt:
            lines.append((_("damaged picture: parts of it were made up by the decoder"), LOUD))
        elif self._parts.transport.timeline.content.recording.is_tainted(sight.index):
            lines.append((_("predicted from a damaged picture: the damage may go on here"), LOUD))
        if woven(sight.interpretation, interlaced=sight.interlaced) and self._desk.reader is not None:
            order = order_name(sight.interpretation, self._desk.reader.probe.field_order)
            lines.append((_("interlaced ({order}): two moments in one picture").format(order=order), QUIET))
        self._parts.view.badges.say(lines)

    def _tell_state(self) -> None:
        shuttle, sight = self._parts.transport.shuttle, self._desk.sight
        if shuttle.speed:
            shown, dropped = self._counted
            told = (
                _("Playing ×{speed} · shown {shown}/s · dropped {dropped}")
                if shuttle.speed > 0
                else _("Playing backwards ×{speed} · shown {shown}/s · dropped {dropped}")
            )
            text = told.format(speed=speed_text(shuttle.speed), shown=shown, dropped=dropped)
        elif sight is not None and sight.grade is Grade.PREVIEW:
            text = _("Preview, not the exact frame")
        elif self._waits and not self._desk.here:
            text = _("Decoding …")
        elif self._desk.failed is not None:
            text = _("Frame {index} could not be had").format(index=self._desk.failed)
        elif sight is None:
            text = ""
        else:
            text = _("Exact frame") if sight.grade is Grade.FRAME else _("Display picture")
        self._parts.transport.state.setText(text)
