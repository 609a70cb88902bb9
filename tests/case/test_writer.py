"""One writer at a time; nothing acknowledged is ever lost, nothing half done is ever seen."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from case.closing import REFUSED, raw
from case.evidence import add_run, ingest, make_frame, noise
from facet.case import Case
from facet.case.lock import WriterLock
from facet.core.errors import EnvironmentLacksError, FacetError, InputError
from facet.core.geometry import Box

WRITER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from case.evidence import add_run, make_frame, noise
from facet.case import Case
from facet.core.geometry import Box

path, first = Path(sys.argv[1]), int(sys.argv[3])
film = path.parent / "corridor.mp4"
with Case.open(path, examiner="Park") as case:
    print("open", flush=True)
    for index in range(first, first + 10_000):
        frame = case.add_frame("1", make_frame(film, index, picture=noise(160, 200, seed=index)))
        print(frame, flush=True)
        print(add_run(case, case.add_crop(frame, Box(x=0, y=0, w=60, h=50))), flush=True)
        print(case.note(f"seen {index}", frame), flush=True)
"""


def start_writer(path: Path, first: int = 0) -> subprocess.Popen[str]:
    tests = Path(__file__).parent.parent
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), str(tests), str(first)], stdout=subprocess.PIPE, text=True
    )


@pytest.mark.slow
def test_a_writer_killed_at_any_moment_loses_nothing_it_acknowledged(harbour: Path):
    chance = random.Random(7)
    acknowledged: set[str] = set()
    for round_ in range(12):
        writer = start_writer(harbour, 1000 * (round_ + 1))
        assert writer.stdout is not None
        assert writer.stdout.readline() == "open\n"
        acknowledged |= {writer.stdout.readline().strip() for _ in range(chance.randrange(9))}
        time.sleep(chance.uniform(0.0, 0.06))
        writer.kill()
        out, _ = writer.communicate()
        acknowledged |= set(out.split())
        with Case.open(harbour) as case:  # a reader, before any writer has cleaned up
            held = {row.id for row in (*case.frames(), *case.outputs(), *case.remarks())}
            assert acknowledged <= held
            if round_ % 4 == 3:
                assert case.verify().ok
    assert len(acknowledged) > 12
    with Case.open(harbour, examiner="Kim") as case:  # the lock of a killed writer bars nobody
        case.note("after all that")
        assert case.verify().ok


def test_a_second_writer_is_told_who_writes_and_a_reader_is_not_disturbed(harbour: Path):
    writer = start_writer(harbour)
    try:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "open\n"
        with pytest.raises(InputError) as told:
            Case.open(harbour, examiner="Kim")
        assert "Park" in str(told.value)
        assert str(writer.pid) in str(told.value)
        with Case.open(harbour) as reader:
            assert len(reader.frames()) >= 2
    finally:
        writer.kill()
        writer.communicate()
    with Case.open(harbour, examiner="Kim") as case:
        case.note("now it is free")


def test_within_one_program_too_there_is_one_writer(harbour: Path):
    with Case.open(harbour, examiner="Lee"):
        with pytest.raises(InputError, match="being written by Lee"):
            Case.open(harbour, examiner="Kim")
        other = harbour.with_name("link.facet")
        other.symlink_to(harbour)
        with pytest.raises(InputError, match="being written by Lee"):
            Case.open(other, examiner="Kim")
    with Case.open(harbour, examiner="Kim") as case:
        case.note("free")
    assert not harbour.with_name(harbour.name + ".lock").exists()


def test_a_hostile_lock_file_is_shown_harmlessly(harbour: Path):
    lock = WriterLock(harbour)
    lock.take("Lee")
    for content in (
        b"",
        b"\xff\xfe",
        b"[1, 2]",
        b"[" * 9000,
        json.dumps({"examiner": "\x1b[2J" + "x" * 9999}).encode(),
    ):
        lock.path.write_bytes(content)
        with pytest.raises(InputError) as told:
            Case.open(harbour, examiner="Kim")
        assert str(told.value).isprintable()
        assert len(str(told.value)) < 500
    lock.release()
    lock.release()


def test_a_lock_that_is_a_link_is_not_followed(harbour: Path, tmp_path: Path):
    precious = tmp_path / "precious.txt"
    precious.write_text("keep")
    harbour.with_name(harbour.name + ".lock").symlink_to(precious)
    with pytest.raises(InputError):
        Case.open(harbour, examiner="Kim")
    assert precious.read_text() == "keep"


def test_many_threads_may_use_one_case(harbour: Path):
    troubles: list[BaseException] = []
    with Case.open(harbour, examiner="Kim") as case:

        def work(n: int) -> None:
            try:
                for i in range(5):
                    case.note(f"{n} {i}")
                    case.show()
            except BaseException as error:  # noqa: BLE001  # carried to the test's own thread
                troubles.append(error)

        threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert troubles == []
        assert len(case.remarks()) == 22
        assert case.verify().ok


