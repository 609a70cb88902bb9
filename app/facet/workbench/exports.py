"""Pictures that leave the program: none without its label, generated ones never without the banner."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import numpy as np

from facet.case import Case, Exhibit, encode_png
from facet.core.canonical import Json
from facet.core.descriptor import Family
from facet.core.digest import sha256_bytes
from facet.core.errors import EnvironmentLacksError, InputError
from facet.core.frame import Frame
from facet.core.progress import SILENT, Progress
from facet.report import marked_png
from facet.workbench.runs import ensure_footage

ORIGINAL = "original pixels"


def write_still(frame: Frame, out: Path) -> str:
    """Write a frame's source pixels as a lossless PNG; the file's SHA-256. Overwrites. Raises ``FacetError``."""
    return write_file(out, encode_png(frame.picture))


def export_png(case: Case, exhibit: str, out: Path, language: str) -> dict[str, Json]:
    """Write one exhibit as PNG and journal the file's digest.

    Frames and crops leave as they are. Outputs leave with the banner of their family burnt into a strip outside the
    picture and written into the metadata. A file that is already there is not overwritten.
    """
    kind = Exhibit.parse(exhibit).table
    if kind == "outputs":
        card = case.card(exhibit)
        family = Family(str(card["family"]))
        receipt = case.receipt(exhibit)
        content = marked_png(
            case.picture(exhibit).astype(np.uint8, copy=False),
            family=family,
            exhibit=exhibit,
            case_number=case.meta.number,
            backend=str(card["id"]),
            picture_sha256=str(receipt.output["picture_sha256"]),
            facts={"Receipt-SHA256": receipt.sha256},
            language=language,
        )
        mark = family.value
    elif kind in ("frames", "crops"):
        content, mark = case.png(exhibit), ORIGINAL
    else:
        raise InputError("{id} is not a picture. Name a frame, a crop or an output.", id=exhibit)
    if out.exists():
        raise InputError("{out} exists already. Choose another name; Facet overwrites no export.", out=str(out))
    digest = write_file(out, content)
    row: dict[str, Json] = {"exhibit": exhibit, "mark": mark, "file_sha256": digest}
    case.log("export", exhibit=exhibit, details={"what": "png", "name": out.name, **row})
    return {"out": str(out), **row}


def export_pictures(
    case: Case, folder: Path, exhibits: list[str] | None, language: str, progress: Progress = SILENT
) -> list[dict[str, Json]]:
    """Write several exhibits into ``folder`` (``1/F412/C1/E2`` becomes ``1-F412-C1-E2.png``)."""
    if folder.exists() and not folder.is_dir():
        raise InputError("{out} is a file. Give a folder.", out=str(folder))
    chosen = exhibits or [row.id for row in (*case.crops(), *case.outputs()) if row.withdrawal is None]
    for exhibit in chosen:
        case.png(exhibit)  # refuses what is not there before anything is written
    for footage in sorted({exhibit.split("/", 1)[0] for exhibit in chosen}):
        ensure_footage(case, footage, full=True)
    rows = []
    for done, exhibit in enumerate(chosen):
        progress(done, len(chosen), exhibit)
        rows.append(export_png(case, exhibit, folder / f"{exhibit.replace('/', '-')}.png", language))
    return rows


def write_file(out: Path, content: bytes) -> str:
    """Write a file whole or not at all, making its folder; its SHA-256. Raises ``EnvironmentLacksError``."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=out.parent, prefix=f".{out.name}.", delete=False) as draft:
            try:
                draft.write(content)
                draft.flush()
                os.fsync(draft.fileno())
            except OSError:
                Path(draft.name).unlink(missing_ok=True)
                raise
        Path(draft.name).chmod(0o644)
        Path(draft.name).replace(out)
    except OSError as error:
        raise EnvironmentLacksError(
            "{out} can't be written: {reason}.", out=str(out), reason=error.strerror or str(error)
        ) from error
    return sha256_bytes(content)
