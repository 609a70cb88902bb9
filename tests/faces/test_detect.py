from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import numpy as np
import pytest
import torch

from facet.core.errors import Cancelled, InputError
from facet.faces.detect import Detector
from facet.faces.mtcnn import FACTOR, WINDOW, Cascade, scales
from networks import portrait


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector()


@pytest.fixture(scope="module")
def two_faces() -> np.ndarray:
    face = portrait()[0:240, 100:340]
    return np.concatenate([face, face[:, ::-1]], axis=1)


def test_the_face_of_a_portrait_is_found_where_it_is(detector: Detector) -> None:
    (face,) = detector.detect(portrait(), minimum_face=40)
    assert 165 <= face.box.x <= 195
    assert 50 <= face.box.y <= 75
    assert 255 <= face.box.x + face.box.w <= 285
    assert 165 <= face.box.y + face.box.h <= 190
    assert face.confidence > 0.99


def test_landmarks_are_named_as_seen_in_the_picture(detector: Detector) -> None:
    (face,) = detector.detect(portrait(), minimum_face=40)
    left_eye, right_eye, nose, left_mouth, right_mouth = face.landmarks
    assert left_eye[0] < nose[0] < right_eye[0]
    assert left_mouth[0] < right_mouth[0]
    assert max(left_eye[1], right_eye[1]) < nose[1] < min(left_mouth[1], right_mouth[1])
    for x, y in face.landmarks:
        assert face.box.x < x < face.box.x + face.box.w
        assert face.box.y < y < face.box.y + face.box.h


def test_our_cascade_finds_what_facenet_pytorch_finds(two_faces: np.ndarray) -> None:
    from facenet_pytorch import MTCNN

    boxes, chances, points = MTCNN(keep_all=True, min_face_size=30).detect(two_faces, landmarks=True)
    with torch.inference_mode():
        rows = Cascade.packaged().faces(two_faces, 30, lambda done, total, label="": None)
    rows = rows[np.argsort(rows[:, 0])]
    order = np.argsort(np.asarray(boxes, float)[:, 0])
    np.testing.assert_allclose(rows[:, :4], np.asarray(boxes, float)[order], atol=0.05)
    np.testing.assert_allclose(rows[:, 4], np.asarray(chances, float)[order], atol=1e-4)
    np.testing.assert_allclose(rows[:, 5:10], np.asarray(points, float)[order][:, :, 0], atol=0.05)
    np.testing.assert_allclose(rows[:, 10:15], np.asarray(points, float)[order][:, :, 1], atol=0.05)


@pytest.fixture
def seen(detector: Detector) -> Iterator[list[tuple[int, int]]]:
    """The sizes of the pictures that the first network is given."""
    detector.detect(np.zeros((40, 40, 3), np.uint8))
    assert detector._cascade is not None
    sizes: list[tuple[int, int]] = []
    handle = detector._cascade.first.register_forward_pre_hook(
        lambda _module, given: sizes.append(tuple(given[0].shape[2:]))
    )
    yield sizes
    handle.remove()


@pytest.mark.parametrize("minimum", [12, 20, 40, 80, 200])
def test_no_scale_finer_than_the_smallest_face_is_computed(
    minimum: int, detector: Detector, seen: list[tuple[int, int]]
) -> None:  # fmt: skip
    picture = np.zeros((300, 200, 3), np.uint8)
    detector.detect(picture, minimum_face=minimum)
    assert seen[0] == (int(300 * WINDOW / minimum + 1), int(200 * WINDOW / minimum + 1))
    assert seen == sorted(seen, reverse=True)
    steps = 0
    while 200 * WINDOW / minimum * FACTOR**steps >= WINDOW:
        steps += 1
    assert len(seen) == steps == len(scales(300, 200, minimum))


def test_a_picture_smaller_than_the_smallest_face_is_not_even_looked_at(
    detector: Detector, seen: list[tuple[int, int]]
) -> None:  # fmt: skip
    assert detector.detect(np.zeros((30, 300, 3), np.uint8), minimum_face=31) == []
    assert seen == []


def test_a_face_clearly_smaller_than_asked_for_is_not_reported(detector: Detector) -> None:
    (face,) = detector.detect(portrait(), minimum_face=110)
    assert face.box.h >= 110 * FACTOR
    assert detector.detect(portrait(), minimum_face=200) == []


