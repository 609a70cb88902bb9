"""The last pages: limitations, seals, how to check the report, files inside it, software, signature."""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.platypus import Flowable

from facet.report.attachments import HEAD_NAME, Attachment
from facet.report.document import ReportDocument
from facet.report.sheet import WIDTH, Sheet, clipped
from facet.report.spelling import name_of, spelt
from facet.report.text import count, inline


def closing_pages(sheet: Sheet, document: ReportDocument, attachments: Sequence[Attachment]) -> list[Flowable]:
    """Limitations, seals, checking, attachments, software, signature."""
    _ = sheet.text
    software = document.software or {"facet": None}
    return [
        *sheet.heading(_("Limitations"), key="limitations"),
        *sheet.bullets([*_limitations(sheet), *(inline(clipped(text)) for text in document.limitations)]),
        *sheet.heading(_("Seals"), key="seals", level=1),
        *_seals(sheet, document),
        *sheet.heading(_("How to check this report"), key="check", level=1),
        *_checking(sheet),
        *sheet.heading(_("Files inside this report"), key="files", level=1),
        *_attachments(sheet, attachments),
        *sheet.heading(_("Software that made this report"), key="software", level=1),
        sheet.facts([(name_of(sheet, name), spelt(sheet, value)) for name, value in software.items()], compact=True),
        sheet.gap(14),
        _signature(sheet, document),
    ]


def _limitations(sheet: Sheet) -> list[str]:
    _ = sheet.text
    return [
        _(
            "No method recovers what the camera did not record. Distance, motion, darkness and compression limit what"
            " any picture made from this footage can show."
        ),
        _(
            "Networks carry the traits of the pictures they were trained on. They can shift a face towards features"
            " that are frequent there, and they may err more for some ages, sexes, origins and poses than for others."
        ),
        _(
            "In a published test with more than 130 people (University of Trieste and Amped Software, 2022), faces"
            " enlarged by super-resolution gave no considerable advantage over bicubic interpolation."
        ),
        _(
            "A digest proves that data have not changed since it was taken. It does not prove what happened to footage"
            " before it was added to the case."
        ),
        _("Times are those written in the files. Whether a camera's clock was right is not examined here."),
        _(
            "Repeating a run on the same machine and software gives the same bits. On other machines or versions small"
            " numerical differences are possible; they are reported when a run is repeated."
        ),
        _("Pictures on the pages are copies for viewing. For examination use the attached files or the case file."),
    ]


def _seals(sheet: Sheet, document: ReportDocument) -> list[Flowable]:
    _ = sheet.text
    words = (
        _(
            "The key that signed is known by its fingerprint. Compare it with the one that the examiner gives you by"
            " another way than this report."
        )
        if any(seal.id for seal in document.seals)
        else _("This report is not sealed. The journal's head in it is a proof only where it is kept apart.")
    )
    rows: list[list[str | Flowable]] = [
        [inline(seal.id or "–"), sheet.paragraph(inline(clipped(seal.message, 1000)))] for seal in document.seals
    ]
    table = [sheet.grid([_("Seal"), _("What it says")], rows, [40, WIDTH - 40])] if rows else []
    return [sheet.paragraph(words), sheet.gap(3), *table]


def _checking(sheet: Sheet) -> list[Flowable]:
    _ = sheet.text
    steps = (
        (
            _("Check that nothing in the case file was changed, and that it still contains what this report states:"),
            "facet verify CASE.facet --against REPORT.pdf",
        ),
        (
            _("Check that the footage is the same as at ingest (FOLDER holds the files):"),
            "facet verify CASE.facet --footage FOLDER --against REPORT.pdf",
        ),
        (
            _("Make every output again from its receipt and compare it with the recorded one:"),
            "facet reproduce CASE.facet",
        ),
        (
            _("Check who sealed the case (PUBLIC is the examiner's public key):"),
            "facet verify CASE.facet --against REPORT.pdf --key PUBLIC",
        ),
        (
            _("Without Facet: save a file from this report's attachments and take its digest with any program:"),
            "sha256sum FILE",
        ),
    )
    content: list[Flowable] = []
    for number, (words, command) in enumerate(steps, 1):
        content.append(
            sheet.together(sheet.paragraph(f"{number}. {words}"), sheet.paragraph(command, sheet.command), sheet.gap(3))
        )
    marks = _(
        "A picture with a banner holds the untouched pixels of the output; the text inside the file (Facet-Picture-Box)"
        " says where. Their picture digest is the SHA-256 of the line «facet-picture/1 RGB8 HEIGHT WIDTH», a line feed"
        " and the pixels as red, green and blue bytes, row by row."
    )
    return [*content, sheet.paragraph(marks, sheet.small)]


def _attachments(sheet: Sheet, attachments: Sequence[Attachment]) -> list[Flowable]:
    _ = sheet.text
    words = _(
        "These files are attached to this PDF; a reader lists them under attachments. {name} is for Facet's own check.",
        name=HEAD_NAME,
    )
    rows: list[list[str | Flowable]] = [
        [inline(a.name), count(len(a.content)), sheet.paragraph(a.sha256, sheet.digest)] for a in attachments
    ]
    head = [_("File"), _("Bytes"), _("SHA-256")]
    return [sheet.paragraph(words), sheet.gap(3), sheet.grid(head, rows, [150, 60, WIDTH - 210])]


def _signature(sheet: Sheet, document: ReportDocument) -> Flowable:
    _ = sheet.text
    widths = [WIDTH * 0.4, WIDTH * 0.35, WIDTH * 0.25]
    name = sheet.paragraph(inline(clipped(document.examiner, 200)))
    labels = [sheet.paragraph(words, sheet.label) for words in (_("Examiner"), _("Signature"), _("Date"))]
    title = sheet.paragraph(_("Signature of the examiner"), sheet.heading2)
    return sheet.together(title, sheet.gap(20), sheet.table([[name, "", ""], labels], widths))
