"""What the examiners wrote, what verifying the case found, and the journal."""

from __future__ import annotations

from collections.abc import Iterator

from reportlab.platypus import Flowable

from facet.core.i18n import N_
from facet.report.document import Remark, ReportDocument, VerificationRow
from facet.report.sheet import BAD, GOOD, WIDTH, Sheet, clipped
from facet.report.text import count, inline, moment, short_digest

MOST_ROWS = 400
"""Failed checks printed; a case with more of them needs no longer list."""

ACTIONS = {
    "create": N_("case created"),
    "ingest": N_("footage added"),
    "frame": N_("frame recorded"),
    "crop": N_("crop recorded"),
    "output": N_("output recorded"),
    "note": N_("note"),
    "finding": N_("finding"),
    "withdrawal": N_("withdrawal"),
    "alias": N_("own number given"),
    "relocate": N_("footage found elsewhere"),
    "mark": N_("mark made"),
    "camera-clock": N_("camera clock read"),
    "index": N_("index kept"),
    "tag": N_("tag given"),
    "seal": N_("case sealed"),
    "migrate": N_("case copied into a newer format"),
    "export": N_("picture exported"),
    "report": N_("report written"),
    "run-refused": N_("run refused"),
    "footage-check": N_("footage checked"),
}
"""What the journal's actions are called; others are printed as they are spelt."""


def record_pages(sheet: Sheet, document: ReportDocument) -> list[Flowable]:
    """Findings, notes, verification, journal."""
    _ = sheet.text
    return [
        *sheet.heading(_("Findings and notes"), key="findings"),
        *_remarks(sheet, document),
        *sheet.heading(_("Verification of the case file"), key="verified", level=1),
        *_verification(sheet, document),
        *sheet.heading(_("Journal"), key="journal", level=1),
        *_journal(sheet, document),
    ]


def _remarks(sheet: Sheet, document: ReportDocument) -> Iterator[Flowable]:
    _ = sheet.text
    if not document.remarks:
        yield sheet.paragraph(_("No findings and no notes were recorded."))
    for title, kind in ((_("Findings"), "finding"), (_("Notes"), "note")):
        remarks = [remark for remark in document.remarks if remark.kind == kind]
        if remarks:
            yield from sheet.subheading(title)
        for remark in remarks:
            yield from _remark(sheet, remark)


def _remark(sheet: Sheet, remark: Remark) -> Iterator[Flowable]:
    _ = sheet.text
    facts = {"time": moment(remark.at), "examiner": clipped(remark.examiner, 200)}
    if remark.exhibit:
        line = _("{time} (UTC), {examiner}, on exhibit {id}", id=remark.exhibit, **facts)
    else:
        line = _("{time} (UTC), {examiner}, on the case", **facts)
    lead = sheet.paragraph(line, sheet.label)
    lead.keepWithNext = True
    yield lead
    yield sheet.long_text(remark.text)
    yield sheet.gap(5)


def _verification(sheet: Sheet, document: ReportDocument) -> Iterator[Flowable]:
    _, facts = sheet.text, document.verification
    if facts is None:
        yield sheet.paragraph(_("The case file was not verified for this report. The last page says how to do it."))
        return
    passed = sum(row.ok for row in facts.rows)
    counted = _("Checks passed: {passed} of {all}.", passed=count(passed), all=count(len(facts.rows)))
    when = _("Verified at {time} (UTC).", time=moment(facts.at))
    if facts.ok:
        words = _("Nothing in the case file was found to be changed.")
        yield sheet.box([sheet.paragraph(f"<b>{words}</b> {counted} {when}")], edge=GOOD)
    else:
        words = _("THE CASE FILE DID NOT PASS VERIFICATION. Do not rely on this report before it is explained.")
        yield sheet.box(
            [sheet.paragraph(words, sheet.loud), sheet.paragraph(f"{counted} {when}", sheet.loud_small)], ground=BAD
        )
    failed = [row for row in facts.rows if not row.ok]
    if failed:
        yield sheet.gap(5)
        yield _failures(sheet, failed)


def _failures(sheet: Sheet, failed: list[VerificationRow]) -> Flowable:
    _ = sheet.text
    rows: list[list[str | Flowable]] = [
        [inline(clipped(row.exhibit or "–", 80)), sheet.known(row.check), sheet.known(row.message)]
        for row in failed[:MOST_ROWS]
    ]
    if len(failed) > MOST_ROWS:
        rows.append(["…", "", _("and {number} more", number=count(len(failed) - MOST_ROWS))])
    return sheet.grid([_("Exhibit"), _("Check made"), _("What was found")], rows, [100, 120, WIDTH - 220])


def _journal(sheet: Sheet, document: ReportDocument) -> Iterator[Flowable]:
    _, head = sheet.text, document.journal_head
    where = _(
        "Head: entry {seq}, SHA-256 {digest}. The first 16 digits of each entry's digest are printed here; the case"
        " file holds the entries in full.",
        seq=head.seq,
        digest=head.sha256,
    )
    yield sheet.paragraph(where)
    yield sheet.gap(4)
    if document.journal:
        rows: Iterator[list[str | Flowable]] = (
            [
                str(entry.seq),
                inline(moment(entry.at)),
                inline(clipped(entry.examiner, 120)),
                sheet.known(ACTIONS.get(entry.action, entry.action)),
                inline(entry.exhibit or "–"),
                short_digest(entry.sha256),
            ]
            for entry in document.journal
        )
        columns = [_("No."), _("Time (UTC)"), _("Examiner"), _("Action"), _("Exhibit"), _("Digest")]
        yield sheet.grid(columns, rows, [30, 90, 92, 100, 94, WIDTH - 406])
