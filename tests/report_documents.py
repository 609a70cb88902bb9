"""A report's document, small but whole, made of pictures drawn here."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from facet.core.descriptor import Descriptor, Family, Parameter
from facet.core.digest import picture_digest, sha256_bytes
from facet.core.geometry import Box
from facet.core.receipt import Receipt
from facet.report.document import (
    CaseFacts,
    CropExhibit,
    DigestCheck,
    FootageExhibit,
    FrameExhibit,
    JournalEntry,
    JournalHead,
    OutputExhibit,
    Remark,
    ReportDocument,
    StreamFacts,
    VerificationFacts,
    VerificationRow,
)

HEAD = JournalHead(seq=7, sha256=sha256_bytes(b"the last entry"))
LARGEST_PAGES = 1_200_000
"""Bytes that the pages of these documents may take beside the attachments."""


def draw_picture(width: int, height: int, *, seed: int = 0, bits: int = 8) -> NDArray[Any]:
    """Smooth colour with some noise, RGB (height, width, 3)."""
    across, down = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    plain = np.stack([across, down, 1 - across * down], axis=2)
    noise = np.random.default_rng(seed).normal(0, 0.03, plain.shape)
    top = 2**bits - 1
    return np.round(np.clip(plain + noise, 0, 1) * top).astype(np.uint8 if bits == 8 else np.uint16)


def png_of(picture: NDArray[Any]) -> bytes:
    """An 8-bit picture as a PNG file."""
    stream = io.BytesIO()
    Image.fromarray(picture).save(stream, "PNG")
    return stream.getvalue()


def make_card(family: Family, **changes: Any) -> Descriptor:
    """A card with every field filled."""
    fields: dict[str, Any] = {
        "id": f"{family.value}-x4",
        "title": f"A {family.value} method",
        "family": family,
        "scales": (4,),
        "minimum_side": 8,
        "maximum_side": None,
        "face_only": False,
        "uses_training_set_information": family.learned,
        "has_random_component": False,
        "licence": "Apache-2.0",
        "licence_limits": "None on use.",
        "source": "Made for this test.",
        "weights_sha256": "12" * 32 if family.learned else None,
        "training_data": "Photographs of general content.",
        "training_ancestry": "Trained from random values.",
        "paper": "A. Author, “A Paper”, 2020.",
        "limitations": ("May invent teeth.", "Was not tested on faces."),
        "validation": "Not validated.",
        "architecture": "interpolation/bicubic",
        "method": "Adds up neighbouring pixels.",
        "parameters": (Parameter(name="scale", kind="choice", default="4", choices=("4",)),),
    }
    return Descriptor(**{**fields, **changes})


def make_output(crop: str, number: int, family: Family, picture: NDArray[np.uint8], **changes: Any) -> OutputExhibit:
    """An output with a receipt that fits it."""
    card, digest = make_card(family), picture_digest(picture)
    receipt = Receipt(
        exhibit=f"{crop}/E{number}",
        backend={"id": card.id, "card_sha256": card.card_sha256, "weights_sha256": card.weights_sha256},
        inputs=[{"exhibit": crop, "picture_sha256": "34" * 32}],
        preparation=[{"step": "prepared", "width": 24, "height": 32, "picture_sha256": "34" * 32}],
        params={"scale": 4},
        seed=3 if family is Family.GENERATIVE else None,
        engine={"device": "cpu", "precision": "float32", "threads": 1, "determinism": "same bits on the same machine"},
        software={"facet": "0.1.0", "torch": "2.9.1", "cuda": None},
        consistency={"protocol": "facet.consistency/1", "mse": "12.3456", "psnr_db": "37.21"},
        started="2026-02-03T01:14:22.120000Z",
        ended="2026-02-03T01:14:29.480000Z",
        output={"width": picture.shape[1], "height": picture.shape[0], "picture_sha256": digest},
        reason="To look for further cameras." if family is Family.GENERATIVE else None,
    )
    fields: dict[str, Any] = {
        "id": f"{crop}/E{number}",
        "picture": picture,
        "picture_sha256": digest,
        "receipt": receipt.to_json(),
        "descriptor": card.to_json(),
    }
    return OutputExhibit(**{**fields, **changes})


def make_crop(frame: str, box: Box, picture: NDArray[Any], families: tuple[Family, ...], **changes: Any) -> CropExhibit:
    """A crop of ``picture`` with one output for each family."""
    crop, cut = f"{frame}/C1", box.cut(picture)
    shown = cut if cut.dtype == np.uint8 else (cut >> 8).astype(np.uint8)
    larger = np.asarray(Image.fromarray(shown).resize((box.w * 4, box.h * 4), Image.Resampling.BICUBIC))
    fields: dict[str, Any] = {
        "id": crop,
        "box": box,
        "picture": cut,
        "picture_sha256": picture_digest(cut),
        "png": png_of(shown),
        "bicubic": larger,
        "bicubic_scale": 4,
        "outputs": tuple(make_output(crop, n, family, larger) for n, family in enumerate(families, 1)),
    }
    return CropExhibit(**{**fields, **changes})


def make_frame(*, families: tuple[Family, ...] = tuple(Family), bits: int = 8, **changes: Any) -> FrameExhibit:
    """A frame of 160 by 96 pixels with one crop of 24 by 32."""
    picture = draw_picture(160, 96, bits=bits)
    fields: dict[str, Any] = {
        "id": "1/F412",
        "footage": "1",
        "stream": 0,
        "index": 412,
        "pts": 210_944,
        "time_base": "1/12800",
        "seconds": "16.480",
        "picture": picture,
        "picture_sha256": picture_digest(picture),
        "planes_sha256": "56" * 32,
        "decoding": {"codec": "h264", "matrix": "bt709", "colour_range_declared": None, "key_frame": False},
        "png": png_of(picture) if bits == 8 else b"sixteen bits",
        "crops": (make_crop("1/F412", Box(x=40, y=20, w=24, h=32), picture, families),),
    }
    return FrameExhibit(**{**fields, **changes})


def make_document(**changes: Any) -> ReportDocument:
    """A document with one frame, one crop and an output of every family."""
    actions = ("create", "ingest", "frame", "crop", "output", "note", "finding")
    fields: dict[str, Any] = {
        "case": CaseFacts(
            number="2026-0412", examiner="Minseo Kim", created="2026-02-03T00:58:11Z", agency="Lab", title="Robbery"
        ),
        "examiner": "Minseo Kim",
        "generated_at": "2026-02-03T02:31:40.551200Z",
        "journal_head": HEAD,
        "footage": (
            FootageExhibit(
                id="1",
                name="corridor.mp4",
                path="footage/corridor.mp4",
                sha256="78" * 32,
                size=12_345_678,
                container="mov,mp4",
                frames=751,
                index_method="packets",
                streams=(StreamFacts(index=0, type="video", codec="h264", width=160, height=96, used=True),),
                warnings=("The container declares 750 frames.",),
                check=DigestCheck(at="2026-02-03T02:31:02Z", ok=True),
            ),
        ),
        "frames": (make_frame(),),
        "remarks": (
            Remark(kind="finding", at="2026-02-03T01:40:00Z", examiner="Minseo Kim", text="Dark rim of glasses."),
            Remark(
                kind="note", at="2026-02-03T01:42:00Z", examiner="Minseo Kim", text="Seen.\nTwice.", exhibit="1/F412"
            ),
        ),
        "journal": tuple(
            JournalEntry(
                seq=seq,
                at=f"2026-02-03T01:{seq:02d}:00Z",
                examiner="Minseo Kim",
                action=action,
                exhibit=None,
                sha256=sha256_bytes(action.encode()),
            )
            for seq, action in enumerate(actions, 1)
        ),
        "verification": VerificationFacts(
            at="2026-02-03T02:31:05Z", ok=True, rows=(VerificationRow(exhibit=None, check="journal", ok=True),)
        ),
        "software": {"facet": "0.1.0", "reportlab": "4.4"},
    }
    return ReportDocument(**{**fields, **changes})
