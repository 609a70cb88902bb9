"""Encrypted cases: nothing to be read without the passphrase, everything as in any other case with it."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import stat
import sys
import unicodedata
from pathlib import Path

import pytest

from case.closing import PASSPHRASE, close_cases, raw
from case.evidence import make_case, noise
from facet.case import Case, PassphraseWanted, PassphraseWrong, is_encrypted_case
from facet.case.encryption import MARK, SALT
from facet.case.sqlcipher import LastingConnection
from facet.core.errors import EnvironmentLacksError, InputError, NegativeAnswer

sqlcipher3 = pytest.importorskip("sqlcipher3")
SECRETS = (b"Harbour", b"2026-17", b"Kim Min-ji", b"The man at the door", b"corridor.mp4", b"SQLite format", b"journal",
           b"facet.", b"\x89PNG", b"IDAT", b"CREATE TABLE")  # fmt: skip


@pytest.fixture
def closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An encrypted case of its own. Its key is made with few rounds."""
    with monkeypatch.context() as patch:
        close_cases(patch.setattr)
        path = make_case(tmp_path, frames=1)
    monkeypatch.setattr("facet.case.encryption.ITERATIONS", 1000)
    return path


def test_nothing_of_the_case_can_be_read_in_the_file(closed: Path) -> None:
    content = closed.read_bytes()
    assert [secret for secret in SECRETS if secret in content] == []
    assert content.startswith(MARK)
    assert is_encrypted_case(closed)
    assert len(set(content)) == 256


def test_nothing_of_it_can_be_read_in_the_undo_log_nor_in_a_readers_copy(closed: Path, tmp_path: Path) -> None:
    connection = raw(closed, isolation_level=None)
    connection.execute("PRAGMA cache_size=2")
    connection.execute("BEGIN IMMEDIATE")
    for number in range(3, 40):
        connection.execute(
            "INSERT INTO remarks (seq, id, kind, record_sha256, record) VALUES (?, ?, 'note', '', zeroblob(9000))",
            (number, f"R{number}"),
        )
    (tmp_path / "hot").mkdir()
    hot = tmp_path / "hot" / "hot.facet"
    log = closed.with_name(closed.name + "-journal")
    assert log.stat().st_size > 8192
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    shutil.copyfile(log, hot.with_name(hot.name + "-journal"))
    shutil.copyfile(closed, hot)
    connection.execute("ROLLBACK")
    connection.close()
    log_bytes = hot.with_name(hot.name + "-journal").read_bytes()
    assert [secret for secret in SECRETS if secret in log_bytes] == []
    with Case.open(hot, passphrase=PASSPHRASE) as case:
        assert case._database.file != hot
        copied = case._database.file.read_bytes()
        assert [secret for secret in SECRETS if secret in copied] == []
        assert len(case.remarks()) == 2
        assert case.verify().ok


def test_any_sqlcipher_opens_it_with_the_passphrase(tmp_path: Path) -> None:
    path = tmp_path / "a.facet"
    Case.create(path, number="2026-17", examiner="Kim", passphrase="열려라 참깨 now").close()
    assert path.read_bytes()[len(MARK) : SALT] != bytes(SALT - len(MARK))
    connection = sqlcipher3.connect(str(path))
    connection.execute("PRAGMA cipher_log_level=NONE")
    connection.execute("PRAGMA key='열려라 참깨 now'")
    connection.execute("PRAGMA cipher_page_size=8192")
    assert connection.execute("SELECT count(*) FROM journal").fetchone() == (1,)
    connection.close()


@pytest.mark.parametrize(("given", "kind"), [(None, PassphraseWanted), ("wrong horse", PassphraseWrong)])
@pytest.mark.parametrize("how", [{}, {"examiner": "Kim"}, {"suspect": True}])
def test_without_its_passphrase_it_is_refused_in_one_line(
    closed: Path, given: str | None, kind: type[Exception], how: dict[str, object]
) -> None:
    before = closed.read_bytes()
    with pytest.raises(kind) as told:
        Case.open(closed, passphrase=given, **how)
    assert "\n" not in str(told.value)
    assert "assphrase" in str(told.value)
    assert closed.read_bytes() == before
    assert not closed.with_name(closed.name + ".lock").exists()


def test_a_passphrase_that_is_too_short_makes_no_case(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="8 characters"):
        Case.create(tmp_path / "a.facet", number="1", examiner="Kim", passphrase="쉬운 것")
    assert list(tmp_path.iterdir()) == []


def test_however_a_keyboard_composes_hangul_the_passphrase_is_the_same(closed: Path) -> None:
    apart = unicodedata.normalize("NFD", PASSPHRASE)
    assert apart != PASSPHRASE
    with Case.open(closed, passphrase=apart) as case:
        assert case.encrypted
        assert case.meta.title == "Harbour"


def test_a_passphrase_does_no_harm_to_a_case_that_needs_none(finished: Path) -> None:
    with Case.open(finished, passphrase=PASSPHRASE) as case:
        assert not case.encrypted


def test_a_damaged_page_is_named_and_the_rest_is_read(closed: Path) -> None:
    with Case.open(closed, examiner="Kim", passphrase=PASSPHRASE) as case:
        for number in range(60):
            case.note(f"{number} " + "x" * 1500)
        last = case._database._connection
        assert last is not None
        pages = last.exec_driver_sql("PRAGMA page_count").scalar_one()
        last.rollback()
    with closed.open("r+b") as stream:
        stream.seek((int(pages) - 6) * 8192 + 100)
        stream.write(b"\0")
    with Case.open(closed, passphrase=PASSPHRASE, suspect=True) as case:
        answer = case.verify()
    assert f"page {int(pages) - 5}" in answer.failed[0].message
    pictured = [row for row in answer.rows if row.check == "picture"]
    assert len(pictured) > 5
    assert all(row.ok for row in pictured)
    remarks = {row.exhibit: row.ok for row in answer.rows if row.exhibit and row.exhibit.startswith("R")}
    assert len(remarks) == 62
    assert 1 <= list(remarks.values()).count(False) < 20


