"""Outputs made again: equal, within what is stated, different, or not tried, and then what is lacking is named."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from case.evidence import LEAD, add_run
from case.tampering import sql
from clips import make_clip
from facet.case import Case
from facet.core.errors import InputError
from facet.core.geometry import Box
from facet.weights import Store
from facet.workbench import CaseSession, Repetition, Settings, Verdict, Workbench, worst
from facet.workbench.difference import (
    COARSE,
    INTERPOLATED,
    ONE_PASS,
    STEPWISE,
    Difference,
    all_within,
    difference,
    tolerance_of,
)
from facet.workbench.repetition import Lacking
from facet.workbench.reproduction import weights_of
from networks import card
from sampling import BACKEND, REASON, make_sampled, use_sampler

OUTPUT = "1/F412/C1/E1"


@pytest.fixture
def sampled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    use_sampler(monkeypatch)
    return make_sampled(tmp_path, samples=2)


@contextmanager
def another_machine(case: Path, home: Path) -> Iterator[CaseSession]:
    with Workbench(home, Settings(language="en")) as bench, bench.open_case(case, writable=False) as session:
        yield session


def repeated(case: Path, home: Path) -> Repetition:
    with another_machine(case, home) as session:
        (row,) = session.reproduce(OUTPUT)
    return row


def test_the_same_pictures_are_equal_and_nothing_is_written(sampled: Path, tmp_path: Path) -> None:
    before = sampled.read_bytes()
    row = repeated(sampled, tmp_path / "other")
    assert (row.verdict, row.equal, row.differences, row.lacking) == (Verdict.EQUAL, True, (), ())
    assert row.message == "Equal, bit for bit."
    assert sampled.read_bytes() == before


@pytest.mark.parametrize(
    ("levels", "verdict", "words"), [(1, Verdict.WITHIN, "Within tolerance"), (64, Verdict.DIFFERENT, "Different")]
)
def test_how_far_it_is_apart_is_measured_and_compared_with_what_is_stated(
    sampled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, levels: int, verdict: Verdict, words: str
) -> None:
    monkeypatch.setenv("FACET_TEST_DRIFTS", f"sample-2:{levels}")
    row = repeated(sampled, tmp_path / "other")
    assert (row.verdict, row.equal) == (verdict, False)
    assert row.differing == ("spread", "sample-2")
    spread, sample = row.differences
    assert (spread.name, sample.name, sample.largest) == ("spread", "sample-2", levels)
    assert sample.mean == pytest.approx(levels * 3 / (64 * 80 * 3))
    assert row.tolerance == STEPWISE
    assert words in row.message
    assert f"at most {levels} levels of 255 apart" in row.message
    assert "The software and the machine are the same." in row.message
    told = row.to_json()
    assert told["verdict"] == verdict.value
    assert told["tolerance"] == {"largest": 4, "mean": "0.1000"}


def test_a_picture_that_does_not_come_or_has_another_size_is_never_within() -> None:
    grey = np.full((4, 5, 3), 90, np.uint8)
    assert difference("output", grey, grey) == Difference(name="output", largest=0, mean=0.0)
    for other in (None, grey[1:]):
        lost = difference("spread", grey, other)
        assert lost.largest is None
        assert not all_within([lost], COARSE)
    far = difference("spread", grey, grey + np.uint8(100))
    assert all_within([far], ONE_PASS)  # false colours: its samples are judged
    assert not all_within([dataclasses.replace(far, name="output")], ONE_PASS)
    dark, light = np.zeros((1, 1, 3), np.uint8), np.full((1, 1, 3), 255, np.uint8)
    assert difference("output", dark, light).largest == difference("output", light, dark).largest == 255


def test_what_is_stated_depends_on_the_way_of_computing_alone() -> None:
    exact = {"precision": "float32"}
    assert tolerance_of(card("interpolation/bicubic"), exact) == INTERPOLATED
    assert tolerance_of(card("edsr"), exact) == ONE_PASS
    assert tolerance_of(card("sr3/small"), exact) == tolerance_of(card("pulse"), exact) == STEPWISE
    assert tolerance_of(card("edsr"), {"precision": "bfloat16"}) == COARSE


def test_missing_weights_are_named_by_backend_and_digest(sampled: Path, tmp_path: Path) -> None:
    with Case.open(sampled, examiner="Kim") as case:
        output = add_run(case, "1/F412/C1", LEAD, reason=REASON)
    with another_machine(sampled, tmp_path / "other") as session:
        first, second = session.reproduce()
    assert first.verdict is Verdict.EQUAL
    assert (second.enhancement, second.verdict, second.equal) == (output, Verdict.NOT_TRIED, None)
    assert second.lacking == (Lacking(kind="weights", id="dream-x4", sha256="ab" * 32),)
    assert "dream-x4" in second.message
    assert "ab" * 32 in second.message
    assert worst([first, second]) is Verdict.NOT_TRIED


def test_weights_are_known_by_their_digest_whatever_they_are_called_here(tmp_path: Path) -> None:
    store = Store(tmp_path)
    shipped = store.card("srcnn-x4").descriptor
    theirs = dataclasses.replace(shipped, id="another-laboratorys-name")
    assert weights_of(store, theirs) == str(store.path("srcnn-x4"))


def test_a_device_that_is_not_here_is_told_and_the_processor_takes_its_place(
    sampled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FACET_TEST_DEVICE", "cuda:0")
    with Workbench(tmp_path / "home", Settings(language="en")) as bench, bench.open_case(sampled) as session:
        output = session.enhance("1/F412/C1", BACKEND, parameters={"samples": "2"}, reason=REASON)
    monkeypatch.delenv("FACET_TEST_DEVICE")
    with another_machine(sampled, tmp_path / "other") as session:
        (row,) = session.reproduce([output])
    assert row.verdict is Verdict.EQUAL
    assert row.lacking == (Lacking(kind="device", id="cuda:0", sha256=None),)
    assert "The run was on cuda:0, which is not here; it was made again on cpu." in row.message


def test_an_altered_crop_does_not_keep_the_other_outputs_from_being_made_again(sampled: Path, tmp_path: Path) -> None:
    with Workbench(tmp_path / "home", Settings(language="en")) as bench, bench.open_case(sampled) as session:
        crop = session.case.add_crop("1/F412", Box(x=1, y=1, w=16, h=16))
        session.enhance(crop, BACKEND, parameters={"samples": "2"}, seed=8, reason=REASON)
    sql(sampled, "UPDATE crops SET png = CAST(png || x'00' AS BLOB) WHERE id = '1/F412/C1'")
    with another_machine(sampled, tmp_path / "other") as session:
        first, second = session.reproduce()
        assert (first.verdict, second.verdict) == (Verdict.NOT_TRIED, Verdict.EQUAL)
        assert "altered" in first.message
        with pytest.raises(InputError, match="1/F412/C1/E9"):
            session.reproduce("1/F412/C1/E9")


@pytest.fixture
def filmed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A case with an output of a real frame of a real clip."""
    use_sampler(monkeypatch)
    path = tmp_path / "case" / "filmed.facet"
    path.parent.mkdir()
    clip = make_clip(tmp_path / "case" / "door.mp4", frames=6)
    with (
        Workbench(tmp_path / "home", Settings(language="en")) as bench,
        bench.create_case(path, number="1", examiner="Kim") as session,
        bench.open_footage(clip) as reader,
    ):
        crop = session.record_crop(session.ingest(reader), reader.frame(3), Box(x=8, y=8, w=16, h=16))
        session.enhance(crop, BACKEND, parameters={"samples": "2"}, reason=REASON)
    return path


