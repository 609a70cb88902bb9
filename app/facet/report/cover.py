"""The cover: whose case, by whom and when, what the report is and is not, what it holds, and the journal's head."""

from __future__ import annotations

from collections.abc import Iterator

from reportlab.platypus import Flowable

from facet.core.descriptor import Family
from facet.report.cabinet import Cabinet
from facet.report.document import CropExhibit, FrameExhibit, OutputExhibit, ReportDocument
from facet.report.exhibit_parts import colour_of, kind, thumbnail
from facet.report.families import LAW_LABEL, MARKINGS
from facet.report.sheet import INK, WIDTH, Sheet, clipped
from facet.report.text import inline, moment, struck

THUMBNAIL = 46.0


def cover(sheet: Sheet, document: ReportDocument, cabinet: Cabinet) -> list[Flowable]:
    """The first page, or as many as the summary needs."""
    _, case = sheet.text, document.case
    opened = _("{time} (UTC), by {examiner}", time=moment(case.created), examiner=clipped(case.examiner))
    facts = [(_("Case number"), f"<b>{inline(clipped(case.number))}</b>")]
    if case.title:
        facts.append((_("Case title"), inline(clipped(case.title))))
    if case.agency:
        facts.append((_("Agency"), inline(clipped(case.agency))))
    facts += [
        (_("Case opened"), opened),
        (_("Report made by"), f"<b>{inline(clipped(document.examiner))}</b>"),
        (_("Report made at"), _("{time} (UTC)", time=moment(document.generated_at))),
    ]
    version = document.software.get("facet")
    product = _("Facet {version}, workbench for forensic face super-resolution", version=version or "")
    return [
        sheet.paragraph(product, sheet.label),
        sheet.landmark(_("Examination report"), key="cover"),
        sheet.paragraph(_("Examination report"), sheet.cover_title),
        sheet.gap(8),
        sheet.facts(facts),
        sheet.gap(8),
        *_what_it_is(sheet),
        *_generative(sheet, document),
        sheet.gap(4),
        *_summary(sheet, document, cabinet),
        sheet.gap(6),
        sheet.paragraph(_contents(sheet), sheet.quiet),
        sheet.gap(8),
        *_head(sheet, document),
    ]


def _what_it_is(sheet: Sheet) -> list[Flowable]:
    _ = sheet.text
    about, beyond = _("What this report is."), _("What it is not.")
    purpose = _(
        "It documents which footage the pictures come from, how each of them was made, and how another examiner can"
        " check and repeat every step."
    )
    limits = _(
        "It identifies nobody and states no probability that two pictures show the same person. An enlarged or enhanced"
        " picture is not a recording: the recorded pixels are printed beside each one, and they are the evidence."
    )
    return [
        sheet.box(
            [
                sheet.paragraph(f"<b>{about}</b> {purpose}"),
                sheet.paragraph(f"<b>{beyond}</b> {limits}"),
            ],
            edge=INK,
        ),
        sheet.gap(8),
    ]


def _generative(sheet: Sheet, document: ReportDocument) -> list[Flowable]:
    _ = sheet.text
    outputs = [output for _frame, _crop, output in document.outputs() if output.family is Family.GENERATIVE]
    if not outputs:
        words = _("This report contains no output of a generative method.")
        return [sheet.paragraph(words), sheet.gap(6)]
    marking = MARKINGS[Family.GENERATIVE]
    links = ", ".join(_link(sheet, output) for output in outputs)
    count = _("Generative outputs in this report: {number}", number=len(outputs))
    return [
        sheet.box(
            [
                sheet.paragraph(f"{LAW_LABEL} · {count}", sheet.loud),
                sheet.paragraph(_(marking.warning), sheet.loud_small),
                sheet.paragraph(links, sheet.loud_small),
            ],
            ground=colour_of(Family.GENERATIVE),
        ),
        sheet.gap(6),
    ]


def _link(sheet: Sheet, output: OutputExhibit) -> str:
    _ = sheet.text
    page = _("(page {page})", page=sheet.page_of(output.id))
    return f"{inline(output.id)} {page}"


