"""A file from elsewhere is looked at before it is trusted, and reading it leaves no trace."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from case.evidence import make_case
from facet.case import Case
from facet.core.errors import FacetError, InputError


def refused(path: Path) -> str:
    """What is said of a file, the same to readers and writers, in one line."""
    said = set()
    for examiner in (None, "Kim"):
        with pytest.raises(FacetError) as told:
            Case.open(path, examiner=examiner)
        assert told.value.exit_code == 2
        said.add(str(told.value))
    (line,) = said
    assert line.isprintable()
    return line


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "empty"),
        (b"PK\x03\x04 a zip", "not a Facet case"),
        (b"text", "not a Facet case"),
        (b"\0" * 8192, "not a Facet case"),
        (b"SQLite format 3\0", "cut off"),
        (b"SQLite format 3\0" + b"\0" * 84, "another program's"),
    ],
)
def test_what_is_not_a_case_is_refused(tmp_path: Path, content: bytes, what: str):
    path = tmp_path / "sly.facet"
    path.write_bytes(content)
    assert what in refused(path)
    assert [path.name for path in tmp_path.iterdir()] == ["sly.facet"]


def test_another_programs_database_is_refused(tmp_path: Path):
    path = tmp_path / "other.facet"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE t (a)")
    connection.close()
    assert "another program's database" in refused(path)


def test_folders_and_files_that_are_not_there_are_told(tmp_path: Path):
    assert "folder" in refused(tmp_path)
    assert "no case" in refused(tmp_path / "nowhere.facet")
    with pytest.raises(InputError):
        Case.open(tmp_path / "a\0b.facet")
    assert list(tmp_path.iterdir()) == []


def patch(path: Path, place: int, content: bytes) -> None:
    with path.open("r+b") as stream:
        stream.seek(place)
        stream.write(content)


@pytest.mark.parametrize(
    ("place", "content", "what"),
    [
        (60, struct.pack(">HH", 2, 0), "newer Facet (format 2.0)"),
        (60, struct.pack(">HH", 0x7FFF, 0), "newer Facet"),
        (60, struct.pack(">I", 0), "changed by another program"),
        (18, b"\x02\x02", "changed by another program"),
        (16, b"\x10\x00", "changed by another program"),
        (20, b"\x08", "changed by another program"),
        (56, struct.pack(">I", 2), "changed by another program"),
        (44, struct.pack(">I", 9), "changed by another program"),
    ],
)
def test_a_header_that_no_case_has_is_refused(harbour: Path, place: int, content: bytes, what: str):
    patch(harbour, place, content)
    assert what in refused(harbour)


def test_a_newer_minor_version_is_left_to_the_program_that_knows_it(harbour: Path):
    patch(harbour, 60, struct.pack(">HH", 1, 7))
    assert "written by a newer Facet (format 1.7)" in refused(harbour)


@pytest.mark.parametrize("part", [0.001, 0.01, 0.3, 0.5, 0.9, 0.99999])
def test_a_truncated_case_is_refused(harbour: Path, part: float):
    with harbour.open("r+b") as stream:
        stream.truncate(int(harbour.stat().st_size * part))
    assert "cut off" in refused(harbour)


def test_a_write_ahead_log_beside_the_case_is_not_let_in(harbour: Path):
    """SQLite would read what lies beside the file as if it were in it."""
    harbour.with_name(harbour.name + "-wal").write_bytes(b"\x37\x7f\x06\x82" + b"\0" * 28)
    before = sorted(path.name for path in harbour.parent.iterdir())
    assert "changed by another program" in refused(harbour)
    assert sorted(path.name for path in harbour.parent.iterdir()) == before


def test_rubbish_beside_the_case_as_an_undo_log_changes_nothing(harbour: Path):
    before = harbour.read_bytes()
    harbour.with_name(harbour.name + "-journal").write_bytes(b"rubbish" * 100)
    with Case.open(harbour) as case:
        assert case.verify().ok
    assert harbour.read_bytes() == before


def test_a_schema_of_nonsense_is_one_plain_line(harbour: Path):
    connection = sqlite3.connect(harbour)
    connection.execute("PRAGMA writable_schema=ON")
    connection.execute("UPDATE sqlite_schema SET sql = 'CREATE nonsense' WHERE name = 'outputs'")
    connection.commit()
    connection.close()
    assert "damaged" in refused(harbour)


def test_a_hostile_trigger_or_view_never_runs(harbour: Path):
    connection = sqlite3.connect(harbour)
    connection.execute("CREATE VIEW sly AS SELECT load_extension('sly')")
    connection.commit()
    connection.close()
    assert "foreign view sly" in refused(harbour)


def state(folder: Path) -> dict[str, tuple[bytes, int, int]]:
    return {
        path.name: (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_ino) for path in sorted(folder.iterdir())
    }


def read_everything(path: Path) -> None:
    with Case.open(path) as case:
        assert case.verify(footage=path.parent, against=f"{case.head()['seq']}:{case.head()['sha256']}").ok
        case.show()
        case.tree()
        for row in case.outputs():
            case.receipt(row.id)
            case.card(row.id)
            case.picture(row.id)
            case.picture(row.crop)


def test_reading_leaves_no_trace(harbour: Path):
    folder_time = harbour.parent.stat().st_mtime_ns
    before = state(harbour.parent)
    read_everything(harbour)
    assert state(harbour.parent) == before
    assert harbour.parent.stat().st_mtime_ns == folder_time


def test_verifying_a_damaged_case_leaves_no_trace(harbour: Path):
    patch(harbour, harbour.stat().st_size // 2, b"\xa5" * 5000)
    before = state(harbour.parent)
    with Case.open(harbour, suspect=True) as case:
        assert not case.verify().ok
    assert state(harbour.parent) == before


READER = """
import os, sys
from pathlib import Path
from facet.case import Case
from facet.core.errors import InputError
with Case.open(Path(sys.argv[2])) as case:  # everything is imported before the rights are given up
    assert case.verify().ok
