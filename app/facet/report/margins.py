"""What stands above and below the text of every page: the case, the page of how many, the head of the journal."""

from __future__ import annotations

from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate

from facet.report.document import ReportDocument
from facet.report.fonts import REGULAR, SECOND, SECOND_SIZE, runs
from facet.report.sheet import MARGIN, PAGE_HEIGHT, PAGE_WIDTH, QUIET, RULE, WIDTH, Sheet
from facet.report.text import moment, printable, short_digest

HEADER = 20.0
"""Points between the top of the text and the header's rule, and likewise at the foot."""
SIZE = 7.5


class Margins:
    """Header and footer."""

    def __init__(self, sheet: Sheet, document: ReportDocument) -> None:
        _ = sheet.plain
        head = document.journal_head
        self.sheet = sheet
        self.case = printable(_("Case {number}", number=document.case.number))
        self.made = printable(_("{time} (UTC)", time=moment(document.generated_at)))
        self.head = printable(_("Journal head {seq}:", seq=head.seq)) + f" {short_digest(head.sha256)}"

    def draw(self, canvas: Canvas, template: BaseDocTemplate) -> None:
        """Called by reportlab at the start of each page."""
        _ = self.sheet.plain
        page = _("Page {page} of {pages}", page=template.page, pages=self.sheet.earlier.total or "–")
        title = _("Examination report")
        top, foot, right = PAGE_HEIGHT - MARGIN, MARGIN, MARGIN + WIDTH
        canvas.saveState()
        canvas.setFillColor(QUIET)
        canvas.setStrokeColor(RULE)
        canvas.setLineWidth(0.5)
        canvas.line(MARGIN, top - 6, right, top - 6)
        canvas.line(MARGIN, foot + 10, right, foot + 10)
        _set(canvas, MARGIN, top, shortened(self.case, WIDTH * 0.6))
        _set(canvas, right - width_of(title), top, title)
        _set(canvas, MARGIN, foot, self.head)
        _set(canvas, PAGE_WIDTH / 2 + 20 - width_of(self.made) / 2, foot, self.made)
        _set(canvas, right - width_of(page), foot, page)
        canvas.restoreState()


def width_of(text: str) -> float:
    """Points that ``text`` takes in a margin."""
    return float(sum(stringWidth(piece, *_face(second)) for piece, second in runs(text)))


def shortened(text: str, width: float) -> str:
    """``text``, or as much of its beginning as fits into ``width`` points, and an ellipsis."""
    if len(text) < 300 and width_of(text) <= width:
        return text
    text = text[:300]
    while text and width_of(text + "…") > width:
        text = text[:-1]
    return text + "…"


def _set(canvas: Canvas, x: float, y: float, text: str) -> None:
    for piece, second in runs(text):
        canvas.setFont(*_face(second))
        canvas.drawString(x, y, piece)
        x += stringWidth(piece, *_face(second))


def _face(second: bool) -> tuple[str, float]:
    return (SECOND[REGULAR], SIZE * SECOND_SIZE) if second else (REGULAR, SIZE)
