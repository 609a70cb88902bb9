"""Text from outside, made fit for a page: nothing in it may act as markup, vanish, or reorder what stands beside it."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from facet.report.fonts import BOLD, REGULAR, SECOND, SECOND_SIZE, has_glyph, runs

if TYPE_CHECKING:  # the typesetting library is slow to load, and a banner does without it
    from reportlab.lib.styles import ParagraphStyle

LONGEST = 20_000
"""Characters of one text that a report prints; the rest stays in the case file and the page says so."""

_SAME_LOOKS = {
    "\t": "    ",
    "\u00a0": " ",
    "\u2009": " ",
    "\u202f": " ",
}
"""Spaces that are printed as plain ones."""

_BLANK = frozenset("\u115f\u1160\u2800\u3164\ufffc")
"""Nothing is to be seen of their glyphs, though Unicode counts them as letters or signs."""

_LAST = "\uffff"
"""The typesetting library tells readers a wrong letter for any beyond, whatever is drawn."""

_TAG_OR_WORDS = re.compile(r"(<[^>]*>)|([^<]+)")


def printable(text: str) -> str:
    """``text`` on one line, in characters that the typefaces have.

    Composed (NFC), so that file names from other systems read as written. Whatever can't be seen or has no glyph
    (control and direction marks, emoji, other scripts) becomes its code, ``[U+202E]``: exact, and unable to hide or
    reorder anything.
    """
    out = []
    for character in unicodedata.normalize("NFC", text[:LONGEST]):
        same = _SAME_LOOKS.get(character, character)
        out.append(same if set(same) == {" "} or _visible(character) else f"[U+{ord(character):04X}]")
    if len(text) > LONGEST:
        out.append(f" […+{len(text) - LONGEST}]")
    return "".join(out)


def struck(words: str, reason: object) -> str:
    """Ready markup struck through where there is a ``reason``: what was withdrawn stays to be read."""
    return words if reason is None else f"<strike>{words}</strike>"


def _visible(character: str) -> bool:
    kept = unicodedata.category(character)[0] not in "CZM" and character not in _BLANK and character <= _LAST
    return kept and has_glyph(character)


def faced(words: str, style: ParagraphStyle) -> str:
    """Ready markup with tags around what ``style``'s face lacks and the second face has."""
    if words.isascii():
        return words
    out, bold = [], 0
    for tag, text in _TAG_OR_WORDS.findall(words):
        bold += (tag == "<b>") - (tag == "</b>")
        name = SECOND[BOLD if bold or style.fontName == BOLD else REGULAR]
        begin = f'<font name="{name}" size="{style.fontSize * SECOND_SIZE:.2f}">'
        out.append(tag or "".join(f"{begin}{piece}</font>" if second else piece for piece, second in runs(text)))
    return "".join(out)


def markup(text: str) -> str:
    """``text`` as paragraph markup that shows exactly :func:`printable`; line breaks stay line breaks."""
    lines = text[: LONGEST + 1].replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "<br/>".join(escape(printable(line)) for line in lines)


def inline(text: str) -> str:
    """``text`` as paragraph markup on one line; a line break is shown as its code."""
    return escape(printable(text))


def count(number: int) -> str:
    """A whole number with its thousands apart: ``12,345``."""
    return f"{number:,}"


def moment(text: str | None) -> str:
    """A time in UTC for people, to the second: ``2026-01-31 12:00:00``. What is spelt otherwise stays as it is."""
    found = re.fullmatch(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?(?:Z|\+00:00)", text or "–")
    return f"{found[1]} {found[2]}" if found else (text or "–")


def short_digest(digest: str) -> str:
    """The first 16 hexadecimal digits, for a place where the whole one stands elsewhere."""
    return printable(digest[:16]) + ("…" if len(digest) > 16 else "")
