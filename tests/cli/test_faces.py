"""Faces searched for in one frame and through a clip."""

from __future__ import annotations

from argparse import ArgumentTypeError
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from command import done, facet
from facet.cli.faces_command import chosen, stretch
from facet.core.errors import InputError
from networks import portrait

SIDE = 160
WITH_FACE = (1, 2, 9)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten frames, of which three show a face."""
    path = tmp_path_factory.mktemp("clip") / "door.mkv"
    face = np.asarray(Image.fromarray(portrait()[0:240, 100:340]).resize((SIDE, SIDE)))
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=10)
        stream.width = stream.height = SIDE
        stream.pix_fmt = "bgr0"
        for number in range(10):
            picture = face if number in WITH_FACE else np.full_like(face, 90)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    return path


def test_through_a_clip_each_frame_has_the_faces_it_has_alone(clip: Path) -> None:
    told = done("faces", clip, "--every", 1, "--minimum-face", 40)
    assert [row["frame"]["index"] for row in told["frames"]] == list(range(10))
    assert tuple(row["frame"]["index"] for row in told["frames"] if row["faces"]) == WITH_FACE
    alone = done("faces", clip, "--frame", 9, "--minimum-face", 40)
    assert told["frames"][9]["picture_sha256"] == alone["picture_sha256"]
    assert told["frames"][9]["faces"][0]["box"] == alone["faces"][0]["box"]


def test_a_stretch_and_every_nth_frame_of_it_are_searched(clip: Path) -> None:
    printed = facet("faces", clip, "--frames", "1-9", "--every", 4, "--minimum-face", 40).out.splitlines()
    assert [line for line in printed if line.startswith("frame")] == ["frame 1", "frame 9"]
    assert sum(line.startswith("--box") for line in printed) == 2


def test_a_clip_and_a_single_frame_exclude_each_other(clip: Path) -> None:
    ran = facet("faces", clip, "--frame", 1, "--every", 2)
    assert ran.code == 2
    assert "Which frames" in ran.complaint


def test_the_frames_named_lie_in_the_footage() -> None:
    assert chosen(stretch("2-9"), 3, 10) == [2, 5, 8]
    assert chosen(stretch("4"), None, 10) == [4]
    assert chosen(None, 4, 10) == [0, 4, 8]
    with pytest.raises(InputError, match="its last is 9"):
        chosen(stretch("0-10"), None, 10)
    with pytest.raises(InputError, match="Every 0th frame"):
        chosen(None, 0, 10)
    for wrong in ("3-2", "x", "-", "1-2-3", "1-"):
        with pytest.raises(ArgumentTypeError):
            stretch(wrong)