def test_a_full_disk_is_told_and_leaves_the_case_unharmed(harbour: Path):
    with Case.open(harbour, examiner="Kim") as case:
        before = case.show()
        connection = case._database._connection
        assert connection is not None
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 2}")
        connection.rollback()
        film = harbour.parent / "corridor.mp4"
        with pytest.raises(EnvironmentLacksError, match="disk is full") as told:
            case.add_frame("1", make_frame(film, 1, picture=noise(400, 400)))
        assert "\n" not in str(told.value)
        assert case.show() == before
        with pytest.raises(EnvironmentLacksError):
            case.add_frame("1", make_frame(film, 1, picture=noise(400, 400)))
        connection.exec_driver_sql("PRAGMA max_page_count=1000000")
        connection.rollback()
        assert case.add_frame("1", make_frame(film, 1, picture=noise(400, 400))) == "1/F1"
        assert case.verify().ok


@pytest.mark.skipif(not hasattr(os, "fork"), reason="limits of file size are POSIX")
def test_a_file_that_may_not_grow_is_told_in_one_line(harbour: Path):
    import resource

    limit = harbour.stat().st_size + 16384
    code = (
        "import sys, signal, resource; from pathlib import Path; sys.path.insert(0, sys.argv[2])\n"
        "from case.evidence import make_frame, noise; from facet.case import Case\n"
        "from facet.core.errors import EnvironmentLacksError\n"
        "path = Path(sys.argv[1]); film = path.parent / 'corridor.mp4'\n"
        "case = Case.open(path, examiner='Kim'); frame = make_frame(film, 1, picture=noise(400, 400))\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))\n"
        "try: case.add_frame('1', frame)\n"
        "except EnvironmentLacksError as error: print(error)\n"
    )
    assert resource.RLIMIT_FSIZE is not None
    arguments = [str(harbour), str(Path(__file__).parent.parent), str(limit)]
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    assert len(done.stdout.splitlines()) == 1, done
    assert "Nothing was recorded" in done.stdout
    with Case.open(harbour) as case:
        assert [row.id for row in case.frames()] == ["1/F412", "1/F413"]
        assert case.verify().ok


def test_another_programs_lock_is_told(harbour: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("facet.case.connecting.BUSY_SECONDS", 0.2)
    other = raw(harbour, isolation_level=None)
    with Case.open(harbour, examiner="Kim") as case:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(EnvironmentLacksError, match="Another program holds"):
            case.note("text")
        assert case.show()
        other.execute("ROLLBACK")
        case.note("text")
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM remarks").fetchall()
        with pytest.raises(EnvironmentLacksError, match="Another program holds"):
            case.note("more")  # a reader that does not let go keeps the commit from the disk
        other.execute("ROLLBACK")
        assert case.note("more") == "R4"
        assert case.verify().ok
    other.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE outputs SET backend = 'x'", "UPDATE outputs SET png = x'00'", "UPDATE journal SET entry = x'00'",
        "DELETE FROM outputs", "DELETE FROM journal", "DELETE FROM remarks WHERE id = 'R1'",
        "INSERT OR REPLACE INTO journal SELECT seq, sha256, x'00' FROM journal WHERE seq = 2",
        "INSERT OR REPLACE INTO remarks SELECT seq, id, kind, exhibit, record_sha256, x'00' FROM remarks",
        "REPLACE INTO footage SELECT 2, '2', sha256, record_sha256, record FROM footage",
        "REPLACE INTO crops SELECT 5, 'sly', frame, x, y, w, h, 'a', 'b', 'c', record, png FROM crops LIMIT 1",
        "INSERT INTO remarks (id, kind, record_sha256, record) VALUES ('R9', 'note', '', x'00')",
        "INSERT INTO remarks (seq, id, kind, record_sha256, record) VALUES (99, 'R99', 'note', '', x'00')",
        "INSERT INTO case_facts (seq, id, record_sha256, record) VALUES (2, 'other', '', x'00')",
        "UPDATE footage SET seq = 9",
    ],
)  # fmt: skip
@pytest.mark.parametrize("recursive", ["ON", "OFF"])
def test_the_file_itself_refuses_to_be_rewritten_whatever_program_asks(harbour: Path, statement: str, recursive: str):
    connection = raw(harbour, isolation_level=None)
    connection.execute(f"PRAGMA recursive_triggers={recursive}")
    with pytest.raises(REFUSED) as told:
        connection.execute(statement)
    assert "append-only" in str(told.value) or "no such column" in str(told.value)
    connection.close()
    with Case.open(harbour) as case:
        assert case.verify().ok


def test_a_case_is_set_up_as_the_format_says(harbour: Path):
    with Case.open(harbour, examiner="Kim") as case:
        connection = case._database._connection
        assert connection is not None

        def pragma(name: str) -> object:
            return connection.exec_driver_sql(f"PRAGMA {name}").scalar()

        assert pragma("page_size") == 8192
        assert pragma("application_id") == 0x46434554
        assert pragma("user_version") == (1 << 16) + 3
        assert pragma("journal_mode") == "delete"
        assert pragma("synchronous") == 3
        assert pragma("foreign_keys") == 1
        assert pragma("recursive_triggers") == 1
        assert pragma("trusted_schema") == 0
        assert pragma("encoding") == "UTF-8"
        strict = connection.exec_driver_sql(
            "SELECT name FROM pragma_table_list WHERE type = 'table' AND strict"
        ).scalars()
        assert len(set(strict) - {"sqlite_schema"}) == 11
        connection.rollback()


