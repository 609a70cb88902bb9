"""The report: typeset twice (the second time with page numbers), its files attached, written whole."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

import pikepdf
from reportlab import rl_config
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageBreak, PageTemplate
from reportlab.platypus.doctemplate import LayoutError

from facet.core.digest import sha256_bytes
from facet.core.errors import InternalError
from facet.core.i18n import LANGUAGES
from facet.core.progress import SILENT, Progress
from facet.report.attachments import Attachment, gather
from facet.report.cabinet import Cabinet
from facet.report.closing_pages import closing_pages
from facet.report.cover import cover
from facet.report.document import ReportDocument
from facet.report.exhibit_pages import exhibit_pages
from facet.report.fonts import REGULAR
from facet.report.footage_pages import footage_pages
from facet.report.margins import HEADER, Margins
from facet.report.method_pages import method_pages
from facet.report.record_pages import record_pages
from facet.report.sheet import MARGIN, PAGE_HEIGHT, PAGE_WIDTH, WIDTH, PageNumbers, Sheet
from facet.report.text import printable
from facet.report.writing import write_whole

rl_config.useA85 = 0  # binary streams: reportlab's ASCII encoding is slow and a quarter larger

MOST_PASSES = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class AttachedFile:
    """What was attached: ``exhibit`` null for the journal's head."""

    name: str
    sha256: str
    exhibit: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportFacts:
    """What was written: the file's digest and size in bytes, its pages and the files inside it."""

    path: Path
    sha256: str
    size: int
    pages: int
    attachments: tuple[AttachedFile, ...]


def write_report(document: ReportDocument, out: Path, *, language: str, progress: Progress = SILENT) -> ReportFacts:
    """Write the report of ``document`` to ``out`` in ``language`` (``en`` or ``ko``); the same bytes every time.

    Raises ``InputError`` or ``EnvironmentLacksError`` where ``out`` can't be written; nothing half done is left.
    """
    if language not in LANGUAGES:
        raise ValueError(f"reports are written in {LANGUAGES}, not {language}")
    progress(0, 4, "")
    attachments = gather(document, language)
    progress(1, 4, "")
    body, numbers = _typeset(document, language, attachments, progress)
    content = _finished(document, language, body, attachments)
    progress(3, 4, "")
    write_whole(out, content)
    progress(4, 4, "")
    return ReportFacts(
        path=out,
        sha256=sha256_bytes(content),
        size=len(content),
        pages=numbers.total,
        attachments=tuple(AttachedFile(name=a.name, sha256=a.sha256, exhibit=a.exhibit) for a in attachments),
    )


def _typeset(
    document: ReportDocument, language: str, attachments: tuple[Attachment, ...], progress: Progress
) -> tuple[bytes, PageNumbers]:
    cabinet, earlier = Cabinet(attachments), PageNumbers()
    for _pass in range(MOST_PASSES):
        sheet = Sheet(language, earlier)
        body = _one_pass(document, sheet, cabinet, attachments)
        progress(2, 4, "")
        if sheet.numbers == earlier:
            break
        earlier = sheet.numbers
    return body, sheet.numbers


def _one_pass(document: ReportDocument, sheet: Sheet, cabinet: Cabinet, attachments: tuple[Attachment, ...]) -> bytes:
    stream = io.BytesIO()
    template = BaseDocTemplate(
        stream,
        pagesize=(PAGE_WIDTH, PAGE_HEIGHT),
        title=_title(sheet, document),
        author=printable(document.examiner),
        creator=printable(f"Facet {document.software.get('facet') or ''}").strip(),
        lang={"en": "en", "ko": "ko-KR"}[sheet.language],
        displayDocTitle=True,
        initialFontName=REGULAR,
        invariant=1,
        pageCompression=1,
    )
    space = Frame(
        MARGIN, MARGIN + HEADER, WIDTH, PAGE_HEIGHT - 2 * MARGIN - 2 * HEADER,
        leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0,
    )  # fmt: skip
    margins = Margins(sheet, document)
    template.addPageTemplates(PageTemplate(id="page", frames=[space], onPage=margins.draw))
    try:
        template.build(_content(document, sheet, cabinet, attachments))
    except LayoutError as error:
        raise InternalError("The report can't be laid out: {reason}", reason=str(error)[:300]) from error
    sheet.numbers.total = template.page
    return stream.getvalue()


def _content(
    document: ReportDocument, sheet: Sheet, cabinet: Cabinet, attachments: tuple[Attachment, ...]
) -> list[Flowable]:
    return [
        *cover(sheet, document, cabinet),
        PageBreak(),
        *footage_pages(sheet, document),
        PageBreak(),
        *method_pages(sheet, document),
        *exhibit_pages(sheet, document, cabinet),
        PageBreak(),
        *record_pages(sheet, document),
        PageBreak(),
        *closing_pages(sheet, document, attachments),
    ]


def _title(sheet: Sheet, document: ReportDocument) -> str:
    _ = sheet.plain
    return printable(_("Examination report, case {number}", number=document.case.number))


def _finished(document: ReportDocument, language: str, body: bytes, attachments: tuple[Attachment, ...]) -> bytes:
    with pikepdf.open(io.BytesIO(body)) as pdf:
        files = pikepdf.Array()
        for attachment in attachments:
            relation = pikepdf.Name.Data if attachment.mime_type == "application/json" else pikepdf.Name.Source
            spec = pikepdf.AttachedFileSpec(
                pdf,
                attachment.content,
                filename=attachment.name,
                description=attachment.description,
                mime_type=attachment.mime_type,
                creation_date="",
                mod_date="",
            )
            spec.obj.AFRelationship = relation
            pdf.attachments[attachment.name] = spec
            files.append(spec.obj)
        pdf.Root.AF = files
        moment = re.sub(r"[^0-9]", "", document.generated_at)[:14]
        for name in ("/CreationDate", "/ModDate"):
            pdf.docinfo[name] = f"D:{moment}Z"
        pdf.Root.Metadata = pdf.make_stream(_packet(document, language, str(pdf.docinfo.get("/Title", ""))))
        pdf.Root.Metadata.Type, pdf.Root.Metadata.Subtype = pikepdf.Name.Metadata, pikepdf.Name.XML
        stream = io.BytesIO()
        pdf.save(stream, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return stream.getvalue()


def _packet(document: ReportDocument, language: str, title: str) -> bytes:
    made = escape(printable(document.generated_at), {'"': "&quot;"})
    tool = escape(printable(f"Facet {document.software.get('facet') or ''}").strip(), {'"': "&quot;"})
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
        f' xmp:CreateDate="{made}" xmp:ModifyDate="{made}" xmp:CreatorTool="{tool}">'
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(title)}</rdf:li></rdf:Alt></dc:title>'
        f"<dc:creator><rdf:Seq><rdf:li>{escape(printable(document.examiner))}</rdf:li></rdf:Seq></dc:creator>"
        f"<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>"
        '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
    ).encode()
