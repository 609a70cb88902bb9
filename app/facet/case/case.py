"""The case: an append-only file of evidence, and what may be done with it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from facet import __version__
from facet.case import footage_files, recording, text
from facet.case.companions import check_companions
from facet.case.contents import Contents
from facet.case.creation import clear_drafts, create_case
from facet.case.encryption import CaseKey, PassphraseWanted
from facet.case.failures import read_only
from facet.case.header import DamagedCase, read_header
from facet.case.journal import MIGRATION, RECORDING, RELOCATION
from facet.case.lock import WriterLock, barred
from facet.case.png import encode_png
from facet.case.reading import read_one
from facet.case.remarking import RemarkingCase
from facet.core.canonical import Json
from facet.core.descriptor import Descriptor
from facet.core.digest import picture_digest
from facet.core.errors import InputError, InternalError, NegativeAnswer
from facet.core.frame import Frame
from facet.core.geometry import Box
from facet.core.owner_only import close_to_others
from facet.core.progress import SILENT, Progress
from facet.core.receipt import Receipt
from facet.core.run import Companion


class Case(RemarkingCase):
    """An open case file; a context manager.

    Everything that writes is one transaction with one journal entry, on disk when it returns.
    """

    @classmethod
    def create(
        cls,
        path: Path,
        *,
        number: str,
        examiner: str,
        agency: str = "",
        title: str = "",
        passphrase: str | None = None,
    ) -> Self:
        """Make a new case and open it to write; with a ``passphrase`` it is encrypted. Raises ``InputError`` where a
        file of that name exists, and for a passphrase that is too short."""
        path = Path(path)
        create_case(
            path,
            number=number,
            examiner=examiner,
            agency=agency,
            title=title,
            facet=__version__,
            passphrase=passphrase,
        )
        return cls.open(path, examiner=examiner, passphrase=passphrase)

    @classmethod
    def open(
        cls, path: Path, *, examiner: str | None = None, suspect: bool = False, passphrase: str | None = None
    ) -> Self:
        """Open a case, only to read when ``examiner`` is None.

        Raises ``InputError`` for what is not a case, is damaged or altered, and for a second writer, naming the first;
        ``PassphraseWanted`` for an encrypted one without ``passphrase``, ``PassphraseWrong`` with another's.
        ``suspect`` opens a file whose schema was altered, to :meth:`verify` it; damage that keeps even that from
        working is then a ``NegativeAnswer``.
        """
        path = Path(path)
        with contextlib.suppress(ValueError, OSError, RuntimeError):  # what is odd about the name is told below
            path = path.resolve()  # footage is relative to where the case really lies
        if examiner is None:
            try:
                return cls._open(path, key=_key(path, passphrase), suspect=suspect)
            except DamagedCase as error:
                if suspect:
                    raise NegativeAnswer(error.template, **error.values) from error
                raise
        if suspect:
            raise InternalError("A case that may have been altered is opened only to read.")
        key = _key(path, passphrase)
        examiner = text.line(examiner, lacking=text.NO_EXAMINER)
        if (reason := barred(path)) is not None:
            raise read_only(path, reason)
        lock = WriterLock(path)
        lock.take(examiner)
        try:
            clear_drafts(path)
            close_to_others(path)
            return cls._open(path, key=key, examiner=examiner, lock=lock)
        except BaseException:
            lock.release()
            raise

    def add_footage(
        self,
        *,
        path: Path,
        sha256: str,
        size: int,
        modified: str,
        probe: Json,
        md5: str | None = None,
        index: tuple[str, bytes] | None = None,
    ) -> str:
        """Ingest a file: its id. The same digest keeps its id; a new place is journalled. ``modified`` as
        :func:`~facet.case.footage_files.modified_utc` writes it; ``index`` the decoder's build and what it found,
        compressed, to be had again from :meth:`stored_index`."""
        path = Path(path)
        stored = footage_files.stored_path(path, self.path)
        with self._writing() as writing:
            known = {row.sha256: row for row in Contents(writing.connection).footage}
            if (row := known.get(sha256)) is None:
                name = path.name.encode("utf-8", "backslashreplace").decode("utf-8")
                return recording.record_footage(
                    writing,
                    name=name,
                    path=stored,
                    sha256=sha256,
                    md5=md5,
                    size=size,
                    modified=modified,
                    probe=probe,
                    index=index,
                )
        if row.path != stored:
            with self._writing() as writing:
                writing.journal(RELOCATION, row.id, details={"path": stored})
        if index is not None:
            self.add_index(row.id, index)
        return row.id

    def relink(self, footage_id: str, place: Path, progress: Progress = SILENT) -> Path:
        """Note where footage lies now: the file at ``place``, or in the folder ``place``, that has its digest. Nothing
        is written where the case says so already. Raises ``InputError`` where no file there has that digest."""
        row = self._footage(footage_id)
        found = footage_files.identify(row, place, progress)
        stored = footage_files.stored_path(found, self.path)
        if stored != row.path:
            with self._writing() as writing:
                writing.journal(RELOCATION, row.id, details={"path": stored})
        return found

    def add_index(self, footage_id: str, index: tuple[str, bytes]) -> None:
        """Keep the index that a decoder of another build made of footage the case holds. Nothing is written where one
        of that build is there, or the format is 1.0."""
        sha256 = self._footage(footage_id).sha256
        with self._writing() as writing:
            recording.record_index(writing, footage_id, sha256, index)

    def add_frame(self, footage_id: str, frame: Frame) -> str:
        """Keep a whole source frame: its id, which is the old one if the case has this very frame."""
        if picture_digest(frame.picture) != frame.picture_sha256:
            raise InternalError("The frame is not what its digest says. Nothing was recorded.")
        with self._database.read() as connection:
            if read_one(connection, "footage", footage_id)["sha256"] != frame.name.footage_sha256:
                raise InternalError("The frame is not from footage {exhibit}.", exhibit=footage_id)
            same, _ = recording.same_frame(connection, footage_id, frame)
        if same is not None:
            return same
        png = encode_png(frame.picture)
        with self._writing() as writing:
            same, count = recording.same_frame(writing.connection, footage_id, frame)
            return same or recording.record_frame(writing, footage_id, frame, png, count + 1)

    def add_crop(self, frame_id: str, box: Box) -> str:
        """Cut a box from a stored frame: the crop's id, which is the old one for the same box."""
        picture = box.cut(self._picture("frames", frame_id))
        with self._writing() as writing:
            same, count = recording.same_crop(writing.connection, frame_id, box)
            return same or recording.record_crop(writing, frame_id, box, picture, count + 1)

    def add_output(
        self,
        crop_id: str,
        *,
        picture: NDArray[np.uint8],
        receipt: Callable[[str], Receipt],
        descriptor: Descriptor,
        companions: Sequence[Companion] = (),
    ) -> str:
        """Keep what a backend made of a crop, with its companions: its new id. ``picture`` RGB uint8 (H, W, 3).

        ``receipt`` is called with the id and makes the receipt. It must tell of these pictures, this crop and card, and
        what makes several pictures must come with their spread (``InternalError``). A generative backend needs a reason
        in the receipt, companions a case of format 1.2 (``InputError``).
        """
        if picture.dtype != np.uint8:
            raise InternalError("An output has 8 bits per sample.")
        check_companions(picture, companions, architecture=descriptor.architecture, backend=descriptor.id)
        if companions:
            self.must_keep_companions(descriptor.id)
        with self._database.read() as connection:
            read_one(connection, "crops", crop_id)
        png = encode_png(picture)
        beside = [(one, encode_png(one.picture)) for one in companions]
        with self._writing() as writing:
            return recording.record_output(
                writing, crop_id, picture=picture, png=png, receipt=receipt, descriptor=descriptor, companions=beside
            )

    def must_keep_companions(self, backend: str) -> None:
        """Raise ``InputError`` where the case's format has no room for the spread of what ``backend`` makes."""
        if not self.keeps_companions:
            raise InputError(
                "{name} has an older format, which can't keep the spread of what {backend} makes, and nothing is shown "
                "without it. Nothing was recorded; make a new case for it.",
                name=self.path.name, backend=backend,
            )  # fmt: skip

    def log(
        self,
        action: str,
        exhibit: str | None = None,
        details: Json = None,
        digests: Mapping[str, str] | None = None,
    ) -> None:
        """Journal anything else that happened: an export or report with the digests of its files, a refused run."""
        if text.action(action) in (*RECORDING, RELOCATION, MIGRATION):
            raise InternalError("«{action}» is journalled only by what it records.", action=action)
        with self._writing() as writing:
            if exhibit is not None:
                self._must_hold(writing, exhibit)
            writing.journal(action, exhibit, digests=digests, details=details)


def _key(path: Path, passphrase: str | None) -> CaseKey | None:
    """What opens the case, None for one that is not encrypted."""
    salt = read_header(path).salt
    if salt is None:
        return None
    if passphrase is None:
        raise PassphraseWanted("{name} is encrypted. Give its passphrase.", name=path.name)
    return CaseKey.of(passphrase, salt)
