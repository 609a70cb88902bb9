"""An open case as its readers see it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

import numpy as np
from numpy.typing import NDArray

from facet.case import footage_files, schema
from facet.case.case_rows import CaseRows
from facet.case.contents import Contents
from facet.case.database import Database
from facet.case.encryption import CaseKey
from facet.case.exhibits import Exhibit
from facet.case.footage_files import FootageCheck
from facet.case.journal import NamedRow
from facet.case.lock import WriterLock
from facet.case.migration import migrate
from facet.case.png import decode_png
from facet.case.reading import altered, keeps, missing, read_bytes, read_one
from facet.case.rows import FootageRow, OutputRow
from facet.case.verification import Verification
from facet.case.verify import verify_case
from facet.core.digest import picture_digest
from facet.core.errors import InputError
from facet.core.frame import Picture
from facet.core.progress import SILENT, Progress
from facet.core.receipt import Receipt
from facet.core.run import Companion


class OpenCase(CaseRows):
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
