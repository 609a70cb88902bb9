"""The files that travel inside a report: full-size pictures, receipts and the head of the journal."""

from __future__ import annotations

from dataclasses import dataclass, field

from facet.core.canonical import Json, canonical_json
from facet.core.digest import sha256_bytes
from facet.core.i18n import translator
from facet.core.run import Companion
from facet.report.banner import marked_png
from facet.report.document import JournalHead, OutputExhibit, ReportDocument
from facet.report.figures import eight_bit
from facet.report.spread_scale import companion_png, titled

HEAD_NAME = "journal-head.json"
HEAD_SCHEMA = "facet.journal-head/1"
SEAL_NAME = "seal.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class Attachment:
    """A file inside the report; ``sha256`` is the digest of its bytes, ``description`` what readers list it as."""

    name: str
    content: bytes = field(repr=False)
    sha256: str
    description: str
    mime_type: str
    exhibit: str | None = None


def gather(document: ReportDocument, language: str) -> tuple[Attachment, ...]:
    """Every attachment of ``document``, in the order of the case; outputs only with their banner."""
    _ = translator(language)
    found: list[Attachment] = []
    for frame in document.frames:
        if frame.png is not None:
            text = _("Frame {id}, source pixels, lossless").format(id=frame.id)
            found.append(_attachment(f"{_stem(frame.id)}.png", frame.png, text, "image/png", frame.id))
        for crop in frame.crops:
            if crop.png is not None:
                text = _("Crop {id}, source pixels, lossless").format(id=crop.id)
                found.append(_attachment(f"{_stem(crop.id)}.png", crop.png, text, "image/png", crop.id))
            for output in crop.outputs:
                found += _of_output(output, document.case.number, language)
    head = canonical_json(head_json(document.case.number, document.journal_head))
    found.append(_attachment(HEAD_NAME, head, _("Head of the journal, for facet verify --against"), "application/json"))
    if document.seal_file is not None:
        told = _("Seal of the case, for facet verify --against")
        found.append(_attachment(SEAL_NAME, document.seal_file, told, "application/json"))
    return tuple(found)


def picture_name(exhibit: str) -> str:
    """The name of the attached picture of an exhibit: ``1-F412-C1-E3.png``."""
    return f"{_stem(exhibit)}.png"


def companion_name_of(exhibit: str, companion: Companion) -> str:
    """The name of the attached picture of a companion of output ``exhibit``: ``1-F412-C1-E3.spread.png``."""
    return f"{_stem(exhibit)}.{companion.name}.png"


def head_json(case_number: str, head: JournalHead) -> dict[str, Json]:
    """What :data:`HEAD_NAME` holds."""
    return {"schema": HEAD_SCHEMA, "case": case_number, "seq": head.seq, "sha256": head.sha256}


def _of_output(output: OutputExhibit, case_number: str, language: str) -> list[Attachment]:
    _ = translator(language)
    receipt = canonical_json(output.receipt)
    receipt_digest = sha256_bytes(receipt)
    picture = marked_png(
        eight_bit(output.picture),
        family=output.family,
        exhibit=output.id,
        language=language,
        case_number=case_number,
        backend=output.maker,
        picture_sha256=output.picture_sha256,
        facts={"Receipt-SHA256": receipt_digest},
    )
    name = _stem(output.id)
    shown = _("Output {id} with its banner").format(id=output.id)
    told = _("Receipt of output {id}").format(id=output.id)
    beside = [_of_companion(output, one, case_number, receipt_digest, language) for one in output.companions]
    return [
        _attachment(f"{name}.png", picture, shown, "image/png", output.id),
        *beside,
        _attachment(f"{name}.receipt.json", receipt, told, "application/json", output.id),
    ]


def _of_companion(
    output: OutputExhibit, one: Companion, case_number: str, receipt_digest: str, language: str
) -> Attachment:
    picture = companion_png(
        one,
        family=output.family,
        exhibit=output.id,
        language=language,
        case_number=case_number,
        backend=output.maker,
        receipt_sha256=receipt_digest,
    )
    _ = translator(language)
    title = titled(one.role, one.number, one.facts, _)
    text = _("{companion}, of output {id}, with its banner").format(companion=title, id=output.id)
    return _attachment(companion_name_of(output.id, one), picture, text, "image/png", output.id)


def _attachment(name: str, content: bytes, text: str, mime_type: str, exhibit: str | None = None) -> Attachment:
    digest = sha256_bytes(content)
    return Attachment(
        name=name,
        content=content,
        sha256=digest,
        description=f"{text} · SHA-256 {digest}",
        mime_type=mime_type,
        exhibit=exhibit,
    )


def _stem(exhibit: str) -> str:
    return "".join(c if c.isascii() and c.isalnum() else "-" for c in exhibit)
