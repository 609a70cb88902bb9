"""An open case and what can be done in it. Every method may be called from one thread at a time (the case's own)."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from facet.case import Case, Hit, Listed, Mark, Page, Verification, modified_utc
from facet.core.camera_clock import CameraClock
from facet.core.canonical import LIMIT, Json, canonical_json
from facet.core.errors import InputError
from facet.core.frame import Frame
from facet.core.geometry import Box
from facet.core.i18n import _, current_language
from facet.core.progress import SILENT, Progress
from facet.core.receipt import EngineWish
from facet.core.run import Enhanced, resolve_parameters
from facet.footage import Reader
from facet.inference.client import InferenceClient
from facet.weights import Store
from facet.workbench.exports import evidence_of, export_case_uco, export_pictures, export_png, refuse_evidence
from facet.workbench.known_footage import KnownFootage, known_footage, remember_footage
from facet.workbench.lookup import crop_row, footage_row, frame_row, kept_index, output_row
from facet.workbench.naming import name_exhibit
from facet.workbench.packages import export_package
from facet.workbench.redecoding import FootageAgain
from facet.workbench.repetition import Repetition
from facet.workbench.reporting import make_report
from facet.workbench.reproduction import reproduce
from facet.workbench.runs import (
    Run,
    check_size,
    choose_backend,
    compare_with,
    ensure_footage,
    prepare_run,
    record_run,
)
from facet.workbench.sealing import Sealed, seal_case
from facet.workbench.settings import Settings
from facet.workbench.witnesses import verified, write_seal

if TYPE_CHECKING:
    from facet.seal import SealKey


class CaseSession:
    """A case file open for reading, or for writing by a named examiner. Close it when done."""

    def __init__(self, case: Case, store: Store, settings: Settings, inference: InferenceClient) -> None:
        """Made by ``Workbench``; ``inference`` is shared and outlives the session."""
        self.case = case
        self.store = store
        self.settings = settings
        self.inference = inference

    def close(self) -> None:
        """Let the case go."""
        self.case.close()

    def __enter__(self) -> CaseSession:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def ingest(self, reader: Reader) -> str:
        """Record footage that is open in ``reader``; its exhibit id. The same digest is the same footage.

        Raises ``InputError`` for time stamps that canonical JSON has no number for.
        """
        probe = reader.probe.to_json()
        try:
            canonical_json(probe)
            recordable = abs(int(reader.index.pts[reader.index.has_pts].astype(object).max(initial=0))) < LIMIT
        except ValueError:
            recordable = False
        if not recordable:
            raise InputError(
                "{name}: its time stamps are too large to be recorded. Export the footage anew, and keep the original.",
                name=reader.path.name,
            )
        footage = self.case.add_footage(
            path=reader.path,
            sha256=reader.sha256,
            md5=reader.md5,
            size=reader.size,
            modified=modified_utc(reader.path),
            probe=probe,
            index=self._index_to_keep(reader),
        )
        if self.settings.remember_footage:
            remember_footage(self.case, self.home, reader.sha256, footage)
        return self._named(footage)

    def known_footage(self, sha256: str) -> KnownFootage:
        """Where footage of this digest was seen before: in this case, and in others that the settings let remember."""
        return known_footage(self.case, self.home, sha256, others=self.settings.remember_footage)

    def open_footage(self, footage: str, progress: Progress = SILENT) -> Reader:
        """Open footage of the case for reading frames, by the index that a decoder of this build made of it where the
        case keeps one that holds.

        With such an index the file's digest is taken, else size and time are compared. Raises ``InputError`` for a file
        that is not what was ingested.
        """
        row = footage_row(self.case, footage)
        ensure_footage(self.case, footage, full=bool(self.case.index_decoders(footage)), progress=progress)
        reader = Reader.open(
            self.case.locate_footage(footage),
            progress=progress,
            sha256=row.sha256,
            known=partial(kept_index, self.case, row),
            memory=self.settings.picture_memory,
        )
        try:
            if self.case.writable and (made := self._index_to_keep(reader)) is not None:
                self.case.add_index(footage, made)
        except BaseException:
            reader.close()
            raise
        return reader

    def marks(self, footage: str | None = None) -> list[Mark]:
        """The marks in some footage, or in all, in the order they were made, those withdrawn among them."""
        return self.case.marks(footage)

    def mark(self, footage: str, first: int, last: int | None = None, text: str = "") -> str:
        """Mark a frame, or the frames ``first`` to ``last``; the mark's id, which :meth:`withdraw` takes."""
        return self.case.mark(footage, first, last, text)

    def withdraw(self, exhibit: str, reason: str) -> str:
        """Withdraw an exhibit, a mark or a reading of the camera's clock. It stays in the case."""
        return self.case.withdraw(exhibit, reason)

    def seconds(self, footage: str, index: int, progress: Progress = SILENT) -> Fraction:
        """The file time of a frame, seconds after the first, by the index that the case keeps, else by the footage.

        Raises ``InputError`` for a frame that is not there, ``EnvironmentLacksError`` where the footage is needed and
        not found.
        """
        stored = kept_index(self.case, footage_row(self.case, footage))
        with contextlib.ExitStack() as stack:
            try:
                kept = None if stored is None else stored.unpack()[0]
            except ValueError:
                kept = None
            found = kept or stack.enter_context(self.open_footage(footage, progress)).index
        if index >= found.count:
            raise InputError(
                "Footage {id} has no frame {index}; its frames are numbered 0 to {last}.",
                id=footage, index=index, last=found.count - 1,
            )  # fmt: skip
        return found.seconds(index)

    def clock(self, footage: str) -> CameraClock | None:
        """The reading of the clock in the picture that holds for some footage, None without any. Raises ``InputError``
        where its zone is not known here."""
        held = self.case.clock(footage)
        return None if held is None else held.reading()

    def set_clock(self, footage: str, clock: CameraClock) -> str:
        """Record a reading of the clock in the picture, in place of earlier ones, which stay; its id."""
        return self.case.set_clock(footage, clock)

    def record_crop(self, footage: str, frame: Frame, box: Box) -> str:
        """Keep the whole frame and the boxed part of it; the crop's exhibit id."""
        if frame.name.footage_sha256 != footage_row(self.case, footage).sha256:
            raise InputError("The frame is not of footage {id}.", id=footage)
        box.within(frame.width, frame.height)
        return self._named(self.case.add_crop(self._named(self.case.add_frame(footage, frame)), box))

    def decoding_of(self, crop: str) -> dict[str, Json]:
        """How the frame that a crop was cut from was decoded, and what the examiner said of it."""
        return frame_row(self.case, crop_row(self.case, crop).frame).decoding

    def check_backend(
        self, backend: str, *, box: Box | None, parameters: Mapping[str, str], reason: str | None
    ) -> None:
        """Raise what would refuse this run, before a frame or a crop is recorded for it (``box`` None: both are)."""
        chosen = choose_backend(self.case, self.store, self.settings, backend, exhibit=None, reason=reason)
        resolve_parameters(chosen, parameters)
        if box is not None:
            check_size(chosen, box.w, box.h)
        if chosen.weights_sha256:
            self.store.path(backend)

    def prepare_run(
        self,
        crop: str,
        backend: str,
        *,
        parameters: Mapping[str, str] | None = None,
        seed: int | None = None,
        reason: str | None = None,
        wish: EngineWish | None = None,
    ) -> Run:
        """See :func:`facet.workbench.runs.prepare_run`."""
        return prepare_run(
            self.case,
            self.store,
            self.settings,
            crop=crop,
            backend=backend,
            parameters=parameters,
            seed=seed,
            reason=reason,
            wish=wish,
        )

    def record(self, run: Run, enhanced: Enhanced) -> str:
        """Keep what a run made; its exhibit id."""
        return self._named(record_run(self.case, run, enhanced))

    def enhance(
        self,
        crop: str,
        backend: str,
        *,
        parameters: Mapping[str, str] | None = None,
        seed: int | None = None,
        reason: str | None = None,
        wish: EngineWish | None = None,
        progress: Progress = SILENT,
    ) -> str:
        """Prepare, execute and record one run; the output's exhibit id."""
        run = self.prepare_run(crop, backend, parameters=parameters, seed=seed, reason=reason, wish=wish)
        return self.record(run, run.execute(self.inference, progress))

    def compare_with(self, crop: str, *, scale: int, backend: str = "bicubic", progress: Progress = SILENT) -> Enhanced:
        """The crop enlarged by an interpolation, upright and unrecorded, to stand beside an output."""
        return compare_with(
            self.case, self.store, self.inference, crop, scale=scale, backend=backend, progress=progress
        )

    def reproduce(
        self,
        outputs: str | Sequence[str] | None = None,
        progress: Progress = SILENT,
        *,
        decode: bool = False,
        footage: Path | None = None,
    ) -> list[Repetition]:
        """Make one output, several, or all, again. Writes nothing.

        If ``decode``, the frames are decoded again as well, from footage where the case says or in the folder
        ``footage``. Raises ``InputError`` for an output that the case does not hold.
        """
        asked = [outputs] if isinstance(outputs, str) else outputs
        chosen = self.case.outputs() if asked is None else [output_row(self.case, each) for each in asked]
        made = []
        with FootageAgain(self.case, footage, memory=self.settings.picture_memory) as again:
            for number, row in enumerate(chosen, 1):
                made.append(
                    reproduce(
                        self.case, self.store, self.settings, self.inference, output=row,
                        footage=again if decode else None, progress=_counted(progress, number, len(chosen)),
                    )
                )  # fmt: skip
        return made

    def relink(self, footage: str, place: Path, progress: Progress = SILENT) -> Path:
        """Note where some footage lies now, the file at ``place`` or in the folder ``place``, known by its digest
        alone; the file. Raises ``InputError`` where it is not there."""
        footage_row(self.case, footage)
        return self.case.relink(footage, place, progress)

    def verify(
        self, progress: Progress = SILENT, *, footage: Path | None = None, against: str | None = None
    ) -> Verification:
        """Check everything the case can be checked for; ``against`` as :func:`~facet.workbench.witnesses.read_witness`
        takes it. Writes nothing."""
        return verified(self.case, progress, footage=footage, against=against)

    def seal(self, key: SealKey, *, authority: str | None = None, out: Path | None = None) -> Sealed:
        """Seal what the case holds now, with a time stamp of ``authority`` (None: that of the settings, empty: none),
        and write the seal to ``out`` as well, to be kept elsewhere. See :func:`facet.workbench.sealing.seal_case`."""
        if out is not None:
            refuse_evidence(out, evidence_of(self.case))
        sealed = seal_case(self.case, key, authority=self._authority(authority))
        if out is not None:
            write_seal(sealed, out)
        return sealed

    def export_png(self, exhibit: str, out: Path, progress: Progress = SILENT) -> dict[str, Json]:
        """Look whether the footage is still what it was, write one picture with its label or banner, and journal it.
        See :mod:`facet.workbench.exports`."""
        ensure_footage(self.case, exhibit.split("/", 1)[0], full=True, progress=progress)
        return export_png(self.case, exhibit, out, self.language)

    def export_pictures(
        self,
        out: Path,
        exhibits: list[str] | None = None,
        progress: Progress = SILENT,
        *,
        language: str | None = None,
    ) -> list[dict[str, Json]]:
        """Write several pictures (by default every crop and output) into a folder, and journal each."""
        return export_pictures(self.case, out, exhibits, language or self.language, progress)

    def export_case_uco(self, out: Path, progress: Progress = SILENT) -> dict[str, Json]:
        """Write what the case holds as CASE/UCO JSON-LD, and journal that."""
        return export_case_uco(self.case, out, progress)

    def export_package(
        self,
        out: Path,
        *,
        with_footage: bool = False,
        with_weights: bool = False,
        language: str | None = None,
        key: SealKey | None = None,
        authority: str | None = None,
        progress: Progress = SILENT,
    ) -> dict[str, Json]:
        """Write the case with its report, pictures, receipts and cards as a bag that anybody can check, and journal
        it. With a ``key`` the case is sealed for the report, and once more as it is packed. See
        :func:`facet.workbench.packages.export_package`."""
        tongue = language or self.language

        def report(place: Path) -> None:
            self.report(place, language=tongue, key=key, authority=authority, progress=progress)
            if key is not None:
                self.seal(key, authority=authority)

        return export_package(
            self.case,
            self.store,
            out,
            report=report,
            language=tongue,
            with_footage=with_footage,
            with_weights=with_weights,
            progress=progress,
        )

    def report(
        self,
        out: Path,
        *,
        language: str | None = None,
        key: SealKey | None = None,
        authority: str | None = None,
        progress: Progress = SILENT,
    ) -> dict[str, Json]:
        """Write the PDF report and journal its digest. With a ``key`` the case is sealed first, and the report prints
        the seal; ``authority`` as in :meth:`seal`."""
        return make_report(
            self.case,
            self.store,
            self.inference,
            out,
            language=language or self.language,
            key=key,
            authority=self._authority(authority),
            progress=progress,
        )

    def show(self) -> dict[str, Json]:
        """What the case holds."""
        return self.case.show()

    def page(self, kind: str, *, after: int = 0, count: int = 100, of: str | None = None) -> Page[Listed]:
        """A page of a long list: see :meth:`facet.case.Case.page`."""
        return self.case.page(kind, after=after, count=count, of=of)

    def find(self, words: Sequence[str], *, after: int = 0, count: int = 100) -> Page[Hit]:
        """The exhibits to which all words belong: see :mod:`facet.case.finding`; what somebody typed becomes words by
        :func:`facet.case.words_of`."""
        return self.case.find(words, after=after, count=count)

    def _index_to_keep(self, reader: Reader) -> tuple[str, bytes] | None:
        """The reader's index, where the case has room for it and none by the same decoder."""
        if reader.restored or not self.case.keeps_indexes:
            return None
        held = next((row.id for row in self.case.footage() if row.sha256 == reader.sha256), None)
        if held is not None and reader.decoder in self.case.index_decoders(held):
            return None
        stored = reader.stored_index
        return None if stored is None else (stored.decoder, stored.content)

    def _named(self, exhibit: str) -> str:
        """The id of an exhibit just recorded, which the agency's scheme names if there is one."""
        if self.settings.exhibit_names:
            name_exhibit(self.case, self.settings.exhibit_names, exhibit)
        return exhibit

    @property
    def home(self) -> Path:
        """The folder with the settings."""
        return self.store.folder.parent

    def _authority(self, given: str | None) -> str:
        return self.settings.time_stamp if given is None else given

    @property
    def language(self) -> str:
        """The language of what is written from here."""
        return self.settings.language or current_language()


def _counted(progress: Progress, number: int, count: int) -> Progress:
    """Progress that says which of several outputs it is about."""
    if count == 1:
        return progress
    return lambda done, total, label="": progress(done, total, f"{number}/{count} {_(label) if label else ''}".rstrip())
