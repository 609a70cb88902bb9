"""Pictures that leave the program: none without its label, generated ones never without the banner."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from facet.case import Case, Exhibit, encode_png
from facet.core.canonical import Json
from facet.core.descriptor import Family
from facet.core.digest import sha256_bytes
from facet.core.errors import EnvironmentLacksError, InputError
from facet.core.frame import Frame
from facet.core.progress import SILENT, Progress
from facet.core.run import ROLES
from facet.report import companion_png, made_by, marked_png
from facet.report.writing import write_whole
from facet.workbench.runs import ensure_footage

ORIGINAL = "original pixels"


def write_still(frame: Frame, out: Path) -> str:
    """Write a frame's source pixels as a lossless PNG; the file's SHA-256. Overwrites. Raises ``FacetError``."""
    return write_file(out, encode_png(frame.picture))


def export_png(case: Case, exhibit: str, out: Path, language: str) -> dict[str, Json]:
    """Write one exhibit as PNG and journal the file's digest; an output with its companions beside it
    (``NAME.spread.png``, ``NAME.sample-1.png``), all of them or none.

    Frames and crops leave as they are. Outputs and companions leave with the banner of their family burnt into a strip
    outside the picture and written into the metadata. A file that is already there is not overwritten.
    """
    kind = Exhibit.parse(exhibit).table
    files: dict[str, bytes]
    if kind == "outputs":
        files, mark = marked_files(case, exhibit, language)
    elif kind in ("frames", "crops"):
        files, mark = {"": case.png(exhibit)}, ORIGINAL
    else:
        raise InputError("{id} is not a picture. Name a frame, a crop or an output.", id=exhibit)
    places = {name: beside(out, name) if name else out for name in files}
    for place in places.values():
        _refuse_taken(place)
    with contextlib.ExitStack() as written:
        digests: dict[str, str] = {}
        for name, content in files.items():
            digests[name] = write_file(places[name], content)
            written.enter_context(kept_if_journalled(places[name]))
        details: dict[str, Json] = {"what": "png", "name": recordable_name(out), "mark": mark}
        if len(files) > 1:
            details["companions"] = {name: recordable_name(place) for name, place in places.items() if name}
        named = {f"{name}_file_sha256" if name else "file_sha256": digest for name, digest in digests.items()}
        case.log("export", exhibit=exhibit, details=details, digests=named)
    companions: list[Json] = [
        {"name": name, "out": str(places[name]), "file_sha256": digest} for name, digest in digests.items() if name
    ]
    return {
        "out": str(out),
        "exhibit": exhibit,
        "mark": mark,
        "file_sha256": digests[""],
        **({"companions": companions} if companions else {}),
    }


def beside(out: Path, name: str) -> Path:
    """Where the companion called ``name`` is written: ``face.png`` has ``face.spread.png`` beside it."""
    return out.with_name(f"{out.stem}.{name}{out.suffix or '.png'}")


def refuse_overwriting(out: Path) -> None:
    """Raise ``InputError`` where a file lies at ``out``, or where a companion of it may have to be written."""
    _refuse_taken(out)
    starts = tuple(f"{out.stem}.{role}" for role in ROLES)
    with contextlib.suppress(OSError):  # no such folder yet, so nothing to overwrite
        for path in sorted(out.parent.iterdir()):
            if path.name.startswith(starts) and path.suffix == (out.suffix or ".png"):
                _refuse_taken(path)


def _refuse_taken(out: Path) -> None:
    if out.exists():
        raise InputError("{out} exists already. Choose another name; Facet overwrites no export.", out=str(out))


def marked_files(case: Case, exhibit: str, language: str) -> tuple[dict[str, bytes], str]:
    """The PNG files of an output and its companions with their banner, itself under an empty name; and its family."""
    card, receipt = case.card(exhibit), case.receipt(exhibit)
    family, number = Family(str(card["family"])), case.meta.number
    backend = made_by(str(card["id"]), receipt.engine)
    files = {
        "": marked_png(
            case.picture(exhibit).astype(np.uint8, copy=False),
            family=family,
            exhibit=exhibit,
            case_number=number,
            backend=backend,
            picture_sha256=str(receipt.output["picture_sha256"]),
            facts={"Receipt-SHA256": receipt.sha256},
            language=language,
        )
    }
    for companion in case.companions(exhibit):
        files[companion.name] = companion_png(
            companion,
            family=family,
            exhibit=exhibit,
            case_number=number,
            backend=backend,
            receipt_sha256=receipt.sha256,
            language=language,
        )
    return files, family.value


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
        ensure_footage(case, footage, full=True, progress=progress)
    rows = []
    for done, exhibit in enumerate(chosen):
        progress(done, len(chosen), exhibit)
        rows.append(export_png(case, exhibit, folder / exported_name(exhibit), language))
    return rows


def export_case_uco(case: Case, out: Path, progress: Progress = SILENT) -> dict[str, Json]:
    """Write what the case holds as CASE/UCO JSON-LD, and journal the file's digest. Overwrites nothing."""
    from facet.export.case_uco import case_uco

    _refuse_taken(out)
    content, objects = case_uco(case, progress)
    digest = write_file(out, content)
    with kept_if_journalled(out):
        details: dict[str, Json] = {"what": "case-uco", "name": recordable_name(out)}
        case.log("export", details=details, digests={"file_sha256": digest})
    return {"out": str(out), "file_sha256": digest, "objects": objects}


def exported_name(exhibit: str) -> str:
    """The file that an exhibit is exported to in a folder: ``1-F412-C1-E2.png``."""
    return f"{exhibit.replace('/', '-')}.png"


def evidence_of(case: Case) -> Iterator[Path]:
    """The files that nothing may be written over: the case, and its footage where that is found."""
    yield case.path
    for row in case.footage():
        with contextlib.suppress(EnvironmentLacksError):
            yield case.locate_footage(row.id)


def refuse_evidence(out: Path, evidence: Iterable[Path]) -> None:
    """Raise ``InputError`` where ``out`` is one of these files, under whatever name."""
    for path in evidence:
        with contextlib.suppress(OSError):  # one of the two is not there
            if out.samefile(path):
                raise InputError("{out} is evidence, which is never overwritten. Choose another name.", out=str(out))


@contextlib.contextmanager
def kept_if_journalled(out: Path) -> Iterator[None]:
    """Take a file away again where what is done inside, its journal entry, fails: none leaves without one."""
    try:
        yield
    except BaseException:
        with contextlib.suppress(OSError):
            out.unlink()
        raise


def recordable_name(path: Path) -> str:
    """The file's name as a record can hold it: bytes that are no text become escapes."""
    return path.name.encode("utf-8", "backslashreplace").decode("utf-8")


def write_file(out: Path, content: bytes) -> str:
    """Write a file whole or not at all, making its folder; its SHA-256. Replaces what was there. Raises
    ``FacetError``."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EnvironmentLacksError(
            "{out} can't be written: {reason}.", out=str(out), reason=error.strerror or str(error)
        ) from error
    write_whole(out, content)
    return sha256_bytes(content)