@pytest.mark.parametrize("place", [5, 100, 8000])
def test_a_flipped_byte_anywhere_is_found_or_refused(closed: Path, place: int) -> None:
    content = bytearray(closed.read_bytes())
    content[place] ^= 1
    closed.write_bytes(content)
    with pytest.raises(PassphraseWrong, match="first page is damaged"):
        Case.open(closed, passphrase=PASSPHRASE, suspect=True)


def whole(path: Path) -> bool:
    """Whether a case is opened and found whole."""
    try:
        with Case.open(path, passphrase=PASSPHRASE, suspect=True) as case:
            return case.verify().ok
    except (InputError, NegativeAnswer):
        return False


def test_random_flips_on_any_page_are_found_or_refused(closed: Path) -> None:
    content, chance = closed.read_bytes(), random.Random(34)
    assert whole(closed)
    for _ in range(30):
        changed = bytearray(content)
        changed[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        closed.write_bytes(changed)
        assert not whole(closed)


def test_a_cut_file_is_a_plain_no(closed: Path) -> None:
    content = closed.read_bytes()
    for length in (4, 100, 8191):
        closed.write_bytes(content[:length])
        with pytest.raises(NegativeAnswer, match="cut off"):
            Case.open(closed, passphrase=PASSPHRASE, suspect=True)
    closed.write_bytes(content[: len(content) - 8192])
    with pytest.raises(NegativeAnswer, match=r"cut off|is damaged"):
        Case.open(closed, passphrase=PASSPHRASE, suspect=True)


def test_a_newer_format_and_a_foreign_set_up_are_seen_behind_the_passphrase(closed: Path) -> None:
    connection = raw(closed, isolation_level=None)
    connection.execute("PRAGMA user_version=131072")
    connection.close()
    with pytest.raises(InputError, match="newer Facet"):
        Case.open(closed, passphrase=PASSPHRASE)
    connection = raw(closed, isolation_level=None)
    connection.execute("PRAGMA application_id=1")
    connection.close()
    with pytest.raises(InputError, match="another program's database"):
        Case.open(closed, passphrase=PASSPHRASE)


def test_where_sqlcipher_is_not_installed_it_is_told(closed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sqlcipher3", None)
    with pytest.raises(EnvironmentLacksError, match="sqlcipher3"):
        Case.open(closed, passphrase=PASSPHRASE)
    with pytest.raises(EnvironmentLacksError, match="sqlcipher3"):
        Case.create(closed.with_name("b.facet"), number="1", examiner="Kim", passphrase=PASSPHRASE)
    assert not closed.with_name("b.facet").exists()


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX")
@pytest.mark.parametrize("passphrase", [None, PASSPHRASE])
def test_a_case_and_what_lies_beside_it_are_their_owners_alone(
    tmp_path: Path, passphrase: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("facet.case.encryption.ITERATIONS", 1000)
    mask = os.umask(0)
    try:
        path = tmp_path / "a.facet"
        left_behind = tmp_path / "a.facet.lock"
        left_behind.touch(mode=0o666)
        with Case.create(path, number="1", examiner="Kim", passphrase=passphrase) as case:
            assert {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()} == {
                "a.facet": 0o600,
                "a.facet.lock": 0o600,
            }
            with contextlib.suppress(KeyError), case._database.write() as connection:
                connection.exec_driver_sql("CREATE TABLE t (a BLOB)")
                connection.exec_driver_sql("INSERT INTO t VALUES (?)", (noise(64, 64).tobytes(),))
                log = tmp_path / "a.facet-journal"
                assert stat.S_IMODE(log.stat().st_mode) == 0o600
                raise KeyError  # nothing of this is kept
        path.chmod(0o664)
        Case.open(path, passphrase=passphrase).close()
        assert stat.S_IMODE(path.stat().st_mode) == 0o664
        Case.open(path, examiner="Kim", passphrase=passphrase).close()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    finally:
        os.umask(mask)


def test_a_disk_that_fails_while_a_commit_may_be_on_it_is_not_said_to_have_recorded_nothing(
    closed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLCipher's module says only that the disk failed, not where: the case itself is asked."""
    with Case.open(closed, examiner="Kim", passphrase=PASSPHRASE) as case:
        inner = case._database._connection.connection.driver_connection._inner
        for committed, words in ((False, "Nothing was recorded"), (True, "perhaps the last step")):

            def commit(kept: bool = committed) -> None:
                inner.execute("COMMIT" if kept else "ROLLBACK")
                error = sqlcipher3.OperationalError("disk I/O error")
                error.sqlite_errorcode = 10
                raise error

            monkeypatch.setattr(LastingConnection, "commit", lambda _, do=commit: do(), raising=False)
            with pytest.raises(EnvironmentLacksError, match=words):
                case.note("on the disk or not")
            monkeypatch.undo()
        assert [row.text for row in case.remarks()].count("on the disk or not") == 1


def test_a_case_that_is_gone_is_said_to_be_gone(closed: Path) -> None:
    with Case.open(closed, examiner="Kim", passphrase=PASSPHRASE) as case:
        closed.unlink()
        with pytest.raises(EnvironmentLacksError, match="no longer where it was opened"):
            case.note("text")
