"""A package held against the case in it: the bag and its files by the stand-alone modules, the case by Facet itself."""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from PIL import Image

from facet.case import Case, Check, Head, Verification
from facet.core.digest import picture_digest, sha256_bytes
from facet.core.errors import Cancelled, FacetError, InputError, NegativeAnswer
from facet.core.geometry import Box
from facet.core.i18n import _
from facet.core.progress import SILENT, Progress
from facet.export.instructions import MAKER, MAKER_LABEL, NUMBER_LABEL, own_words
from facet.export.standalone.bagfile import examine_bag, labels
from facet.export.standalone.findings import N_, Findings, Refused
from facet.export.standalone.package import CASE_PATH, Told, examine_contents
from facet.export.standalone.pictures import LARGEST_PICTURE

FOOTAGE = "data/footage"


def is_bag(path: Path) -> bool:
    """Whether ``path`` is a folder, and so could be a package but no case."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def verify_package(
    folder: Path,
    verify: Callable[[Path, Path | None], Verification],
    open_case: Callable[[Path], Case],
    progress: Progress = SILENT,
) -> Verification:
    """Check a bag, the case in it (``verify`` is given its file and the folder of packed footage or None), and that
    both agree. Raises ``InputError`` for a folder that is no bag, ``NegativeAnswer`` for one that is not safe to read.
    """
    if not (folder / "bagit.txt").is_file():
        raise InputError(
            "{name} is a folder and no package of Facet. Name a case file, or the folder of a package.",
            name=folder.name,
        )
    findings = Findings(progress)
    try:
        digests = examine_bag(folder, findings)
    except Refused as refused:
        raise NegativeAnswer(refused.finding.template, **refused.finding.values) from None
    if CASE_PATH not in digests:
        findings.bad("", "package", N_("The bag holds no case that is whole."))
        return Verification(ok=False, rows=_checks(findings), head=None)
    footage = folder / FOOTAGE
    verification = verify(folder / CASE_PATH, footage if footage.is_dir() else None)
    try:
        with open_case(folder / CASE_PATH) as case:
            told = told_of(case)
        examine_contents(folder, digests, told, findings, look=_shows)
        _examine_own_words(folder, digests, told, findings)
    except Cancelled:
        raise
    except FacetError as error:
        findings.bad("", "package", "{message}", message=error.localised(_))
    rows = (*_checks(findings), *verification.rows)
    return dataclasses.replace(verification, ok=all(row.ok for row in rows), rows=rows)


def _examine_own_words(folder: Path, digests: Mapping[str, str], told: Told, findings: Findings) -> None:
    """Compare ``verify.py`` and the instructions with what this version of Facet writes, where it is said to have
    written them: whoever altered a package may have altered these to deceive."""
    said = labels(folder, {"bag-info.txt": 0})
    if said.get(MAKER_LABEL) != MAKER:
        return
    for name, content in own_words(said.get(NUMBER_LABEL, ""), told.head).items():
        if digests.get(name) != sha256_bytes(content):
            template = N_("{place} is not what this version of Facet writes. Don't run it, and don't go by it.")
            findings.bad(name, "package", template, place=name)


def told_of(case: Case) -> Told:
    """What an open case says of the files of its package."""
    outputs = case.outputs()
    companions = [companion for row in outputs for companion in row.companions]
    cards = {digest: case.card(output) for digest, output in {row.card_sha256: row.id for row in outputs}.items()}
    reports = {entry.digests.get("report_sha256", "") for entry in case.journal() if entry.action == "report"}
    return Told(
        head=str(Head.parse(case.head())),
        pictures={row.id: row.png_sha256 for row in (*case.frames(), *case.crops())},
        marked={
            **{row.id: row.picture_sha256 for row in outputs},
            **{one.id: one.picture_sha256 for one in companions},
        },
        receipts={row.id: row.receipt_sha256 for row in outputs},
        cards={digest: digest for digest in cards},
        weights={str(card["id"]): str(card["weights_sha256"]) for card in cards.values()},
        reports=reports,
        footage={row.id: row.sha256 for row in case.footage()},
    )


def _shows(path: Path, picture_sha256: str) -> bool:
    """As :func:`facet.export.standalone.package.shows`, by Pillow."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # twice that is refused
            with Image.open(path, formats=("PNG",)) as image:
                if image.width * image.height > LARGEST_PICTURE or image.mode != "RGB":
                    return False
                box = Box.parse(str(image.info["Facet-Picture-Box"]))
                return picture_digest(box.cut(np.array(image))) == picture_sha256
    except (FacetError, Image.DecompressionBombError, OSError, KeyError, ValueError, SyntaxError, TypeError):
        return False


def _checks(findings: Findings) -> tuple[Check, ...]:
    return tuple(
        Check(exhibit=row.place or None, check=row.check, ok=row.ok, message=row.text(_)) for row in findings.rows
    )
