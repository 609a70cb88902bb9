"""Made-up evidence for tests: footage, frames and runs that need no decoder and no network."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import case.closing  # noqa: F401  # the child of a test on encrypted cases makes such as well
from facet.case import Case, modified_utc
from facet.core.descriptor import Descriptor, Family, Parameter
from facet.core.digest import picture_digest, sha256_file
from facet.core.frame import Decoding, Frame, FrameName, Picture
from facet.core.geometry import Box
from facet.core.receipt import Receipt
from facet.core.run import Companion
from facet.core.spread import spread

DECODING = Decoding(
    codec="h264", pixel_format="yuv420p", bits=8, matrix="bt709", matrix_declared=None, colour_range="tv",
    colour_range_declared=None, chroma_location="left", sample_aspect="1/1", rotation=0, field_order="progressive",
    interlaced=False, picture_type="I", key_frame=True, corrupt=False, decoder="libavcodec 62.0.0",
)  # fmt: skip

CARD = Descriptor(
    id="bicubic", title="Bicubic", family=Family.INTERPOLATION, scales=(2, 4), minimum_side=4, maximum_side=None,
    face_only=False, uses_training_set_information=False, has_random_component=False, licence="Apache-2.0",
    licence_limits="none", source="Facet", weights_sha256=None, training_data="none", training_ancestry="none",
    paper="Keys 1981", limitations=("adds no detail",), validation="none", architecture="interpolation/bicubic",
    method="cubic convolution, a = -0.5",
    parameters=(Parameter(name="scale", kind="choice", default="4", choices=("2", "4")),),
)  # fmt: skip

LEAD = dataclasses.replace(
    CARD, id="dream-x4", title="Dream", family=Family.GENERATIVE, weights_sha256="ab" * 32, has_random_component=True
)

SAMPLER = dataclasses.replace(LEAD, id="sr3-x4", title="SR3", architecture="sr3/small")


def noise(height: int, width: int, *, seed: int = 0, bits: int = 8) -> Picture:
    """A picture that does not compress: RGB uint8 or uint16 (H, W, 3)."""
    samples = np.random.default_rng(seed).integers(0, 1 << bits, (height, width, 3))
    return samples.astype(np.uint8 if bits == 8 else np.uint16)


def make_footage(folder: Path, name: str = "corridor.mp4", content: bytes = b"not really a film" * 100) -> Path:
    """A file that stands for footage."""
    path = folder / name
    path.write_bytes(content)
    return path


INDEX = ("libavcodec 62.0.0", b"what a decoder found" * 40)


def ingest(case: Case, path: Path) -> str:
    """Ingest it as the workbench does."""
    return case.add_footage(
        md5=hashlib.md5(path.read_bytes()).hexdigest(),
        index=INDEX,
        path=path,
        sha256=sha256_file(path),
        size=path.stat().st_size,
        modified=modified_utc(path),
        probe={"container": "mov,mp4", "frames": 500, "warnings": []},
    )


def make_frame(footage: Path, index: int = 412, *, stream: int = 0, picture: Picture | None = None) -> Frame:
    """A frame of it."""
    pixels = noise(48, 64, seed=index) if picture is None else picture
    name = FrameName(
        footage_sha256=sha256_file(footage), stream=stream, index=index, pts=index * 512, time_base=Fraction(1, 12800)
    )
    return Frame(
        name=name, picture=pixels, picture_sha256=picture_digest(pixels), planes_sha256="cd" * 32,
        decoding=DECODING, seconds=Fraction(index, 25),
    )  # fmt: skip


def enlarge(picture: Picture, scale: int = 4) -> NDArray[np.uint8]:
    """Every pixel ``scale`` times: what the tests' backend does."""
    eight = (picture >> 8).astype(np.uint8) if picture.dtype == np.uint16 else picture
    return np.ascontiguousarray(eight.repeat(scale, 0).repeat(scale, 1)).astype(np.uint8)


def samples_of(picture: NDArray[np.uint8], count: int = 3, *, role: str = "sample") -> tuple[Companion, ...]:
    """Pictures about ``picture`` and the map of their spread, as a diffusion or a search brings them."""
    made = [
        Companion(role=role, number=number, picture=picture ^ noise(*picture.shape[:2], seed=number + len(role)) % 16,
                  facts={"seed": number})
        for number in range(1, count + 1)
    ]  # fmt: skip
    return (spread(made), *made)


def receipt_of(
    case: Case,
    crop: str,
    output: Picture,
    card: Descriptor = CARD,
    *,
    reason: str | None = None,
    companions: Sequence[Companion] = (),
) -> Callable[[str], Receipt]:
    """What makes the receipt of a run once its id is known."""

    def make(exhibit: str) -> Receipt:
        return Receipt(
            exhibit=exhibit,
            backend={
                "id": card.id, "card_sha256": card.card_sha256, "weights_sha256": card.weights_sha256,
                "family": card.family.value,
            },
            inputs=[{"exhibit": crop, "picture_sha256": picture_digest(case.picture(crop))}],
            preparation=[], params={"scale": 4}, seed=None,
            engine={"device": "cpu", "precision": "float32"}, software={"facet": "0.1.0"},
            consistency={"protocol": "none", "mse": "0"},
            started="2026-01-31T12:00:00.000000Z", ended="2026-01-31T12:00:01.000000Z",
            output={
                "width": int(output.shape[1]), "height": int(output.shape[0]), "picture_sha256": picture_digest(output),
                "companions": [one.told() for one in companions],
            },
            reason=reason,
        )  # fmt: skip

    return make


def add_run(case: Case, crop: str, card: Descriptor = CARD, *, shade: int = 0, reason: str | None = None) -> str:
    """Enlarge a crop, ``shade`` lighter, and record it."""
    output = enlarge(case.picture(crop)) + np.uint8(shade)
    return case.add_output(
        crop, picture=output, receipt=receipt_of(case, crop, output, card, reason=reason), descriptor=card
    )


def add_samples(
    case: Case, crop: str, companions: Sequence[Companion] | None = None, *, card: Descriptor = SAMPLER
) -> str:
    """Record an output that comes with ``companions``, by default three samples and their spread."""
    output = enlarge(case.picture(crop))
    beside = samples_of(output) if companions is None else companions
    receipt = receipt_of(case, crop, output, card, reason="to see the hood", companions=beside)
    return case.add_output(crop, picture=output, receipt=receipt, descriptor=card, companions=beside)


def make_case(folder: Path, name: str = "harbour.facet", *, frames: int = 2, crops: int = 2, outputs: int = 2) -> Path:
    """A case with a file of footage, ``frames`` frames, ``crops`` crops of each and ``outputs`` outputs of each."""
    path = folder / name
    film = make_footage(folder)
    with Case.create(path, number="2026-17", examiner="Kim Min-ji", agency="Lab 3", title="Harbour") as case:
        footage = ingest(case, film)
        for i in range(frames):
            frame = case.add_frame(footage, make_frame(film, 412 + i))
            for j in range(crops):
                crop = case.add_crop(frame, Box(x=4 + j, y=6, w=24, h=20))
                for shade in range(outputs):
                    add_run(case, crop, shade=shade)
        case.note("The man at the door.", f"{footage}/F412")
        case.finding("Not enough pixels to tell.", f"{footage}/F412/C1")
        case.log("export", f"{footage}/F412", {"what": "png"}, {"png": "ef" * 32})
    return path