if sys.argv[3] != "0":
    os.setgid(int(sys.argv[3])); os.setuid(int(sys.argv[3]))
path = Path(sys.argv[1])
assert not os.access(path.parent, os.W_OK), "the folder is not read-only"
with Case.open(path) as case:
    assert case.verify().ok
    case.show()
    case.picture("1/F412/C1/E1")
try:
    Case.open(path, examiner="Kim")
except InputError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_a_case_on_read_only_media_is_read_and_verified(harbour: Path, finished: Path):
    """Root may write anywhere, so then the reading is done by nobody's process."""
    folder = harbour.parent
    root = os.geteuid() == 0
    for path in folder.iterdir():
        path.chmod(0o444)
    folder.chmod(0o555)
    above = [parent for parent in folder.parents if parent.stat().st_uid == os.geteuid() and parent != Path("/")]
    modes = {parent: stat.S_IMODE(parent.stat().st_mode) for parent in above}
    try:
        for parent, mode in modes.items():
            if not mode & 0o001:
                parent.chmod(mode | 0o011)
        done = subprocess.run(
            [sys.executable, "-c", READER, str(harbour), str(finished), "65534" if root else "0"],
            capture_output=True, text=True, check=False, cwd="/", env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert "can't be written where it is" in done.stdout
        assert len(list(folder.iterdir())) == 2
    finally:
        for parent, mode in modes.items():
            parent.chmod(mode)
        folder.chmod(0o755)


def test_media_without_locks_are_read_as_they_are(harbour: Path, monkeypatch: pytest.MonkeyPatch):
    """A medium that can't lock answers with a disk error; nobody writes there, so none is needed."""
    from facet.case import connecting, database

    real = connecting.touch
    modes = []

    def touch(connection):
        modes.append(connection)
        if len(modes) == 1:
            raise database.DBAPIError("", None, _error(sqlite3.SQLITE_IOERR))
        real(connection)

    monkeypatch.setattr(connecting, "touch", touch)
    monkeypatch.setattr(database, "_fixed", lambda _: True)
    with Case.open(harbour) as case:
        assert len(modes) == 2
        assert case.meta.number == "2026-17"


def _error(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = code  # type: ignore[misc]
    return error


def test_a_case_of_another_place_opens_under_any_name(harbour: Path, tmp_path: Path):
    for name in ("사건 #1?.facet", "a%20b.facet", "it's & more.db", "-rf.facet"):
        copy = tmp_path / name
        shutil.copyfile(harbour, copy)
        with Case.open(copy, examiner="Kim") as case:
            case.note("open")
        assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == [name]
        copy.unlink()


def test_cases_can_be_made_under_any_name(tmp_path: Path):
    folder = tmp_path / "빈 칸 #?%41"
    folder.mkdir()
    make_case(folder, "사건 #1?.facet", frames=1, crops=1, outputs=1)
    assert sorted(path.name for path in folder.iterdir()) == ["corridor.mp4", "사건 #1?.facet"]