def _summary(sheet: Sheet, document: ReportDocument, cabinet: Cabinet) -> list[Flowable]:
    _ = sheet.text
    names = {footage.id: footage.name for footage in document.footage}
    rows: list[list[str | Flowable]] = []
    for frame in document.frames:
        if not frame.crops:
            rows.append(["", _source(sheet, frame, None, names), "–", sheet.page_of(frame.id)])
        for crop in frame.crops:
            rows.append(
                [
                    thumbnail(frame, crop, cabinet, THUMBNAIL),
                    _source(sheet, frame, crop, names),
                    "<br/>".join(_outputs(sheet, frame, crop)) or "–",
                    sheet.page_of(crop.id),
                ]
            )
    heading = sheet.heading(_("Exhibits"), key="summary", level=1)
    if not rows:
        words = _("The case holds no frames and no crops. Footage is listed below.")
        return [*heading, sheet.paragraph(words)]
    head = ["", _("Exhibit"), _("Outputs"), _("Page")]
    widths = [THUMBNAIL + 8, 190, WIDTH - THUMBNAIL - 8 - 190 - 36, 36]
    return [*heading, sheet.grid(head, rows, widths)]


def _source(sheet: Sheet, frame: FrameExhibit, crop: CropExhibit | None, names: dict[str, str]) -> str:
    _ = sheet.text
    withdrawn = crop.withdrawn if crop and crop.withdrawn is not None else frame.withdrawn
    exhibit = struck(inline(crop.id if crop else frame.id), withdrawn)
    lines = [
        f"<b>{exhibit}</b>",
        inline(clipped(names.get(frame.footage, frame.footage), 80)),
        _("frame {index}, {seconds} s", index=frame.index, seconds=frame.seconds),
    ]
    if crop:
        lines.append(_("face box {box} (left, top, width, height)", box=crop.box))
    if withdrawn is not None:
        gone = _("WITHDRAWN")
        lines.append(f"<b>{gone}</b>")
    return "<br/>".join(lines)


def _outputs(sheet: Sheet, frame: FrameExhibit, crop: CropExhibit) -> Iterator[str]:
    _ = sheet.text
    for output in crop.outputs:
        backend = inline(clipped(str(output.descriptor.get("id") or "–"), 60))
        short = inline(output.id.rsplit("/", 1)[-1])
        page = _("(page {page})", page=sheet.page_of(output.id))
        reason = next((r for r in (output.withdrawn, crop.withdrawn, frame.withdrawn) if r is not None), None)
        gone = _("WITHDRAWN") if reason is not None else ""
        name = struck(f"<b>{short}</b> {backend}: {kind(sheet, output.family)}", reason)
        yield f"{name} <b>{gone}</b> {page}"


def _contents(sheet: Sheet) -> str:
    _ = sheet.text
    parts = (
        (_("Footage"), "footage"),
        (_("How the pictures were made"), "method"),
        (_("Findings and notes"), "findings"),
        (_("Journal"), "journal"),
        (_("Limitations"), "limitations"),
        (_("How to check this report"), "check"),
        (_("Files inside this report"), "files"),
    )
    return " · ".join(f"{words} {sheet.page_of(key)}" for words, key in parts)


def _head(sheet: Sheet, document: ReportDocument) -> list[Flowable]:
    _ = sheet.text
    head = document.journal_head
    purpose = _(
        "This digest fixes everything that was recorded before this report. Keep it apart from the case file: whoever"
        " has it can prove later that nothing recorded was changed."
    )
    title = _("Head of the journal: entry {seq}", seq=head.seq)
    return [
        sheet.together(
            sheet.box(
                [
                    sheet.paragraph(f"<b>{title}</b>"),
                    sheet.paragraph(f"SHA-256&nbsp; {inline(head.sha256)}", sheet.command),
                    sheet.paragraph(purpose, sheet.small),
                ],
                edge=INK,
            )
        )
    ]
