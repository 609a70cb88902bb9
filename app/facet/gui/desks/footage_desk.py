"""Footage on the desk: opened, scrubbed, searched for faces."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from facet.core.frame import Frame, Picture
from facet.core.geometry import Face
from facet.core.i18n import _
from facet.core.progress import Progress
from facet.footage import Reader
from facet.gui.jobs import Failed, Jobs, Lane, Latest
from facet.gui.message_bar import MessageBar
from facet.gui.view.display import Orientation, image_of
from facet.gui.work_list import WorkList
from facet.workbench import Workbench

Opener = Callable[[Progress], Reader]


class FootageDesk(QObject):
    """One footage at a time, and the frame of it that is seen. It knows no widget but those that tell of work."""

    opened = Signal(object)
    """A ``Reader`` is open."""
    seen = Signal(object, object)
    """A ``Frame`` arrived, with its QImage."""
    waiting = Signal(bool)
    """Whether a frame is asked for and not here yet."""
    faces_found = Signal(object)
    """The faces of the frame that is seen; None while nobody searched it."""

    def __init__(self, bench: Workbench, jobs: Jobs, work: WorkList, messages: MessageBar) -> None:
        super().__init__(work)
        self._bench, self._jobs, self._work, self._messages = bench, jobs, work, messages
        self._latest = Latest(jobs, Lane.FRAMES)
        self._faces: dict[tuple[str, int], list[Face]] = {}
        self.reader: Reader | None = None
        self.frame: Frame | None = None
        self._then: Callable[[], None] | None = None

    @property
    def faces(self) -> list[Face] | None:
        """The faces found in this frame, or None while nobody searched it."""
        return None if self.frame is None else self._faces.get(_key(self.frame))

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
    ) -> None:
        """Open footage in its own way and go to a frame; what was open before is closed once this is here.

        ``then`` is called when the first frame is seen, ``failed`` if it can't be opened (else a message tells why).
        """

        def begin(reader: Reader) -> None:
            self.close()
            self.reader = reader
            self.opened.emit(reader)
            said = " ".join(remark.localised(_) for remark in reader.probe.remarks if remark.grave)
            if said:  # the properties show the others too
                self._messages.info(f"{name}: {said}")
            self._then = then
            self.ask(index)

        self._work.run(_("Reading {name}").format(name=name), opener, begin, failed, lane=Lane.FOOTAGE)

    def close(self) -> None:
        """Put the footage away."""
        self._latest.drop()
        reader, self.reader, self.frame = self.reader, None, None
        if reader is not None:
            self._jobs.run_task(lambda progress: reader.close(), lane=Lane.FOOTAGE)

    def ask(self, index: int) -> None:
        """Want a frame; only the newest wish counts."""
        reader = self.reader
        if reader is None:
            return

        def fetch(progress: Progress) -> tuple[Frame, QImage]:
            frame = reader.frame(index, progress)
            return frame, image_of(frame.picture)

        def arrived(pair: tuple[Frame, QImage]) -> None:
            if reader is not self.reader:
                return
            self.frame = pair[0]
            self.seen.emit(*pair)
            self.faces_found.emit(self.faces)
            self.waiting.emit(self._latest.busy)
            then, self._then = self._then, None
            if then is not None:
                then()

        def refused(error: object) -> None:
            self.waiting.emit(self._latest.busy)
            self._messages.error(error)  # type: ignore[arg-type]

        self._latest.ask(fetch, arrived, refused)
        self.waiting.emit(self._latest.busy)

    def go_to(self, place: int | Fraction) -> int | None:
        """The index of a frame or time, answered from the index of the footage."""
        if self.reader is None:
            return None
        return place if isinstance(place, int) else self.reader.index_at(place)

    def find_faces(self, smallest: int) -> None:
        """Search the frame that is seen for faces of at least ``smallest`` source pixels."""
        frame = self.frame
        if frame is None:
            return
        turn = Orientation.of(frame).rotation

        def found(faces: list[Face]) -> None:
            self._faces[_key(frame)] = faces
            if self.frame is not None and _key(self.frame) == _key(frame):
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


def _key(frame: Frame) -> tuple[str, int]:
    return frame.name.footage_sha256, frame.name.index