def test_with_the_footage_the_frame_is_decoded_again_as_well(filmed: Path, tmp_path: Path) -> None:
    with another_machine(filmed, tmp_path / "other") as session:
        (row,) = session.reproduce(decode=True)
    assert row.verdict is Verdict.EQUAL
    assert row.frame is not None
    assert (row.frame.frame, row.frame.equal) == ("1/F3", True)
    assert "Frame 1/F3 was decoded again from the footage: the same pixels." in row.message


def test_the_case_alone_is_enough_and_missing_footage_is_named_where_it_is_asked_for(
    filmed: Path, tmp_path: Path
) -> None:
    alone = tmp_path / "usb" / filmed.name
    alone.parent.mkdir()
    filmed.replace(alone)
    with another_machine(alone, tmp_path / "other") as session:
        (row,) = session.reproduce()
        assert row.verdict is Verdict.EQUAL
        (row,) = session.reproduce(decode=True)
        digest = session.case.footage()[0].sha256
        assert row.verdict is Verdict.NOT_TRIED
        assert row.equal is True  # the output itself was made again
        assert row.lacking == (Lacking(kind="footage", id="1", sha256=digest),)
        assert digest in row.message
        (row,) = session.reproduce(decode=True, footage=filmed.parent)
        assert row.verdict is Verdict.EQUAL


def test_footage_that_was_changed_is_not_decoded_and_that_is_told(filmed: Path, tmp_path: Path) -> None:
    clip = filmed.with_name("door.mp4")
    content = bytearray(clip.read_bytes())
    content[len(content) // 2] ^= 0xFF
    clip.write_bytes(content)
    with another_machine(filmed, tmp_path / "other") as session:
        (row,) = session.reproduce(decode=True)
    assert row.verdict is Verdict.NOT_TRIED
    assert "is not what was ingested" in row.message
    assert row.lacking == ()
