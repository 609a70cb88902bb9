"""Footage on the desk: opened, looked at, understood, searched for faces."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from facet.core.errors import FacetError
from facet.core.frame import Frame, Picture
from facet.core.geometry import Face
from facet.core.i18n import _
from facet.core.interpretation import AS_DECLARED, Interpretation
from facet.core.progress import Progress
from facet.footage import Reader
from facet.gui.desks.pictures import Pictures
from facet.gui.jobs import Failed, Jobs, Lane
from facet.gui.message_bar import MessageBar
from facet.gui.view.display import Orientation
from facet.gui.view.field_walk import BOTTOM_FIRST, FieldWalk
from facet.gui.view.grade import Grade, Wish
from facet.gui.view.sight import Sight
from facet.gui.work_list import WorkList
from facet.workbench import Workbench

Opener = Callable[[Progress], Reader]


class FootageDesk(QObject):
    """One footage at a time, and the picture of it that is seen. It knows no widget but those that tell of work."""

    opened = Signal(object)
    """A ``Reader`` is open."""
    seen = Signal(object)
    """A :class:`~facet.gui.view.sight.Sight` is to be shown."""
    waiting = Signal(bool)
    """Whether a picture is asked for and not here yet."""
    faces_found = Signal(object)
    """The faces of the frame that is seen; None while nobody searched it."""
    understood = Signal()
    """The footage is understood in another way from now on."""

    def __init__(self, bench: Workbench, jobs: Jobs, work: WorkList, messages: MessageBar) -> None:
        super().__init__(work)
        self._bench, self._jobs, self._work, self._messages = bench, jobs, work, messages
        self.pictures = Pictures(jobs, self)
        self.pictures.seen.connect(self._show)
        self.pictures.failed.connect(self._refused)
        self.pictures.waiting.connect(self.waiting)
        self._faces: dict[tuple[str, Wish], list[Face]] = {}
        self._ways: dict[str, tuple[Interpretation, bool]] = {}
        self.reader: Reader | None = None
        self.sight: Sight | None = None
        self.interpretation = AS_DECLARED
        self.walk: FieldWalk | None = None
        """How both fields of every picture are gone through, one by one; None while that is not done."""
        self._told: list[str] = []
        self._then: Callable[[], None] | None = None
        self._when_exact: Callable[[], None] | None = None

    @property
    def frame(self) -> Frame | None:
        """The evidence that is seen; None while it is only a preview or a view."""
        return None if self.sight is None else self.sight.frame

    @property
    def here(self) -> bool:
        """Whether what is seen is the picture that was asked for last, however good."""
        return self.sight is not None and _wish(self.sight) == self.pictures.wish

    @property
    def settled(self) -> bool:
        """Whether what is seen is what was asked for last, as evidence; or nothing more can be had."""
        return self.pictures.settled

    @property
    def failed(self) -> int | None:
        """The frame that is wanted and could not be had, so that another is seen."""
        wish = self.pictures.wish
        return wish.index if wish is not None and self.settled and self.sight is not None and not self.here else None

    @property
    def faces(self) -> list[Face] | None:
        """The faces found in this frame, or None while nobody searched it."""
        return None if self.sight is None or self.frame is None else self._faces.get(_key(self.frame, self.sight))

    def open(self, path: Path) -> None:
        """Open a file of evidence, read-only."""
        self.open_by(path.name, lambda progress: self._bench.open_footage(path, progress))

    def open_by(
        self,
        name: str,
        opener: Opener,
        index: int = 0,
        then: Callable[[], None] | None = None,
        failed: Failed | None = None,
        *,
        interpretation: Interpretation | None = None,
    ) -> None:
        """Open footage in its own way and go to a frame; what was open before is closed once this is here.

        ``then`` is called when the frame is seen exactly, ``failed`` if the footage can't be opened (else a message
        tells why). Without ``interpretation`` it is understood as it was when it was last open.
        """

        def begin(reader: Reader) -> None:
            self.close()
            self.reader = reader
            self.pictures.use(reader)
            way, bob = self._ways.get(reader.sha256, (AS_DECLARED, False))
            self._understand(way if interpretation is None else interpretation, bob=bob and interpretation is None)
            self.opened.emit(reader)
            said = " ".join(remark.localised(_) for remark in reader.probe.remarks if remark.grave)
            if said:  # the properties show the others too
                self._told.append(f"{name}: {said}")
                self._messages.info(self._told[-1])
            self._then = then
            self.ask(index)

        self._work.run(_("Reading {name}").format(name=name), opener, begin, failed, lane=Lane.FOOTAGE)

    def close(self) -> None:
        """Put the footage away, and what was told of it."""
        self.pictures.use(None)
        for text in self._told:
            self._messages.withdraw(text)
        self._told.clear()
        self._when_exact = None
        reader, self.reader, self.sight = self.reader, None, None
        if reader is not None:
            self._jobs.run_task(lambda progress: reader.close(), lane=Lane.FOOTAGE)

    def ask(self, index: int) -> None:
        """Want a picture; only the newest wish counts."""
        if self.reader is None:
            return
        self._when_exact = None
        wish, sight = self.wish(index), self.sight
        known = None
        if sight is not None and sight.grade is not Grade.PREVIEW and wish == _wish(sight):
            known = sight.grade
        self.pictures.ask(wish, known)

    def step(self, by: int) -> int:
        """The frame so many pictures on; of fields that are gone through one by one, so many fields, and the field
        too is what the next wish is for."""
        here = self.pictures.wish.index if self.pictures.wish is not None else 0
        count = 1 if self.reader is None else self.reader.count
        if self.walk is not None:
            return self.walk.step(here, by, count)
        return min(max(here + by, 0), count - 1)

    def wish(self, index: int, field: str | None = None) -> Wish:
        """A picture, understood as is chosen now; where its fields are gone through, the one of them that is next, or
        ``field``."""
        way = self.interpretation
        if self.walk is not None:
            way = replace(way, fields=field or self.walk.field)
        return Wish(index=index, interpretation=way)

    def hold(self, *, held: bool) -> None:
        """The playhead was taken in hand, or let go."""
        self.pictures.hold(held=held)

    def play(self, place: int, arrived: Callable[[Sight], None]) -> None:
        """Fetch the picture of a place for playing: of a frame, or, where fields are gone through, of a field."""
        if self.walk is None:
            self.pictures.play(self.wish(place), arrived)
        else:
            self.pictures.play(self.wish(place // 2, self.walk.order[place % 2]), arrived)

    def show_played(self, sight: Sight) -> None:
        """A picture that was fetched for playing is due."""
        self._show(sight)

    def head(self, speed: float) -> None:
        """Say which way playing goes, 0 at rest; what was fetched before is not wanted more."""
        self.pictures.stop_playing() if not speed else self.pictures.stop()
        if self.reader is not None:
            try:
                self.reader.heading((speed > 0) - (speed < 0))
            except FacetError as error:
                self._messages.error(error)

    def understand(self, interpretation: Interpretation, *, bob: bool = False) -> None:
        """Understand the footage in this way from now on, and show the picture again so; with ``bob`` both fields are
        gone through in the order of time."""
        if self.reader is None or (interpretation, bob) == (self.interpretation, self.walk is not None):
            return
        self._understand(interpretation, bob=bob)
        if self.pictures.wish is not None:
            self.ask(self.pictures.wish.index)

    def _understand(self, interpretation: Interpretation, *, bob: bool) -> None:
        assert self.reader is not None
        self.walk = FieldWalk(interpretation.field_order or self._field_order()) if bob else None
        self.interpretation = interpretation
        self._ways[self.reader.sha256] = (interpretation, bob)
        self.understood.emit()

    def _field_order(self) -> str | None:
        """What the container says, or else the flags of the picture that is seen."""
        assert self.reader is not None
        declared, frame = self.reader.probe.field_order, self.frame
        if declared in BOTTOM_FIRST or frame is None or not frame.decoding.interlaced:
            return declared
        return BOTTOM_FIRST[0] if frame.decoding.top_field_first is False else declared

    def go_to(self, place: int | Fraction) -> int | None:
        """The index of a frame or time, answered from the index of the footage."""
        if self.reader is None:
            return None
        return place if isinstance(place, int) else self.reader.index_at(place)

    def when_exact(self, do: Callable[[], None]) -> None:
        """Do something with the evidence of the picture that is wanted: now, or as soon as it is here."""
        wish = self.pictures.wish
        if self.frame is not None and self.here:
            do()
        elif wish is not None:
            self.ask(wish.index)
            self._when_exact = do

    def visit(self, index: int, interpretation: Interpretation, then: Callable[[], None]) -> None:
        """Go to a frame as it was understood then, and do something when it is seen exactly."""
        if (interpretation, None) != (self.interpretation, self.walk):
            self._understand(interpretation, bob=False)
        self.ask(index)
        self.when_exact(then)

    def find_faces(self, smallest: int) -> None:
        """Search the frame that is seen for faces of at least ``smallest`` source pixels."""
        sight, frame = self.sight, self.frame
        if sight is None or frame is None:
            return
        turn = Orientation.of(frame).rotation

        def found(faces: list[Face]) -> None:
            self._faces[_key(frame, sight)] = faces
            if self.sight is not None and self.frame is not None and _key(self.frame, self.sight) == _key(frame, sight):
                self.faces_found.emit(faces)
            if not faces:
                self._messages.info(
                    _("No face of {smallest} pixels or more was found in frame {index}. Draw the box by hand.").format(
                        smallest=smallest, index=frame.name.index
                    )
                )

        def search(progress: Progress) -> list[Face]:
            picture: Picture = frame.picture
            return self._bench.inference.detect(picture, minimum_face=smallest, rotation=turn, progress=progress)

        self._work.run(
            _("Finding faces in frame {index}").format(index=frame.name.index), search, found, lane=Lane.INFERENCE
        )

    def _show(self, sight: Sight) -> None:
        self.sight = sight
        self.seen.emit(sight)
        self.faces_found.emit(self.faces)
        if sight.frame is None:
            return
        for name in ("_then", "_when_exact"):
            do = getattr(self, name)
            setattr(self, name, None)
            if do is not None:
                do()

    def _refused(self, error: FacetError) -> None:
        self._when_exact = None
        self._told.append(error.localised(_))
        wish = self.pictures.wish
        index = None if wish is None else wish.index
        if index is None:
            self._messages.error(error)
        else:
            self._messages.error(error, _("Try again"), lambda: self.ask(index))


def _wish(sight: Sight) -> Wish:
    return Wish(index=sight.index, interpretation=sight.interpretation)


def _key(frame: Frame, sight: Sight) -> tuple[str, Wish]:
    return frame.name.footage_sha256, _wish(sight)
