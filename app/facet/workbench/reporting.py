"""A case as the document that a report prints, and the writing of the report."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from facet import __version__
from facet.case import Case, CropRow, FrameRow, OutputRow
from facet.case import Remark as CaseRemark
from facet.core.canonical import Json
from facet.core.clock import decimal, utc_now
from facet.core.errors import InputError
from facet.core.frame import Picture
from facet.core.i18n import speaking
from facet.core.progress import SILENT, Progress
from facet.inference.client import InferenceClient
from facet.report.document import (
    CaseFacts,
    CropExhibit,
    FrameExhibit,
    JournalEntry,
    JournalHead,
    OutputExhibit,
    ReportDocument,
    SealFacts,
    VerificationFacts,
    VerificationRow,
)
from facet.report.document import Remark as PrintedRemark
from facet.weights import Store
from facet.workbench.exports import evidence_of, kept_if_journalled, recordable_name, refuse_evidence
from facet.workbench.lookup import upright
from facet.workbench.reported_footage import clock_times, footage_exhibit
from facet.workbench.runs import compare_with
from facet.workbench.sealing import Sealed, seal_case
from facet.workbench.witnesses import seal_file, verified

if TYPE_CHECKING:
    from facet.seal import SealKey

PACKAGES = ("av", "numpy", "pillow", "pikepdf", "reportlab", "sqlalchemy", "torch")
DEFAULT_SCALE = 4
"""By which a crop without outputs is enlarged beside its own pixels."""


def make_report(
    case: Case,
    store: Store,
    inference: InferenceClient,
    out: Path,
    *,
    language: str,
    key: SealKey | None = None,
    authority: str = "",
    progress: Progress = SILENT,
) -> dict[str, Json]:
    """Verify the case with its footage, write the report, and journal its digest; with a ``key`` seal the case first.

    The report names the journal's head before its own entry, which is then the seal's. Raises ``FacetError``.
    """
    from facet.report.pdf import write_report

    refuse_evidence(out, evidence_of(case))
    with speaking(language):
        sealed = None if key is None else seal_case(case, key, purpose="report", authority=authority)
        document = report_document(case, store, inference, progress, sealed=sealed)
    facts = write_report(document, out, language=language, progress=progress)
    head = document.journal_head
    with kept_if_journalled(out):
        case.log(
            "report",
            details={
                "name": recordable_name(out),
                "language": language,
                "pages": facts.pages,
                "of_head": {"seq": head.seq, "sha256": head.sha256},
                "verified": document.verification.ok if document.verification else None,
            },
            digests={"report_sha256": facts.sha256, **{item.name: item.sha256 for item in facts.attachments}},
        )
    return {
        "out": str(out),
        "sha256": facts.sha256,
        "pages": facts.pages,
        "language": language,
        "verified": document.verification.ok if document.verification else None,
        "head": {"seq": head.seq, "sha256": head.sha256},
        "seal": None if sealed is None else sealed.to_json(),
    }


def report_document(
    case: Case,
    store: Store,
    inference: InferenceClient,
    progress: Progress = SILENT,
    *,
    sealed: Sealed | None = None,
) -> ReportDocument:
    """Everything the report prints, gathered from the case and checked against the footage now; ``sealed`` is the seal
    made for it."""
    checked_at = utc_now()
    verification = verified(case, progress)
    checks = {check.exhibit: check for check in verification.footage}
    crops: dict[str, list[CropRow]] = {}
    for crop in case.crops():
        crops.setdefault(crop.frame, []).append(crop)
    outputs: dict[str, list[OutputRow]] = {}
    for output in case.outputs():
        outputs.setdefault(output.crop, []).append(output)
    frames = []
    for row in case.frames():
        made = []
        for crop in crops.get(row.id, []):
            scale = _scale(crop, outputs.get(crop.id, []))
            bicubic = _bicubic(case, store, inference, crop.id, scale=scale, progress=progress)
            made.append(_crop(case, crop, outputs.get(crop.id, []), bicubic, scale))
        frames.append(_frame(case, row, tuple(made)))
    meta, head = case.meta, case.head()
    return ReportDocument(
        case=CaseFacts(
            number=meta.number,
            examiner=meta.examiner,
            created=meta.created,
            agency=meta.agency,
            title=meta.title,
        ),
        examiner=case.examiner or meta.examiner,
        generated_at=checked_at,
        journal_head=JournalHead(seq=int(str(head["seq"])), sha256=str(head["sha256"])),
        footage=tuple(
            footage_exhibit(case, row, checks.get(row.id) or case.check_footage(row.id, progress=progress), checked_at)
            for row in case.footage()
        ),
        frames=tuple(frames),
        remarks=tuple(_remark(remark) for remark in case.remarks() if remark.kind in ("note", "finding")),
        journal=tuple(
            JournalEntry(
                seq=entry.seq,
                at=entry.at,
                examiner=entry.examiner,
                action=entry.action,
                exhibit=entry.exhibit,
                sha256=entry.sha256,
            )
            for entry in case.journal()
        ),
        verification=VerificationFacts(
            at=checked_at,
            ok=verification.ok,
            rows=tuple(
                VerificationRow(exhibit=row.exhibit, check=row.check, ok=row.ok, message=row.message)
                for row in verification.rows
            ),
        ),
        seals=tuple(
            SealFacts(id=row.exhibit, ok=row.ok, message=row.message)
            for row in verification.rows
            if row.check == "seal"
        ),
        seal_file=None if sealed is None else seal_file(sealed),
        software=software(),
    )


def software() -> dict[str, Json]:
    """What makes the report, name to version; null where a package can't be asked."""
    found: dict[str, Json] = {"facet": __version__, "python": platform.python_version(), "system": platform.platform()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = None
    return found


def _frame(case: Case, row: FrameRow, crops: tuple[CropExhibit, ...]) -> FrameExhibit:
    rotation, aspect = upright(row.decoding)
    return FrameExhibit(
        id=row.id,
        footage=row.footage,
        stream=row.stream,
        index=row.index,
        pts=row.pts,
        time_base=f"{row.time_base.numerator}/{row.time_base.denominator}",
        seconds=decimal(row.seconds),
        picture=case.picture(row.id),
        picture_sha256=row.picture_sha256,
        planes_sha256=row.planes_sha256,
        decoding=row.decoding,
        rotation=rotation,
        sample_aspect=aspect,
        png=case.png(row.id),
        clock=clock_times(case, row),
        crops=crops,
        withdrawn=_withdrawn(row.withdrawal),
        aliases=row.aliases,
        tags=row.tags,
    )


def _bicubic(
    case: Case, store: Store, inference: InferenceClient, crop: str, *, scale: int, progress: Progress
) -> Picture | None:
    """The enlarged crop, or None where it is too large for that; the report then prints the crop alone."""
    try:
        return compare_with(case, store, inference, crop, scale=scale, progress=progress).picture
    except InputError:
        return None


def _crop(case: Case, row: CropRow, outputs: list[OutputRow], bicubic: Picture | None, scale: int) -> CropExhibit:
    return CropExhibit(
        id=row.id,
        box=row.box,
        picture=case.picture(row.id),
        picture_sha256=row.picture_sha256,
        png=case.png(row.id),
        bicubic=bicubic,
        bicubic_scale=scale,
        outputs=tuple(_output(case, output) for output in outputs),
        withdrawn=_withdrawn(row.withdrawal),
        aliases=row.aliases,
        tags=row.tags,
    )


def _scale(row: CropRow, outputs: list[OutputRow]) -> int:
    """The scale that most outputs have: the comparison picture's."""
    factors = [round(max(output.width, output.height) / max(row.width, row.height)) for output in outputs]
    usable = [factor for factor in factors if factor in (2, 3, 4, 8)]
    return max(sorted(set(usable)), key=usable.count) if usable else DEFAULT_SCALE


def _output(case: Case, row: OutputRow) -> OutputExhibit:
    return OutputExhibit(
        id=row.id,
        picture=case.picture(row.id),
        picture_sha256=row.picture_sha256,
        receipt=case.receipt(row.id).to_json(),
        descriptor=case.card(row.id),
        withdrawn=_withdrawn(row.withdrawal),
        aliases=row.aliases,
        tags=row.tags,
        companions=case.companions(row.id),
    )


def _remark(remark: CaseRemark) -> PrintedRemark:
    return PrintedRemark(
        kind=remark.kind, at=remark.at, examiner=remark.examiner, text=remark.text, exhibit=remark.exhibit
    )


def _withdrawn(remark: CaseRemark | None) -> str | None:
    return None if remark is None else remark.text
