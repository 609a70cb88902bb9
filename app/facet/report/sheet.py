"""The sheet: one language, one set of styles, and the few forms that everything in a report is set in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape, unescape

from reportlab.lib.colors import Color, HexColor, white
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, Paragraph, Spacer, Table

from facet.core.i18n import translator
from facet.report.fonts import BOLD, REGULAR, register
from facet.report.text import faced, inline, markup, struck

PAGE_WIDTH, PAGE_HEIGHT = A4
MARGIN = 16 * mm
WIDTH = PAGE_WIDTH - 2 * MARGIN
"""Points across the text."""

INK = HexColor(0x1C242C)
QUIET = HexColor(0x5A6672)
RULE = HexColor(0xC3CAD1)
GROUND = HexColor(0xF2F4F6)
GOOD = HexColor(0x2F6B41)
BAD = HexColor(0x9C1F3A)

Fact = tuple[str, str] | tuple[str, str, ParagraphStyle]
"""A label and a value, ready markups, and the value's style where it is not the body's."""

ROOM = 64.0
"""Points that a heading wants beneath it, itself included."""
LABEL_WIDTH = 118
LONGEST_CELL = 1500
"""Characters printed of a text in a table; longer ones end in ``[…+N]``."""


class Markup(str):
    """Ready paragraph markup, told apart from text that must be escaped."""

    __slots__ = ()


@dataclass(slots=True)
class PageNumbers:
    """Where things came to stand in the typesetting before this one."""

    total: int = 0
    of: dict[str, int] = field(default_factory=dict)


class Landmark(Flowable):  # type: ignore[misc]
    """Takes no room; notes its page under ``key`` and enters ``title`` into the outline at ``level``."""

    def __init__(self, key: str, title: str, level: int, numbers: PageNumbers) -> None:
        super().__init__()
        self.key, self.title, self.level, self.numbers = key, title, level, numbers

    def wrap(self, *_: float) -> tuple[float, float]:
        """No room."""
        return 0, 0

    def draw(self) -> None:
        """Set the bookmark and the outline entry."""
        self.canv.bookmarkPage(self.key)
        self.canv.addOutlineEntry(self.title, self.key, self.level, closed=self.level > 0)
        self.numbers.of[self.key] = self.canv.getPageNumber()


class Sheet:
    """Makes flowables in one language.

    ``earlier`` are the page numbers of the typesetting before, ``numbers`` those of this one, filled as it is drawn.
    """

    def __init__(self, language: str, earlier: PageNumbers | None = None) -> None:
        register()
        self.language = language
        self.translate: Callable[[str], str] = translator(language)
        self.earlier = earlier or PageNumbers()
        self.numbers = PageNumbers()
        self.body = self._style("body", 9, 13.5)
        self.small = self._style("small", 7.5, 11)
        self.quiet = self._style("quiet", 7.5, 11, textColor=QUIET)
        self.label = self._style("label", 8, 12, textColor=QUIET)
        self.bold = self._style("bold", 9, 13.5, BOLD)
        self.digest = self._style("digest", 7, 10, wordWrap="CJK")
        self.command = self._style("command", 8, 12, wordWrap="CJK", leftIndent=8, rightIndent=8)
        self.heading1 = self._style("heading1", 16, 21, BOLD, spaceAfter=8)
        self.heading2 = self._style("heading2", 11.5, 16, BOLD, spaceBefore=10, spaceAfter=4)
        self.heading3 = self._style("heading3", 9.5, 14, BOLD, spaceBefore=6, spaceAfter=2)
        self.cover_title = self._style("cover_title", 25, 32, BOLD)
        self.loud = self._style("loud", 13, 18, BOLD, textColor=white)
        self.loud_small = self._style("loud_small", 9, 13, BOLD, textColor=white)
        self.caption = self._style("caption", 7.5, 10.5, textColor=INK)

    def _style(self, name: str, size: float, leading: float, font: str = REGULAR, **more: Any) -> ParagraphStyle:
        settings = {"textColor": INK, "splitLongWords": 1, "bulletFontName": REGULAR, **more}
        return ParagraphStyle(name, fontName=font, fontSize=size, leading=leading, **settings)

    def text(self, template: str, **values: object) -> str:
        """``template`` in the sheet's language as paragraph markup; ``values`` are shown as they are.

        Only a :class:`Markup` among them is taken as markup.
        """
        words = escape(self.translate(template))
        shown = {name: v if isinstance(v, Markup) else inline(str(v)) for name, v in values.items()}
        return words.format(**shown) if values else words

    def plain(self, template: str, **values: object) -> str:
        """As :meth:`text`, without markup: for outlines and metadata."""
        words = self.translate(template)
        return words.format(**values) if values else words

    def known(self, text: str) -> str:
        """A text of a card, in the sheet's language where the catalogue has it, as paragraph markup."""
        return inline(clipped(self.translate(text) if text else "–"))

    def paragraph(self, words: str, style: ParagraphStyle | None = None) -> Paragraph:
        """A paragraph of ready markup."""
        style = style or self.body
        return Paragraph(faced(words, style), style)

    def bullets(self, items: Iterable[str], style: ParagraphStyle | None = None) -> list[Flowable]:
        """A list of ready markups."""
        base = style or self.body
        hanging = ParagraphStyle(
            "bullet",
            parent=base,
            leftIndent=2 + 1.65 * base.fontSize,
            bulletIndent=2,
            bulletFontSize=base.fontSize,
            spaceAfter=1.5,
        )
        return [Paragraph(faced(item, hanging), hanging, bulletText="•") for item in items]

    def heading(self, words: str, *, key: str, level: int = 0, withdrawn: str | None = None) -> list[Flowable]:
        """A heading of ready markup with its bookmark and outline entry, never at the foot of a page; struck through
        where what it heads was ``withdrawn``."""
        style = (self.heading1, self.heading2, self.heading3)[level]
        head = self.paragraph(struck(words, withdrawn), style)
        return [CondPageBreak(ROOM), self.landmark(words, key=key, level=level), head]

    def subheading(self, words: str) -> list[Flowable]:
        """A small heading of ready markup that the outline leaves out, never at the foot of a page."""
        return [CondPageBreak(ROOM), self.paragraph(words, self.heading3)]

    def landmark(self, words: str, *, key: str, level: int = 0) -> Flowable:
        """A bookmark and outline entry without a heading."""
        return Landmark(key, unescape(words), level, self.numbers)

    def page_of(self, key: str) -> Markup:
        """The page number where ``key`` came to stand before, as a link; empty on the first typesetting."""
        page = self.earlier.of.get(key)
        return Markup(f'<link href="#{escape(key)}">{page}</link>' if page else "000")

    def facts(self, rows: Sequence[Fact], *, compact: bool = False) -> Table:
        """Labels and values, ready markups, in two columns; ``compact`` where many of them share a page."""
        label, body = (self.quiet, self.small) if compact else (self.label, self.body)
        values = (self.paragraph(row[1], row[2] if len(row) == 3 else body) for row in rows)
        cells = [[self.paragraph(row[0], label), value] for row, value in zip(rows, values, strict=True)]
        return self.table(cells, [LABEL_WIDTH, WIDTH - LABEL_WIDTH], compact=compact)

    def grid(self, head: Sequence[str], rows: Iterable[Sequence[str | Flowable]], widths: Sequence[float]) -> Table:
        """A table of ready markups under a head that repeats on every page."""
        cells: list[list[Flowable]] = [[self.paragraph(f"<b>{words}</b>", self.small) for words in head]]
        cells += [[self.paragraph(c, self.small) if isinstance(c, str) else c for c in row] for row in rows]
        return self.table(cells, widths, head=True)

    def table(
        self, cells: Sequence[Sequence[Any]], widths: Sequence[float], *, head: bool = False, compact: bool = False
    ) -> Table:
        """Rows between thin rules; a cell may break across pages."""
        style: list[tuple[Any, ...]] = [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("FONT", (0, 0), (-1, -1), REGULAR, 9, 13),
            ("LINEBELOW", (0, 0), (-1, -1), 0.4, RULE),
            ("LEFTPADDING", (0, 0), (-1, -1), 3),
            ("RIGHTPADDING", (0, 0), (-1, -1), 3),
            ("TOPPADDING", (0, 0), (-1, -1), 1.0 if compact else 2.2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 1.8 if compact else 2.8),
        ]
        if head:
            style += [("BACKGROUND", (0, 0), (-1, 0), GROUND), ("LINEABOVE", (0, 0), (-1, 0), 0.8, INK)]
        else:
            style.append(("LINEABOVE", (0, 0), (-1, 0), 0.4, RULE))
        return Table(cells, colWidths=list(widths), repeatRows=int(head), splitInRow=1, style=style, hAlign="LEFT")

    def box(
        self, content: Sequence[Flowable], *, ground: Color = GROUND, edge: Color | None = None, padding: float = 8
    ) -> Table:
        """``content`` on a coloured ground, as wide as the text."""
        style: list[tuple[Any, ...]] = [
            ("BACKGROUND", (0, 0), (-1, -1), ground),
            ("FONT", (0, 0), (-1, -1), REGULAR, 9, 13),
            ("LEFTPADDING", (0, 0), (-1, -1), padding + 2),
            ("RIGHTPADDING", (0, 0), (-1, -1), padding + 2),
            ("TOPPADDING", (0, 0), (0, 0), padding),
            ("BOTTOMPADDING", (0, -1), (-1, -1), padding + 1),
            ("TOPPADDING", (0, 1), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -2), 0),
        ]
        if edge is not None:
            style.append(("LINEBEFORE", (0, 0), (0, -1), 4, edge, "butt"))
        return Table([[item] for item in content], colWidths=[WIDTH], style=style, hAlign="LEFT", splitInRow=1)

    def together(self, *content: Flowable) -> KeepTogether:
        """Kept on one page where that is possible."""
        return KeepTogether(list(content))

    def gap(self, points: float = 6) -> Spacer:
        """Empty space."""
        return Spacer(1, points)

    def yes_no(self, value: object) -> str:
        """Yes, no or unknown, as markup."""
        _ = self.text
        if value is None:
            return _("unknown")
        return _("yes") if value else _("no")

    def long_text(self, text: str, style: ParagraphStyle | None = None) -> Paragraph:
        """A text of the user's with its line breaks."""
        return self.paragraph(markup(text), style)


def clipped(text: str, longest: int = LONGEST_CELL) -> str:
    """``text``, or its beginning and how many characters are left out."""
    return text if len(text) <= longest else f"{text[:longest]} […+{len(text) - longest}]"