def test_the_writer_does_not_add_to_a_journal_that_was_altered(harbour: Path):
    from case.tampering import sql

    sql(harbour, "UPDATE journal SET entry = x'7b7d' WHERE seq = (SELECT max(seq) FROM journal)")
    with Case.open(harbour, examiner="Kim") as case:
        with pytest.raises(InputError, match="altered"):
            case.note("text")
        with pytest.raises(InputError, match="altered"):
            case.head()


def test_a_case_is_never_made_over_another_file(tmp_path: Path, harbour: Path):
    before = harbour.read_bytes()
    with pytest.raises(InputError, match="already exists"):
        Case.create(harbour, number="1", examiner="Kim")
    assert harbour.read_bytes() == before
    with pytest.raises(InputError, match="no folder"):
        Case.create(tmp_path / "nowhere" / "a.facet", number="1", examiner="Kim")
    with pytest.raises(InputError):
        Case.create(tmp_path / "a\0b.facet", number="1", examiner="Kim")


def test_a_case_that_can_not_be_finished_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def fails(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("facet.case.creation.recording.record_case", fails)
    with pytest.raises(EnvironmentLacksError, match="No space left"):
        Case.create(tmp_path / "a.facet", number="1", examiner="Kim")
    assert list(tmp_path.iterdir()) == []


def test_a_case_is_made_where_there_are_no_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def refused(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("facet.case.creation.os.link", refused)
    with Case.create(tmp_path / "a.facet", number="1", examiner="Kim") as case:
        assert case.verify().ok
    assert [path.name for path in tmp_path.iterdir()] == ["a.facet"]


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_creation_killed_at_any_moment_leaves_a_whole_case_or_none(tmp_path: Path):
    code = (
        "import sys; from pathlib import Path; from facet.case import Case\nprint('go', flush=True)\n"
        "for n in range(1000):\n"
        "    Case.create(Path(sys.argv[1]) / f'{n}.facet', number='1', examiner='Kim').close()\n"
    )
    chance = random.Random(3)
    for round_ in range(4):
        folder = tmp_path / str(round_)
        folder.mkdir()
        maker = subprocess.Popen([sys.executable, "-c", code, str(folder)], stdout=subprocess.PIPE)
        assert maker.stdout is not None
        maker.stdout.readline()
        time.sleep(chance.uniform(0.05, 0.4))
        maker.send_signal(signal.SIGKILL)
        maker.communicate()
        for path in folder.glob("[0-9]*.facet"):
            with Case.open(path) as case:
                assert case.verify().ok


def hot(harbour: Path, folder: Path) -> Path:
    """A copy of the case as it lies when its writer is killed in the middle of a transaction."""
    connection = raw(harbour, isolation_level=None)
    connection.execute("PRAGMA cache_size=2")
    connection.execute("BEGIN IMMEDIATE")
    for n in range(3, 60):
        connection.execute(
            "INSERT INTO remarks (seq, id, kind, record_sha256, record) VALUES (?, ?, 'note', '', zeroblob(9000))",
            (n, f"R{n}"),
        )
    folder.mkdir()
    copy = folder / "hot.facet"
    shutil.copyfile(harbour, copy)
    shutil.copyfile(harbour.with_name(harbour.name + "-journal"), folder / "hot.facet-journal")
    shutil.copyfile(harbour.parent / "corridor.mp4", folder / "corridor.mp4")
    connection.execute("ROLLBACK")
    connection.close()
    assert copy.stat().st_size > harbour.stat().st_size
    return copy


def test_a_reader_undoes_a_half_done_transaction_in_a_copy_of_its_own(harbour: Path, tmp_path: Path):
    copy = hot(harbour, tmp_path / "hot")
    before = {path.name: path.read_bytes() for path in copy.parent.iterdir()}
    with Case.open(harbour) as whole, Case.open(copy) as case:
        assert case.show() == whole.show()
        assert case.verify().ok
        assert case.check_footage("1").ok
        assert {path.name: path.read_bytes() for path in copy.parent.iterdir()} == before
        with Case.open(copy, examiner="Kim") as writer:  # undoes it in place
            writer.note("recovered")
        assert not copy.with_name(copy.name + "-journal").exists()
        assert [remark.text for remark in case.remarks()][-1] == "recovered"  # and the reader sees that


def test_a_writer_undoes_a_half_done_transaction(harbour: Path, tmp_path: Path):
    copy = hot(harbour, tmp_path / "hot")
    with Case.open(copy, examiner="Kim") as case:
        assert ingest(case, copy.parent / "corridor.mp4") == "1"
        add_run(case, case.add_crop("1/F412", Box(x=0, y=0, w=8, h=8)))
        assert case.verify().ok


def test_use_after_closing_is_told(harbour: Path):
    case = Case.open(harbour, examiner="Kim")
    case.close()
    case.close()
    with pytest.raises(FacetError):
        case.note("text")
