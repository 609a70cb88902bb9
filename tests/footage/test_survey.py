from __future__ import annotations

import itertools
import os
import signal
import sys
import threading
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from clips import make_still, read_number
from facet.core.child import Child, ChildDied
from facet.core.errors import Cancelled, InternalError
from facet.core.progress import SILENT
from facet.core.wire import Message
from facet.footage import Reader
from facet.footage import survey as survey_module
from facet.footage.activity import find_activity
from facet.footage.change import CutFinder, Measure
from facet.footage.indexing import make_index
from facet.footage.survey import Survey, SurveyBatch, coded_activity
from facet.footage.survey_server import Look
from facet.footage.survey_walk import Walk
from footages import CLIPS, FRAMES, number_shown

posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals and priorities")
KEYED = ("open-groups.ts", "long-group.mkv", "mpeg4-b.avi", "rolling-refresh.ts", "motion-jpeg.avi", "raw.h264")


class Answering:
    """In place of a survey process: always gives the same answer."""

    session = 1

    def __init__(self, answer: dict[str, object], thumbnail: bytearray) -> None:
        self.answer, self.thumbnail = answer, thumbnail

    def call(self, *_: object, **__: object) -> Message:
        return Message({"result": self.answer}, [self.thumbnail])


def looked_over(reader: Reader, *, thorough: bool | None = None, height: int = 90) -> tuple[Survey, list[SurveyBatch]]:
    with Survey.start(
        reader.path, reader.probe.stream, reader.index, thumbnail_height=height, thorough=thorough
    ) as survey:
        return survey, list(survey.batches())


def number_of(thumbnail: NDArray[np.uint8]) -> int:
    return read_number(thumbnail[:, :, 2::-1])


@pytest.mark.parametrize("name", CLIPS)
def test_every_thumbnail_bears_the_number_of_its_own_picture(name: str, clip: Callable[[str], Path]) -> None:
    path = clip(name)
    index, _ = make_index(path, name, 0, SILENT)
    walk = Walk(path, name, 0, index, True)
    numbers, changes = {}, []
    for answer, pictures in filter(None, Look(walk, index, 1_000).batches()):
        changes += [number for number, _ in answer["changes"]]
        for (number, height, width), picture in zip(answer["thumbnails"], pictures, strict=True):
            thumbnail = np.frombuffer(picture, np.uint8).reshape(height, width, 4)
            numbers[number] = number_shown(name, thumbnail[:, :, 2::-1])
    assert changes == list(range(index.count)), "a picture was not looked at"
    assert numbers == {number: number for number in range(index.count)}


@pytest.mark.parametrize("name", ["open-groups.ts", "raw.h264", "animation.gif", "folder"])
def test_small_thumbnails_come_from_a_process_of_their_own(
    name: str, clip: Callable[[str], Path], tmp_path: Path
) -> None:
    if name == "folder":
        for number in range(9):
            make_still(tmp_path / f"{number:04d}.png", number=number)
    with Reader.open(tmp_path if name == "folder" else clip(name)) as reader:
        _, batches = looked_over(reader, height=72)
        shown = {index: number_of(picture) for batch in batches for index, picture in batch.thumbnails}
        assert {picture.shape for batch in batches for _, picture in batch.thumbnails} == {(72, 144, 4)}
        assert shown == {index: index for index in range(reader.count)}
        assert read_number(reader.frame(reader.count - 1).picture) == shown[reader.count - 1]


@pytest.mark.parametrize("name", KEYED)
def test_keyframes_alone_bear_the_right_numbers_too(name: str, clip: Callable[[str], Path]) -> None:
    with Reader.open(clip(name)) as reader:
        survey, batches = looked_over(reader, thorough=False)
        keys = np.flatnonzero(reader.index.key).tolist()
    shown = {index: number_of(picture) for batch in batches for index, picture in batch.thumbnails}
    assert shown == {index: index for index in shown}
    if survey.thorough:
        assert len(keys) < 2
        assert len(shown) == FRAMES
    else:
        assert sorted(shown) == [index for index, _ in (row for batch in batches for row in batch.changes)]
        assert set(shown) <= set(keys)
        assert len(shown) >= len(keys) - 1


