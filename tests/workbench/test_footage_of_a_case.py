"""Footage of a case is opened by its kept index, marked, and its clock read; a changed file is told before anything."""

from __future__ import annotations

import os
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from case.tampering import unguarded
from clips import make_clip, read_number
from facet.core.camera_clock import CameraClock
from facet.core.errors import InputError
from facet.footage import stored_index
from facet.workbench import CaseSession, Workbench
from released import released


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    with Workbench(home=tmp_path / "home") as made:
        yield made


@pytest.fixture
def session(bench: Workbench, tmp_path: Path) -> Iterator[CaseSession]:
    clip = make_clip(tmp_path / "door.mp4", frames=30, gop=10, bframes=2)
    with (
        bench.create_case(tmp_path / "c.facet", number="1", examiner="Kim") as made,
        bench.open_footage(clip) as reader,
    ):
        assert made.ingest(reader) == "1"
        yield made


def actions(session: CaseSession) -> list[str]:
    return [entry.action for entry in session.case.journal()]


def test_it_is_indexed_once_and_gives_the_same_frames(session: CaseSession):
    labels: set[str] = set()
    with session.open_footage("1", lambda done, total, label="": labels.add(label)) as reader:
        assert reader.restored
        assert [read_number(reader.frame(n).picture) for n in (29, 0, 17)] == [29, 0, 17]
        crop_frame = reader.frame(17)
        assert session.ingest(reader) == "1"
    assert not {label for label in labels if "packets" in label or "picture" in label}
    assert actions(session) == ["create", "ingest"]
    assert session.case.add_frame("1", crop_frame) == "1/F17"
    assert session.case.footage()[0].md5 is not None
    assert session.verify().ok


def test_another_decoder_makes_an_index_of_its_own_beside_and_each_uses_its_own(
    session: CaseSession, monkeypatch: pytest.MonkeyPatch
):
    def opened() -> tuple[str, bool]:
        with session.open_footage("1") as reader:
            return reader.decoder, reader.restored

    first, _ = opened()
    with monkeypatch.context() as newer:
        newer.setattr(stored_index, "__version__", "another")
        second, restored = opened()
        assert (second != first, restored) == (True, False)
        assert session.case.index_decoders("1") == [first, second]
        assert opened() == (second, True)
    assert opened() == (first, True)
    assert actions(session) == ["create", "ingest", "index"]


def test_a_tampered_index_is_not_used_and_verification_names_it(session: CaseSession, tmp_path: Path):
    with unguarded(tmp_path / "c.facet") as connection:
        connection.execute("UPDATE indexes SET content = CAST(x'00' || substr(content, 2) AS BLOB)")
    with pytest.raises(InputError, match="I1 has been altered"):
        session.open_footage("1")
    assert [(row.exhibit, row.check) for row in session.verify().failed] == [("I1", "index")]


@pytest.mark.parametrize("keep_time", [True, False])
def test_a_changed_file_is_told_even_where_size_and_time_are_as_they_were(
    session: CaseSession, tmp_path: Path, keep_time: bool
):
    clip = tmp_path / "door.mp4"
    before = clip.stat()
    content = bytearray(clip.read_bytes())
    content[len(content) // 2] ^= 0xFF
    clip.write_bytes(content)
    if keep_time:
        os.utime(clip, ns=(before.st_atime_ns, before.st_mtime_ns))
    with pytest.raises(InputError, match="not what was ingested"):
        session.open_footage("1")
    assert actions(session)[-1] == "footage-check"


def test_a_case_of_format_1_0_opens_its_footage_without_an_index(bench: Workbench, tmp_path: Path):
    path = released("1.0", tmp_path / "old.facet")
    clip = make_clip(tmp_path / "door.mp4", frames=6)
    with bench.open_case(path) as session, bench.open_footage(clip) as reader:
        footage = session.ingest(reader)
        with session.open_footage(footage) as again:
            assert (again.restored, again.count) == (False, 6)
        with pytest.raises(InputError, match=r"format 1\.0"):
            session.mark(footage, 3)
        assert session.clock(footage) is None
        assert session.verify().ok


def test_marks_and_the_clock_go_through_the_session(session: CaseSession):
    mark = session.mark("1", 3, 9, "he turns")
    session.withdraw(mark, "another")
    assert [(each.id, each.withdrawn) for each in session.marks("1")] == [(mark, "another")]
    assert session.seconds("1", 25) == Fraction(1)
    with pytest.raises(InputError, match="no frame 30"):
        session.seconds("1", 30)
    clock = CameraClock.read(index=25, seconds=Fraction(1), shows="2026-11-02 14:03:12", zone="Asia/Seoul")
    session.set_clock("1", clock)
    assert session.clock("1") == clock


def test_cancelling_while_it_is_read_leaves_no_process(bench: Workbench, tmp_path: Path):
    import threading

    from facet.core.errors import Cancelled
    from facet.core.progress import cancellable

    stop = threading.Event()
    stop.set()
    clip = make_clip(tmp_path / "door.mp4", frames=6)
    with pytest.raises(Cancelled):
        bench.open_footage(clip, cancellable(stop))
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith(("hashing", "digest"))]