@pytest.mark.parametrize("shape", [(1, 1), (4, 4), (11, 300), (12, 12), (13, 12), (20, 20), (21, 400)])
def test_tiny_pictures_do_no_harm(shape: tuple[int, int], detector: Detector) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (*shape, 3), dtype=np.uint8)
    for minimum in (8, 12, 20):
        assert isinstance(detector.detect(noise, minimum_face=minimum), list)


def test_faces_cut_by_the_border_stay_inside_it(detector: Detector) -> None:
    for top in range(60, 160, 20):
        for left in range(150, 250, 20):
            picture = portrait()[top : top + 110, left : left + 90]
            for face in detector.detect(picture, minimum_face=24):
                face.box.within(picture.shape[1], picture.shape[0])


def test_the_order_is_by_certainty_and_the_same_every_time(detector: Detector, two_faces: np.ndarray) -> None:
    first = detector.detect(two_faces, minimum_face=30)
    assert len(first) >= 2
    assert [face.confidence for face in first] == sorted((face.confidence for face in first), reverse=True)
    assert first == Detector().detect(two_faces, minimum_face=30) == detector.detect(two_faces, minimum_face=30)


def test_several_pictures_have_the_faces_each_has_alone(two_faces: np.ndarray) -> None:
    detector = Detector()
    detector._cores = 2
    pictures = [two_faces, np.zeros((40, 40, 3), np.uint8), two_faces[:, ::-1]]
    told: list[int] = []
    found = detector.detect_all(pictures, minimum_face=40, progress=lambda done, total, label="": told.append(done))
    assert found == [detector.detect(picture, minimum_face=40) for picture in pictures]
    assert [len(faces) for faces in found] == [2, 0, 2]
    assert told == [0, 1, 2, 3]


def test_a_search_through_several_pictures_can_be_given_up(detector: Detector, two_faces: np.ndarray) -> None:
    def stop(done: int, total: int, label: str = "") -> None:
        if done == 1:
            raise Cancelled

    with pytest.raises(Cancelled):
        detector.detect_all([two_faces] * 4, minimum_face=60, progress=stop)


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_picture_on_its_side_is_searched_upright_and_answered_in_its_own_pixels(
    turns: int, detector: Detector
) -> None:  # fmt: skip
    upright = portrait()[:400]
    (expected,) = detector.detect(upright, minimum_face=40)
    lying = np.rot90(upright, turns)  # counterclockwise, so clockwise turns make it upright
    (found,) = detector.detect(lying, minimum_face=40, rotation=90 * turns)
    cut = np.rot90(found.box.cut(lying), -turns)
    np.testing.assert_array_equal(cut, expected.box.cut(upright))
    nose = tuple(round(v) for v in found.landmarks[2])
    assert found.box.x < nose[0] < found.box.x + found.box.w
    assert found.box.y < nose[1] < found.box.y + found.box.h


def test_sixteen_bits_are_seen_as_eight(detector: Detector) -> None:
    picture = portrait()[:300]
    deep = picture.astype(np.uint16) * 257
    assert detector.detect(deep, minimum_face=40) == detector.detect(picture, minimum_face=40)


def test_a_search_can_be_given_up(detector: Detector) -> None:
    def stop(done: int, total: int, label: str = "") -> None:
        if done == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        detector.detect(portrait(), minimum_face=20, progress=stop)


@pytest.mark.parametrize("bad", [{"minimum_face": 0}, {"minimum_face": 7}, {"minimum_face": -20}, {"rotation": 30}])
def test_parameters_that_cannot_be_are_refused(bad: dict[str, int], detector: Detector) -> None:
    with pytest.raises(InputError):
        detector.detect(portrait(), **bad)


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_network(*_: object, **__: object) -> None:
        raise AssertionError("detection went to the network")

    monkeypatch.setattr(socket, "create_connection", no_network)
    monkeypatch.setattr(socket.socket, "connect", no_network)
    monkeypatch.delenv("TORCH_HOME", raising=False)
    assert len(Detector().detect(portrait(), minimum_face=60)) == 1


def test_qts_paths_stay_what_they_were() -> None:
    assert not {name for name in os.environ if name in ("QT_QPA_FONTDIR", "QT_QPA_PLATFORM_PLUGIN_PATH")}