def make_scene(path: Path, paint: Callable[[int], NDArray[np.uint8]], frames: int, *, gop: int = 10) -> Path:
    """Write pictures RGB uint8 (H, W, 3) at 10 a second."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=10, options={"preset": "ultrafast", "crf": "18"})
        stream.pix_fmt = "yuv420p"
        stream.codec_context.gop_size = gop
        stream.height, stream.width = paint(0).shape[:2]
        for number in range(frames):
            frame = av.VideoFrame.from_ndarray(paint(number), format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, 10)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


@pytest.fixture(scope="module")
def visit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty seconds of a still texture under noise; from picture 120 to 159 something small goes through it."""
    random = np.random.default_rng(7)
    still = random.integers(60, 180, (18, 32, 3)).repeat(10, axis=0).repeat(10, axis=1).astype(np.float64)

    def paint(number: int) -> NDArray[np.uint8]:
        picture = still + random.normal(0, 6, still.shape)
        if 120 <= number < 160:
            left = (number - 120) * 7
            picture[90:126, left : left + 18] = (240, 235, 20)
        return np.clip(picture, 0, 255).astype(np.uint8)

    return make_scene(tmp_path_factory.mktemp("scenes") / "visit.mp4", paint, 300)


@pytest.mark.parametrize("thorough", [True, False])
def test_hours_of_nothing_are_told_from_where_something_moves(visit: Path, *, thorough: bool) -> None:
    with Reader.open(visit) as reader:
        survey, batches = looked_over(reader, thorough=thorough)
    assert survey.thorough is thorough
    motions = [row for batch in batches for row in batch.motions]
    cuts = [index for batch in batches for index in batch.cuts]
    stretches = find_activity(reader.index, motions, cuts)
    slack = 5 if thorough else 10
    assert cuts == []
    assert len(stretches) == 1
    assert 120 - slack <= stretches[0].first <= 120
    assert 159 <= stretches[0].last <= 159 + slack


