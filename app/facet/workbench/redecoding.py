"""Frames decoded again from the footage, to compare them with what the case holds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from facet.case import Case, FootageRow, FrameRow
from facet.core.errors import Cancelled, EnvironmentLacksError, FacetError, InputError
from facet.core.i18n import _
from facet.core.interpretation import Interpretation
from facet.core.progress import SILENT, Progress
from facet.footage import Reader
from facet.workbench.lookup import crop_row, footage_row, frame_row, kept_index


@dataclass(frozen=True, kw_only=True, slots=True)
class FrameAgain:
    """A frame decoded again: ``equal`` if its pixels are those in the case, None where that could not be tried; then
    ``absent`` tells whether its footage was not there. ``message`` is for people."""

    footage: str
    footage_sha256: str
    frame: str
    equal: bool | None
    absent: bool
    message: str


class FootageAgain:
    """The footage of a case, each opened once for all the outputs that come from it. Close it when done."""

    def __init__(self, case: Case, folder: Path | None = None, *, memory: int = 0) -> None:
        """``folder`` holds the footage now, None where the case says; ``memory`` as in :meth:`Reader.open`."""
        self._case = case
        self._folder = folder
        self._memory = memory
        self._readers: dict[str, Reader | FacetError] = {}
        self._frames: dict[str, FrameAgain] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for reader in self._readers.values():
            if isinstance(reader, Reader):
                reader.close()

    def frame_of(self, crop: str, progress: Progress = SILENT) -> FrameAgain:
        """Decode the frame that ``crop`` was cut from. Raises ``Cancelled``; what goes wrong is told in the answer."""
        frame = frame_row(self._case, crop_row(self._case, crop).frame)
        if frame.id not in self._frames:
            self._frames[frame.id] = self._decoded(footage_row(self._case, frame.footage), frame, progress)
        return self._frames[frame.id]

    def _decoded(self, footage: FootageRow, frame: FrameRow, progress: Progress) -> FrameAgain:
        equal, absent = None, False
        try:
            reader = self._reader(footage, progress)
            said = Interpretation.from_json(
                {"fields": frame.decoding.get("fields", "weave"), **_mapping(frame.decoding.get("overrides"))}
            )
            again = reader.frame(frame.index, progress, interpretation=said)
            equal = (again.name.pts, again.picture_sha256) == (frame.pts, frame.picture_sha256)
            message = (
                _("Frame {frame} was decoded again from the footage: the same pixels.")
                if equal
                else _("Frame {frame} was decoded again from the footage and has other pixels.")
            ).format(frame=frame.id)
        except Cancelled:
            raise
        except FacetError as error:
            absent = isinstance(error, EnvironmentLacksError)
            message = error.localised(_)
        return FrameAgain(
            footage=footage.id, footage_sha256=footage.sha256, frame=frame.id, equal=equal, absent=absent,
            message=message,
        )  # fmt: skip

    def _reader(self, footage: FootageRow, progress: Progress) -> Reader:
        if footage.id not in self._readers:
            try:
                self._readers[footage.id] = self._opened(footage, progress)
            except Cancelled:
                raise
            except FacetError as error:
                self._readers[footage.id] = error
        found = self._readers[footage.id]
        if isinstance(found, FacetError):
            raise found
        return found

    def _opened(self, footage: FootageRow, progress: Progress) -> Reader:
        checked = self._case.check_footage(footage.id, full=True, folder=self._folder, progress=progress)
        if not checked.found or checked.path is None:
            raise EnvironmentLacksError(
                "Footage {exhibit} ({name}, SHA-256 {digest}) is not here, so frames were not decoded again.",
                exhibit=footage.id, name=footage.name, digest=footage.sha256,
            )  # fmt: skip
        if not checked.ok:
            raise InputError(
                "Footage {id} is not what was ingested: {why} No frame was decoded again; bring the original file.",
                id=footage.id, why=checked.message,
            )  # fmt: skip
        known = partial(kept_index, self._case, footage)
        return Reader.open(checked.path, progress=progress, sha256=footage.sha256, known=known, memory=self._memory)


def _mapping(value: object) -> dict[str, object]:
    return dict(value) if isinstance(value, dict) else {}
