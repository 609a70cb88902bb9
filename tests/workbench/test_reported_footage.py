"""What a report says of footage: clocks and marks in their places, and nothing that a hostile record can break."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from case.evidence import ingest, make_footage
from case.tampering import rechain, rewrite_record, unguarded
from clips import make_clip
from facet.case import Case
from facet.core.camera_clock import CameraClock
from facet.report.pdf import write_report
from facet.workbench import CaseSession, Workbench
from facet.workbench.reported_footage import footage_exhibit
from facet.workbench.reporting import report_document
from report_documents import make_document


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    with Workbench(home=tmp_path / "home") as made:
        yield made


@pytest.fixture
def session(bench: Workbench, tmp_path: Path) -> Iterator[CaseSession]:
    clip = make_clip(tmp_path / "door.mp4", frames=40)
    with bench.create_case(tmp_path / "c.facet", number="1", examiner="Kim") as made:
        with bench.open_footage(clip) as reader:
            made.ingest(reader)
            made.case.add_frame("1", reader.frame(30))
        yield made


def read(shows: str, **more: Any) -> CameraClock:
    return CameraClock.read(index=25, seconds=Fraction(1), shows=shows, zone="Asia/Seoul", **more)


def document(session: CaseSession):
    return report_document(session.case, session.store, session.inference)


def test_marks_and_clocks_stand_by_their_footage_and_times_apart_by_each_frame(session: CaseSession):
    session.mark("1", 10, None, "he turns")
    session.withdraw(session.mark("1", 12, 39), "another man")
    session.set_clock("1", read("2026-11-02 14:00:00"))
    session.set_clock("1", read("2026-11-02 14:03:12", true="2026-11-02 14:07:24", source="radio clock"))
    made = document(session)
    footage, frame = made.footage[0], made.frames[0]
    assert [(mark.first, mark.last, mark.seconds, mark.withdrawn) for mark in footage.marks] == [
        (10, None, "0.400000", None), (12, 39, "0.480000", "another man"),
    ]  # fmt: skip
    assert [clock.holds for clock in footage.clocks] == [False, True]
    assert (footage.clocks[1].apart, footage.clocks[1].behind) == ("0:04:12", True)
    assert footage.md5 is not None
    assert frame.seconds == "1.200000"
    assert frame.clock is not None
    assert frame.clock.shown == "2026-11-02 14:03:12 +09:00"
    assert frame.clock.true == "2026-11-02 14:07:24 +09:00"
    assert frame.clock.reading.source == "radio clock"


def test_without_a_reading_nothing_is_said_of_the_hour(session: CaseSession):
    session.mark("1", 10)
    made = document(session)
    assert (made.footage[0].clocks, made.frames[0].clock, made.footage[0].marks[0].shown) == ((), None, None)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_pages_hold_them(session: CaseSession, tmp_path: Path, language: str):
    import subprocess

    session.mark("1", 10, None, "he turns <b>&")
    session.set_clock("1", read("2026-11-02 14:03:12", true="2026-11-02 14:07:24", source="radio clock"))
    out = tmp_path / "report.pdf"
    session.report(out, language=language)
    try:
        told = subprocess.run(
            ["pdftotext", "-layout", str(out), "-"], capture_output=True, text=True, check=True
        ).stdout
    except FileNotFoundError:
        pytest.skip("pdftotext is not installed")
    for text in ("he turns <b>&", "2026-11-02 14:03:12 +09:00", "2026-11-02 14:07:24 +09:00", "0:04:12", "radio clock"):
        assert text in told
    assert session.case.footage()[0].md5 in told


HOSTILE: list[Any] = [
    None, 5, "text", [], [1, None, "x", {}], {}, {"a": {"b": []}}, [{"template": 5}],
    [{"template": "{a}", "values": 3}], [{"template": "{a.__class__}", "values": {}, "grave": True}],
    [{"index": "x", "type": 5, "width": "w", "codec": []}],
    "\u202e" * 50, 1 << 52, True,
]  # fmt: skip


def test_a_probe_of_any_shape_is_printed_or_left_out(tmp_path: Path):
    """The record agrees with its digest and its journal, and says nonsense."""
    path = tmp_path / "c.facet"
    with Case.create(path, number="1", examiner="Kim") as case:
        ingest(case, make_footage(tmp_path))
    names = [
        "container", "duration", "streams", "frames", "index_method", "index_reasons", "remarks", "decoder", "stream",
    ]  # fmt: skip
    rewritten = ""

    def follow(entries: list[dict]) -> list[dict]:
        entries[1]["rows"][0]["digests"]["record"] = rewritten
        return entries

    printed = []
    for value in HOSTILE:
        with unguarded(path) as connection:
            probe = dict.fromkeys(names, value)
            rewrite_record(connection, "footage", "1", lambda record, probe=probe: record.update(probe=probe))
            (rewritten,) = connection.execute("SELECT record_sha256 FROM footage").fetchone()
            rechain(connection, follow)
        with Case.open(path) as case:
            exhibit = footage_exhibit(case, case.footage()[0], case.check_footage("1"), "2026-01-31T12:00:00Z")
            printed.append(dataclasses.replace(exhibit, id=str(len(printed) + 1)))
    made = make_document(footage=tuple(printed), frames=())
    assert write_report(made, tmp_path / "r.pdf", language="en").pages > 3


def test_footage_is_read_once_for_a_report(session: CaseSession, monkeypatch: pytest.MonkeyPatch):
    from facet.case import footage_files

    real, seen = footage_files.sha256_file, []
    monkeypatch.setattr(
        footage_files, "sha256_file", lambda path, progress: (seen.append(path), real(path, progress))[1]
    )
    document(session)
    assert len(seen) == 1
