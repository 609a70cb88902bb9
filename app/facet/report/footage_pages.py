"""The footage: which files, proved by which digests, read how."""

from __future__ import annotations

from reportlab.platypus import Flowable

from facet.core.i18n import N_
from facet.report.document import FootageExhibit, ReportDocument, StreamFacts
from facet.report.exhibit_parts import also_known_as, withdrawn
from facet.report.moment_pages import clock_table, mark_table
from facet.report.sheet import WIDTH, Fact, Sheet, clipped
from facet.report.text import count, inline, moment

KINDS = {
    "video": N_("video"),
    "audio": N_("audio"),
    "subtitle": N_("subtitles"),
    "data": N_("data"),
    "attachment": N_("attached file"),
}
"""What kinds of streams are called; others are printed as they are spelt."""


def footage_pages(sheet: Sheet, document: ReportDocument) -> list[Flowable]:
    """A heading and one block of facts for each file."""
    _ = sheet.text
    content: list[Flowable] = [*sheet.heading(_("Footage"), key="footage")]
    content.append(
        sheet.paragraph(
            _(
                "The files below were opened for reading only and were not copied into the case. A SHA-256 digest is a"
                " fingerprint of a file: it changes when a single bit changes, so an equal digest shows the same file."
            )
        )
    )
    if not document.footage:
        content.append(sheet.paragraph(_("The case holds no footage.")))
    for footage in document.footage:
        content += _file(sheet, footage)
    return content


def _file(sheet: Sheet, footage: FootageExhibit) -> list[Flowable]:
    _ = sheet.text
    title = _("Footage {id}: {name}", id=footage.id, name=clipped(footage.name, 120))
    key = f"footage {footage.id}"
    rows: list[Fact] = [
        (_("Path in the case"), inline(clipped(footage.path))),
        (_("SHA-256 at ingest"), inline(footage.sha256), sheet.digest),
        *_md5(sheet, footage),
        (_("Checked again"), _checked(sheet, footage)),
        (_("Size"), _("{bytes} bytes", bytes=count(footage.size))),
        (_("File last modified"), inline(moment(footage.modified))),
        (_("Container"), inline(clipped(footage.container or "–"))),
        (_("Duration"), _("{seconds} s", seconds=footage.duration) if footage.duration else "–"),
        (_("Frames counted"), count(footage.frames) if footage.frames is not None else "–"),
        (_("Counted from"), _index(sheet, footage)),
        (_("Decoder"), inline(clipped(footage.decoder or "–"))),
    ]
    content: list[Flowable] = [
        *sheet.heading(title, key=key, level=1, withdrawn=footage.withdrawn),
        *withdrawn(sheet, footage.withdrawn),
        sheet.facts([*also_known_as(sheet, footage.aliases, footage.tags), *rows]),
    ]
    if footage.streams:
        content += [sheet.gap(5), _streams(sheet, footage.streams)]
    if footage.warnings:
        content += sheet.subheading(_("Warnings from reading this file"))
        content += sheet.bullets([sheet.known(warning) for warning in footage.warnings])
    return [*content, *clock_table(sheet, footage.clocks), *mark_table(sheet, footage.marks)]


def _md5(sheet: Sheet, footage: FootageExhibit) -> list[Fact]:
    _ = sheet.text
    if footage.md5 is None:
        return []
    words = _("only to be compared with older reports; an equal MD5 proves nothing")
    return [(_("MD5 at ingest"), f"{inline(footage.md5)}<br/>{words}", sheet.digest)]


def _checked(sheet: Sheet, footage: FootageExhibit) -> str:
    _, check = sheet.text, footage.check
    said = f" {sheet.known(check.message)}" if check.message else ""
    if check.ok is None:
        return _("Not checked again for this report.") + said
    when = moment(check.at)
    if check.ok:
        return _("The same file: digest equal at {time} (UTC).", time=when) + said
    differs = _("THE FILE DIFFERS from the one added to the case, found at {time} (UTC).", time=when)
    return f'<font color="#9c1f3a"><b>{differs}</b></font>{said}'


def _index(sheet: Sheet, footage: FootageExhibit) -> str:
    _ = sheet.text
    names = {
        "packets": _("the time stamps of the packets"),
        "decoded": _("a decoding of the whole file"),
    }
    method = names.get(footage.index_method or "", inline(footage.index_method or "–"))
    return f"{method}. {sheet.known(footage.index_reason)}" if footage.index_reason else method


def _streams(sheet: Sheet, streams: tuple[StreamFacts, ...]) -> Flowable:
    _ = sheet.text
    head = [
        _("Stream"),
        _("Kind"),
        _("Codec"),
        _("Picture (pixels)"),
        _("Pixel format"),
        _("Pixel aspect"),
        _("Rotation"),
        _("Frame rate"),
        _("Time base"),
    ]
    used = _("used")
    rows = [
        [
            f"<b>{s.index}</b> {used}" if s.used else str(s.index),
            sheet.known(clipped(KINDS.get(s.type, s.type) or "–", 60)),
            _cell(s.codec),
            f"{s.width}×{s.height}" if s.width and s.height else "–",
            _cell(s.pixel_format),
            _cell(s.sample_aspect),
            f"{s.rotation}°" if s.rotation is not None else "–",
            _cell(s.average_rate),
            _cell(s.time_base),
        ]
        for s in streams
    ]
    widths = [46, 44, 52, 68, 62, 52, 44, 62, WIDTH - 430]
    return sheet.grid(head, rows, widths)


def _cell(text: str | None) -> str:
    return inline(clipped(text or "–", 60))
