"""Text from outside is shown exactly and can't act."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.platypus import Paragraph

from facet.report.fonts import has_glyph
from facet.report.sheet import Sheet, clipped
from facet.report.text import LONGEST, inline, markup, moment, printable

HOSTILE = "<b>bold</b> & <para/> &amp; \x00\x07 \u202egnp.exe \U0001f600 שלום \ufeff\u200b <img src='/etc/passwd'/>"


def test_direction_and_control_marks_become_their_codes() -> None:
    assert printable("a\u202eb\x00c") == "a[U+202E]b[U+0000]c"


def test_signs_that_look_alike_are_printed_alike() -> None:
    assert printable("a = \u22120.5\u00a0\u00b5m") == "a = -0.5 \u03bcm"


def test_what_the_typeface_lacks_becomes_its_code() -> None:
    assert printable("\U0001f600") == "[U+1F600]"


def test_a_decomposed_korean_name_reads_as_written() -> None:
    assert printable(unicodedata.normalize("NFD", "영상.mp4")) == "영상.mp4"


def test_a_name_that_is_not_unicode_is_shown_by_its_bytes() -> None:
    assert printable("a\udc80") == "a[U+DC80]"


def test_a_line_break_in_a_name_is_visible_and_in_a_note_a_line_break() -> None:
    assert inline("a\nb") == "a[U+000A]b"
    assert markup("a\r\nb") == "a<br/>b"


def test_a_very_long_text_says_how_much_is_left_out() -> None:
    assert printable("x" * (LONGEST + 7)).endswith("[…+7]")
    assert clipped("y" * 12, 10) == "yyyyyyyyyy […+2]"


@given(st.text(max_size=300))
def test_whatever_is_printed_has_a_glyph_and_stays_on_its_line(text: str) -> None:
    shown = printable(text)
    assert all(has_glyph(character) for character in shown)
    assert "\n" not in shown


@given(st.text(max_size=200))
def test_no_text_breaks_a_paragraph(text: str) -> None:
    sheet = Sheet("en")
    Paragraph(markup(text) or "–", sheet.body).wrap(200, 10_000)
    sheet.paragraph(sheet.text("Case {number}", number=text)).wrap(200, 10_000)


def test_hostile_text_keeps_its_words() -> None:
    paragraph = Paragraph(inline(HOSTILE), Sheet("en").body)
    shown = "".join(fragment.text for fragment in paragraph.frags)
    assert "<b>bold</b> & <para/> &amp;" in shown
    assert "[U+202E]gnp.exe" in shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("2026-02-03T01:14:22.120000Z", "2026-02-03 01:14:22"),
        ("2026-02-03T01:14:22+00:00", "2026-02-03 01:14:22"),
        ("2026-02-03T01:14:22+09:00", "2026-02-03T01:14:22+09:00"),
        ("yesterday", "yesterday"),
        (None, "–"),
    ],
)
def test_only_utc_times_are_shortened(written: str | None, shown: str) -> None:
    assert moment(written) == shown
