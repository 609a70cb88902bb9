"""A large case made for measuring: footage that is none, noisy frames, crops, and outputs by the shipped cards."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from facet.case import Case, encode_png, modified_utc
from facet.case.database import Database
from facet.case.recording import Recording, record_output, record_remark
from facet.core.descriptor import Descriptor
from facet.core.digest import picture_digest, sha256_file
from facet.core.frame import Decoding, Frame, FrameName
from facet.core.geometry import Box
from facet.core.receipt import Receipt
from facet.core.run import Companion
from facet.core.spread import spread
from facet.weights import Store

BACKENDS = ("bicubic", "edsr-x4", "srresnet-x4", "realesrgan-x4plus", "sr3-x4")
EXAMINER = "Kim Min-ji"
KINDS = 20
TOGETHER = 100
"""Outputs in one transaction."""
CROPS_PER_FRAME = 10
OUTPUTS_PER_CROP = 20
SAMPLES = 4
"""Of an output that comes with samples; every two hundredth does."""
FRAME = (1080, 1920)
CROP = 64
DECODING = Decoding(
    codec="h264", pixel_format="yuv420p", bits=8, matrix="bt709", matrix_declared=None, colour_range="tv",
    colour_range_declared=None, chroma_location="left", sample_aspect="1/1", rotation=0, field_order="progressive",
    interlaced=False, picture_type="I", key_frame=True, corrupt=False, decoder="none",
)  # fmt: skip


def make_large_case(path: Path, outputs: int, side: int) -> None:
    """Make a case with ``outputs`` outputs of ``side`` × ``side`` pixels, of :data:`KINDS` pictures in turn.

    Rows and entries are those that recording one output makes; but a hundred are written at a time, and each picture is
    coded once.
    """
    cards = {name: card.descriptor for name, card in Store(path.parent).cards().items() if name in BACKENDS}
    film = path.with_name("corridor.mp4")
    film.write_bytes(b"no film" * 1000)
    crops = make_crops(path, film, -(-outputs // OUTPUTS_PER_CROP))
    pictures = [Coded.of(picture) for picture in itertools.islice(varied((side, side)), KINDS)]
    beside = [[Coded.of(one.picture) for one in samples_of(coded.picture)] for coded in pictures]
    database = Database(path, writable=True)
    for start in range(0, outputs, TOGETHER):
        with database.write() as connection:
            for number in range(start, min(outputs, start + TOGETHER)):
                crop, source = crops[number // OUTPUTS_PER_CROP]
                kind = number % KINDS
                sampled = number % 200 == 0
                card = cards["sr3-x4" if sampled else BACKENDS[number % (len(BACKENDS) - 1)]]
                companions = samples_of(pictures[kind].picture) if sampled else ()
                exhibit = record_output(
                    Recording(connection, EXAMINER), crop, picture=pictures[kind].picture, png=pictures[kind].png,
                    receipt=receipt_of(crop, source, pictures[kind].picture, card, companions), descriptor=card,
                    companions=[(one, coded.png) for one, coded in zip(companions, beside[kind], strict=False)],
                )  # fmt: skip
                if number % 50 == 0:
                    note = f"Look at this again, number {number}."
                    record_remark(Recording(connection, EXAMINER), "note", exhibit, note)
                    record_remark(Recording(connection, EXAMINER), "tag", exhibit, "hood" if number % 100 else "door")
    database.close()


def make_crops(path: Path, film: Path, count: int) -> list[tuple[str, str]]:
    """A new case with footage, frames and crops; id and picture digest of each crop."""
    made: list[tuple[str, str]] = []
    frames = varied(FRAME)
    with Case.create(path, number="2026-1", examiner=EXAMINER, agency="Lab", title="A large case") as case:
        footage = case.add_footage(
            path=film, sha256=sha256_file(film), size=film.stat().st_size, modified=modified_utc(film),
            probe={"container": "mov,mp4", "frames": 100_000, "warnings": []},
        )  # fmt: skip
        frame = ""
        for number in range(count):
            of_frame = number % CROPS_PER_FRAME
            if of_frame == 0:
                frame = case.add_frame(footage, frame_of(film, number, next(frames)))
            crop = case.add_crop(frame, Box(x=100 * of_frame, y=500, w=CROP, h=CROP))
            made.append((crop, picture_digest(case.picture(crop))))
    return made


@dataclass(frozen=True, kw_only=True)
class Coded:
    """A picture and its PNG file."""

    picture: NDArray[np.uint8]
    png: bytes

    @classmethod
    def of(cls, picture: NDArray[np.uint8]) -> Coded:
        """Code it as the case does."""
        return cls(picture=picture, png=encode_png(picture))


def varied(size: tuple[int, int]) -> Iterator[NDArray[np.uint8]]:
    """Endless pictures, each another, that compress as pictures do, to about two thirds: RGB uint8 (H, W, 3)."""
    height, width = size
    random = np.random.default_rng(0)
    rows, columns = np.mgrid[0:height, 0:width]
    waves = [120 + 60 * np.sin(columns / 40 + i) + 40 * np.cos(rows / 30 - i) for i in range(3)]
    base = np.stack(waves, axis=2)
    picture = np.clip(base + random.normal(0, 6, base.shape), 0, 255).astype(np.uint8)
    for shift in itertools.count():
        yield np.ascontiguousarray(np.roll(picture, shift, axis=1))


def frame_of(film: Path, index: int, picture: NDArray[np.uint8]) -> Frame:
    """A frame that is said to come from ``film``."""
    name = FrameName(
        footage_sha256=sha256_file(film), stream=0, index=index, pts=index * 512, time_base=Fraction(1, 12800)
    )
    return Frame(
        name=name, picture=picture, picture_sha256=picture_digest(picture), planes_sha256="cd" * 32,
        decoding=DECODING, seconds=Fraction(index, 25),
    )  # fmt: skip


def samples_of(picture: NDArray[np.uint8]) -> tuple[Companion, ...]:
    """Samples about ``picture`` and the map of their spread."""
    random = np.random.default_rng(1)
    made = [
        Companion(
            role="sample", number=number, facts={"seed": number},
            picture=(picture ^ random.integers(0, 8, picture.shape, dtype=np.uint8)),
        )
        for number in range(1, SAMPLES + 1)
    ]  # fmt: skip
    return (spread(made), *made)


def receipt_of(
    crop: str, source: str, picture: NDArray[np.uint8], card: Descriptor, beside: Sequence[Companion]
) -> Callable[[str], Receipt]:
    """What makes the receipt of a run that never was, once its id is known."""
    height, width, _ = picture.shape

    def make(exhibit: str) -> Receipt:
        return Receipt(
            exhibit=exhibit,
            backend={
                "id": card.id, "card_sha256": card.card_sha256, "weights_sha256": card.weights_sha256,
                "family": card.family.value,
            },
            inputs=[{"exhibit": crop, "picture_sha256": source}],
            preparation=[], params={"scale": 4}, seed=None,
            engine={"device": "cpu", "precision": "float32", "threads": 2, "tile": None, "overlap": None},
            software={"facet": "0", "python": "3.11", "torch": "2"},
            consistency={"protocol": "none", "mse": "0"},
            started="2026-01-31T12:00:00.000000Z", ended="2026-01-31T12:00:01.000000Z",
            output={
                "width": width, "height": height, "picture_sha256": picture_digest(picture),
                "companions": [one.told() for one in beside],
            },
            reason="to measure",
        )  # fmt: skip

    return make