def test_nothing_but_noise_is_no_activity_however_strong_the_noise(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    path = make_scene(
        tmp_path / "noise.mp4", lambda _: np.clip(random.normal(90, 25, (180, 320, 3)), 0, 255).astype(np.uint8), 60
    )
    with Reader.open(path) as reader:
        _, batches = looked_over(reader)
    assert find_activity(reader.index, [row for batch in batches for row in batch.motions]) == []


def test_a_scene_change_is_told_at_its_first_picture_and_motion_is_none(tmp_path: Path) -> None:
    dark = np.full((90, 160, 3), 40, np.uint8)
    light = np.linspace(80, 230, 160).astype(np.uint8)[None, :, None].repeat(90, 0).repeat(3, 2)

    def paint(number: int) -> NDArray[np.uint8]:
        picture = (light if 20 <= number < 41 else dark).copy()
        picture[30:60, number : number + 20] = 255 - picture[30:60, number : number + 20]
        return picture

    with Reader.open(make_scene(tmp_path / "scenes.mp4", paint, 60)) as reader:
        _, batches = looked_over(reader)
    assert [index for batch in batches for index in batch.cuts] == [20, 41]


def test_change_is_the_mean_difference_of_the_cells_per_mille() -> None:
    measure = Measure()
    cells = np.full((36, 64), 100, np.uint8)
    other = cells.copy()
    other[:18] += 51
    first, second, third = (measure.add(n, n / 10, one) for n, one in enumerate((cells, other, other)))
    assert (first.change, first.motion) == (0, 0)
    assert second.change == pytest.approx(100)
    assert second.motion == pytest.approx(200)
    assert (third.change, third.motion) == (0, pytest.approx(200)), "motion looks a moment back, change does not"


def test_a_cut_among_steady_motion_has_to_stand_out_from_it() -> None:
    def cuts(jump: int) -> list[int]:
        measure, finder, random = Measure(), CutFinder(), np.random.default_rng(3)
        found: list[int] = []
        for number in range(60):
            base = 30 + (jump if number >= 30 else 0)
            found += finder.add(measure.add(number, number / 25, random.integers(base, base + 30, (36, 64), np.uint8)))
        return found + finder.finish()

    assert cuts(0) == []
    assert cuts(150) == [30]


def test_coded_activity_follows_the_packets_and_is_not_blinded_by_keyframes(visit: Path) -> None:
    with Reader.open(visit) as reader:
        activity = coded_activity(reader.index)
        assert activity.dtype == np.float32
        assert activity.shape == (reader.count,)
        assert 0 <= activity.min() <= activity.max() <= 1
        keys = np.flatnonzero(reader.index.key)[1:]
        assert np.array_equal(activity[keys], activity[keys - 1])


@posix
def test_the_survey_gives_way_to_everything_else(clip: Callable[[str], Path]) -> None:
    with Reader.open(clip("long-group.mp4")) as reader:
        with Survey.start(reader.path, reader.probe.stream, reader.index) as survey:
            assert survey.pid is not None
            assert survey.pid != reader.pid
            assert os.getpriority(os.PRIO_PROCESS, survey.pid) >= 15
        assert survey.pid is None


@posix
def test_a_survey_that_dies_costs_itself_alone(clip: Callable[[str], Path]) -> None:
    with Reader.open(clip("long-group.mp4")) as reader:
        with Survey.start(reader.path, reader.probe.stream, reader.index) as survey:
            assert survey.pid is not None
            os.kill(survey.pid, signal.SIGKILL)
            with pytest.raises(ChildDied):
                list(survey.batches())
        assert read_number(reader.frame(33).picture) == 33


BATCH = {
    "first": 0, "last": 1, "thumbnails": [[0, 1, 2]], "changes": [[0, 0.0], [1, 2.5]], "motions": [[1, 1.0, 0.5]],
    "cuts": [1], "over": True,
}  # fmt: skip


@pytest.mark.parametrize(
    "lie",
    [
        {}, {"changes": [[2, 1.0]]}, {"changes": [[0, float("nan")]]}, {"motions": [[0, 1.0, float("inf")]]},
        {"changes": [[0, 1.0]] * 7}, {"cuts": ["1"]}, {"cuts": None}, {"first": -1}, {"last": 2}, {"last": "x"},
        {"thumbnails": []}, {"thumbnails": [[0, 1, 3]]}, {"thumbnails": [[0, 0, 5]]}, {"thumbnails": [[9, 1, 2]]},
    ],
)  # fmt: skip
def test_no_batch_is_believed_that_cannot_be(lie: dict[str, object]) -> None:
    child = Answering(BATCH | lie, bytearray(0 if lie.get("thumbnails") == [[0, 0, 5]] else 8))
    survey = Survey(cast(Child, child), count=2, name="clip", thorough=True, every=1)
    if not lie:
        (batch,) = survey.batches()
        assert (batch.cuts, batch.thumbnails[0][1].shape) == ((1,), (1, 2, 4))
        return
    with pytest.raises(InternalError, match="what can't be"):
        list(survey.batches())


def test_more_thumbnails_than_a_footage_may_have_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(survey_module, "MEMORY", 100)
    plain = {**BATCH, "changes": [], "motions": [], "cuts": [], "over": False}
    survey = Survey(cast(Child, Answering(plain, bytearray(8))), count=2, name="clip", thorough=True, every=1)
    taken = list(itertools.islice(survey.batches(), 50))
    assert sum(picture.nbytes for batch in taken for _, picture in batch.thumbnails) == 400
    with pytest.raises(InternalError, match="what can't be"):
        next(survey.batches())


def test_a_survey_is_stopped_through_its_progress(clip: Callable[[str], Path]) -> None:
    def stop(done: int, total: int, label: str = "") -> None:
        raise Cancelled

    with Reader.open(clip("long-group.mp4")) as reader:
        with Survey.start(reader.path, reader.probe.stream, reader.index) as survey, pytest.raises(Cancelled):
            list(survey.batches(stop))
        assert survey.pid is None


def test_a_survey_is_closed_from_another_thread_while_one_waits(visit: Path) -> None:
    with Reader.open(visit) as reader:
        survey = Survey.start(reader.path, reader.probe.stream, reader.index, thumbnail_height=180)
        told: list[BaseException] = []

        def walk() -> None:
            try:
                for _ in range(1000):
                    list(survey.batches())
            except Exception as error:  # noqa: BLE001
                told.append(error)

        thread = threading.Thread(target=walk)
        thread.start()
        survey.close()
        thread.join(10)
        assert not thread.is_alive()
        assert survey.pid is None
