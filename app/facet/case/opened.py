"""An open case as its readers see it."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from facet.case import footage_files, schema
from facet.case.contents import Contents
from facet.case.database import Database
from facet.case.encryption import CaseKey
from facet.case.exhibits import Exhibit
from facet.case.finding import Hit, find
from facet.case.footage_files import FootageCheck
from facet.case.journal import Entry, NamedRow, entries, last_entry
from facet.case.lock import WriterLock
from facet.case.migration import migrate
from facet.case.paging import Listed, Page, read_page, read_rows
from facet.case.png import decode_png
from facet.case.reading import altered, exists, keeps, missing, read_bytes, read_one
from facet.case.records import BAD_RECORD
from facet.case.rows import (
    Branch,
    CaseFacts,
    ClockRow,
    CropRow,
    ExhibitRow,
    FootageRow,
    FrameRow,
    Mark,
    OutputRow,
    Remark,
    Tag,
)
from facet.case.seals import SealRow
from facet.case.show import contents_json
from facet.case.verification import Verification
from facet.case.verify import verify_case
from facet.core.canonical import Json
from facet.core.digest import picture_digest
from facet.core.errors import InputError
from facet.core.frame import Picture
from facet.core.progress import SILENT, Progress
from facet.core.receipt import Receipt
from facet.core.run import Companion

T = TypeVar("T")


class OpenCase:
    """Everything that can be asked of an open case. Safe from any thread, one at a time.

    Whatever is read is first compared with its own digest; only :meth:`verify` compares it with the whole journal.
    """

    def __init__(self, database: Database, *, examiner: str | None, lock: WriterLock | None) -> None:
        """Use :meth:`create` or :meth:`open`."""
        self._database = database
        self._lock = lock
        self.examiner = examiner

    @classmethod
    def _open(
        cls,
        path: Path,
        *,
        key: CaseKey | None = None,
        examiner: str | None = None,
        lock: WriterLock | None = None,
        suspect: bool = False,
    ) -> Self:
        case = cls(Database(path, writable=lock is not None, key=key), examiner=examiner, lock=lock)
        try:
            if not suspect:
                case._check_schema()
        except BaseException:
            case.close()
            raise
        return case

    def close(self) -> None:
        """Let go of the file. May be called twice."""
        self._database.close()
        if self._lock is not None:
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def path(self) -> Path:
        """The case file."""
        return self._database.path

    @property
    def writable(self) -> bool:
        """Whether it was opened to write."""
        return self._database.writable

    @property
    def encrypted(self) -> bool:
        """Whether the file can be read only with its passphrase."""
        return self._database.key is not None

    @property
    def meta(self) -> CaseFacts:
        """What was stated when the case was made."""
        return self._held(lambda held: held.facts)

    def show(self) -> dict[str, Json]:
        """What the case holds and nothing else, the same for the same case. Raises ``InputError`` if it was altered."""
        with self._database.read() as connection, self._telling_damage():
            return contents_json(connection)

    def head(self) -> dict[str, Json]:
        """Number and digest of the last journal entry: ``{"seq", "sha256"}``. It stands for the whole case."""
        with self._database.read() as connection:
            entry = last_entry(connection)
        if entry is None:
            raise altered("journal")
        return {"seq": entry.seq, "sha256": entry.sha256}

    def journal(self) -> list[Entry]:
        """All entries in order."""
        with self._database.read() as connection:
            return entries(connection)

    def tree(self) -> tuple[Branch, ...]:
        """Footage, and under each exhibit what was taken from it."""
        return self._held(lambda held: held.tree)

    def page(self, kind: str, *, after: int = 0, count: int = 100, of: str | None = None) -> Page[Listed]:
        """``count`` rows after number ``after`` of a long list, in the order they were recorded: ``footage``,
        ``frames``, ``crops``, ``outputs``, ``remarks`` of every kind, or entries of the ``journal``; only frames of the
        footage ``of``, crops of that frame, outputs of that crop, remarks about that exhibit. Raises ``InputError``."""
        with self._database.read() as connection, self._telling_damage():
            return read_page(connection, kind, after=after, count=count, of=of)

    def row(self, exhibit: str) -> ExhibitRow:
        """One exhibit. Raises ``InputError`` where the case does not hold it."""
        return self.rows([exhibit])[0]

    def rows(self, exhibits: Sequence[str]) -> list[ExhibitRow]:
        """These exhibits, in this order. Raises ``InputError`` where the case does not hold one."""
        with self._database.read() as connection, self._telling_damage():
            return read_rows(connection, exhibits)

    def holds(self, exhibit: str) -> bool:
        """Whether the case holds an exhibit of this id. Raises ``InputError`` for what is no id."""
        with self._database.read() as connection:
            return exists(connection, Exhibit.parse(exhibit).table, exhibit)

    def find(self, words: Sequence[str], *, after: int = 0, count: int = 100) -> Page[Hit]:
        """``count`` exhibits after the first ``after`` of those to which every word belongs, in the order of their
        ids: see :mod:`facet.case.finding`. Raises ``InputError`` where nothing is asked for."""
        with self._database.read() as connection, self._telling_damage():
            return find(connection, words, after=after, count=count)

    def footage(self) -> list[FootageRow]:
        """All footage in order of ingest."""
        return self._held(lambda held: held.footage)

    def frames(self) -> list[FrameRow]:
        """All frames in the order they were recorded."""
        return self._held(lambda held: held.frames)

    def crops(self) -> list[CropRow]:
        """All crops in the order they were recorded."""
        return self._held(lambda held: held.crops)

    def outputs(self) -> list[OutputRow]:
        """All outputs in the order they were recorded."""
        return self._held(lambda held: held.outputs)

    def remarks(self) -> list[Remark]:
        """All notes, findings, withdrawals and aliases in the order they were made."""
        return self._held(lambda held: held.remarks)

    def marks(self, footage_id: str | None = None) -> list[Mark]:
        """The marks in all footage, or in one, in the order they were made, those withdrawn among them."""
        return [mark for mark in self._held(lambda held: held.marks) if footage_id in (None, mark.footage)]

    def tags(self) -> list[Tag]:
        """All tags in the order they were given, those withdrawn among them."""
        return self._held(lambda held: held.tags)

    def seals(self) -> list[SealRow]:
        """All seals in the order they were made. What they are worth is not looked at here."""
        return self._held(lambda held: held.seals)

    def clocks(self, footage_id: str | None = None) -> list[ClockRow]:
        """The readings of clocks in pictures, in the order they were recorded, those withdrawn among them."""
        return [clock for clock in self._held(lambda held: held.clocks) if footage_id in (None, clock.footage)]

    def clock(self, footage_id: str) -> ClockRow | None:
        """The reading that holds for some footage: the last that stands. None without any."""
        standing = [clock for clock in self.clocks(footage_id) if clock.withdrawn is None]
        return standing[-1] if standing else None

    def index_decoders(self, footage_id: str) -> list[str]:
        """The builds of the decoders whose index of some footage the case keeps."""
        return [row.decoder for row in self._held(lambda held: held.indexes) if row.footage == footage_id]

    def migrate(self, out: Path, *, examiner: str, progress: Progress = SILENT) -> None:
        """Copy everything, byte for byte, into a new case ``out`` of the present format, with one entry that says so;
        this one stays as it is. Raises ``InputError`` where it has that format already or ``out`` can't be made, and
        ``NegativeAnswer`` where it is not what was recorded."""
        migrate(self._database, out, examiner=examiner, progress=progress)

    @property
    def format(self) -> str:
        """The version of its format, ``1.2``."""
        with self._database.read() as connection:
            return f"{schema.MAJOR}.{schema.minor_of(connection)}"

    @property
    def current(self) -> bool:
        """Whether it has the present format, which keeps everything that this program records."""
        with self._database.read() as connection:
            return schema.minor_of(connection) == schema.MINOR

    @property
    def keeps_indexes(self) -> bool:
        """Whether its format has room for them: not in 1.0."""
        with self._database.read() as connection:
            return keeps(connection, "indexes")

    @property
    def keeps_companions(self) -> bool:
        """Whether its format has room for them: not in 1.0 and 1.1."""
        with self._database.read() as connection:
            return keeps(connection, "companions")

    @property
    def keeps_seals(self) -> bool:
        """Whether its format has room for them, and for tags: not before 1.3."""
        with self._database.read() as connection:
            return keeps(connection, "seals")

    def stored_index(self, footage_id: str, decoder: str | None = None) -> tuple[str, bytes] | None:
        """What a decoder found in some footage, the build and the content as it was given: the decoder of this build,
        or the last one. None where the case has none. It is compared with the journal as well, since frames are found
        by it. Raises ``InputError`` if it was altered."""
        with self._database.read() as connection, self._telling_damage():
            held = Contents(connection)
            rows = [r for r in held.indexes if r.footage == footage_id and decoder in (None, r.decoder)]
            if not rows:
                return None
            row = rows[-1]
            told = {"record": row.record_sha256, "content": row.content_sha256}
            named = [each for entry in held.journal for each in entry.rows if each.table == "indexes"]
            footage = next((each.sha256 for each in held.footage if each.id == footage_id), None)
            if NamedRow(table="indexes", id=row.id, digests=told) not in named or row.footage_sha256 != footage:
                raise altered(row.id)
            return row.decoder, read_bytes(connection, "indexes", row.id, "content")

    def png(self, exhibit: str) -> bytes:
        """The stored PNG file of a frame, crop or output."""
        with self._database.read() as connection:
            return read_bytes(connection, self._pictured(exhibit), exhibit, "png")

    def picture(self, exhibit: str) -> Picture:
        """The pixels of a frame, crop or output: RGB (H, W, 3), uint8 or uint16."""
        return self._picture(self._pictured(exhibit), exhibit)

    def companion_picture(self, companion: str) -> NDArray[np.uint8]:
        """The pixels of a companion by its id (``1/F412/C1/E3/spread``): RGB uint8 (H, W, 3)."""
        return self._picture("companions", companion).astype(np.uint8, copy=False)

    def companions(self, output: str) -> tuple[Companion, ...]:
        """Everything that belongs to an output, with its pixels: the spread first. Empty where it is one picture."""
        row = self.row(output)
        rows = row.companions if isinstance(row, OutputRow) else ()
        return tuple(
            Companion(role=row.role, number=row.number, picture=self.companion_picture(row.id), facts=row.facts)
            for row in rows
        )

    def receipt(self, exhibit: str) -> Receipt:
        """The receipt of an output."""
        with self._database.read() as connection, self._telling_damage(exhibit):
            return Receipt.from_json(json.loads(read_bytes(connection, "outputs", exhibit, "receipt")))

    def card(self, exhibit: str) -> dict[str, Any]:
        """The card of an output's backend as it was at the run: the fields of a descriptor."""
        with self._database.read() as connection:
            return read_one(connection, "cards", read_one(connection, "outputs", exhibit)["card_sha256"])

    def locate_footage(self, footage_id: str, folder: Path | None = None) -> Path:
        """The file of some footage, not compared with its digest. Raises ``EnvironmentLacksError`` where it is not."""
        return footage_files.locate(self._footage(footage_id), self.path, folder)

    def check_footage(
        self, footage_id: str, full: bool = True, *, folder: Path | None = None, progress: Progress = SILENT
    ) -> FootageCheck:
        """Compare the file with what was ingested: its digest if ``full``, else size and time."""
        return footage_files.check(self._footage(footage_id), self.path, full=full, folder=folder, progress=progress)

    def verify(
        self,
        progress: Progress = SILENT,
        *,
        footage: Path | None = None,
        against: str | Mapping[str, Any] | None = None,
        pixels: bool = True,
    ) -> Verification:
        """Check everything in the case, the footage where it is found, and that it still holds the head ``against``
        (``12:<64 hex>``, the digest alone, or ``{"seq", "sha256"}``). Without ``pixels`` the files of pictures are
        compared with their digests and not unpacked, which takes far less time. Writes nothing."""
        return verify_case(self._database, progress, footage=footage, against=against, pixels=pixels)

    def _held(self, part: Callable[[Contents], T]) -> T:
        with self._database.read() as connection, self._telling_damage():
            return part(Contents(connection))

    @contextlib.contextmanager
    def _telling_damage(self, what: str | None = None) -> Iterator[None]:
        try:
            yield
        except BAD_RECORD as error:
            raise altered(what or self.path.name) from error

    def _footage(self, footage_id: str) -> FootageRow:
        if Exhibit.parse(footage_id).table != "footage":
            raise missing(footage_id)
        return cast(FootageRow, self.row(footage_id))

    def _pictured(self, exhibit: str) -> str:
        table = Exhibit.parse(exhibit).table
        if table == "footage":
            raise InputError(
                "{exhibit} is footage and has no picture of its own. Name a frame, crop or output.", exhibit=exhibit
            )
        return table

    def _picture(self, table: str, exhibit: str) -> Picture:
        with self._database.read() as connection:
            content = read_bytes(connection, table, exhibit, "png")
            record = read_one(connection, table, exhibit)
        picture = decode_png(content, size=(record["width"], record["height"]))
        if picture_digest(picture) != record["picture_sha256"]:
            raise altered(exhibit)
        return picture

    def _check_schema(self) -> None:
        with self._database.read() as connection:
            changes = schema.alterations(connection)
        if changes:
            raise InputError(
                "{name}: its tables have been altered ({what}). Don't rely on it; facet verify tells more.",
                name=self.path.name, what=", ".join(changes[:3]),
            )  # fmt: skip
