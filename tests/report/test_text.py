"""Text from outside is shown exactly and can't act."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facet.report.fonts import REGULAR, drawn, has_glyph, runs
from facet.report.sheet import Sheet, clipped
from facet.report.text import LONGEST, inline, markup, moment, printable

HOSTILE = "<b>bold</b> & <para/> &amp; \x00\x07 \u202egnp.exe \U0001f680 שלום \ufeff\u200b <img src='/etc/passwd'/>"


def test_direction_and_control_marks_become_their_codes() -> None:
    assert printable("a\u202eb\x00c") == "a[U+202E]b[U+0000]c"


def test_spaces_are_printed_as_plain_ones_and_signs_as_they_are() -> None:
    assert printable("a = \u22120.5\u00a0\u00b5m") == "a = \u22120.5 \u00b5m"


def test_letters_of_many_languages_are_printed() -> None:
    names = "Müller Åsa Dvořák Erdős Şahin İbrahim Łukasz Þór Αθηνά Київ Ngô Đức 김민서"
    assert printable(names) == names


def test_what_both_typefaces_lack_becomes_its_code() -> None:
    assert printable("\U0001f680 ก 漢\U00020000") == "[U+1F680] [U+0E01] 漢[U+20000]"


def test_what_a_typeface_alone_can_not_set_becomes_its_code() -> None:
    # right to left, a mark on the letter before, letters and signs without ink
    assert printable("שx\u0327\u3164\u2800") == "[U+05E9]x[U+0327][U+3164][U+2800]"


def test_whatever_is_printed_has_ink() -> None:
    face = drawn(REGULAR, 40)
    everything = "".join(chr(code) for code in range(0x21, 0xFFFF) if printable(chr(code)) == chr(code))
    assert len(everything) > 20_000
    for piece, second in runs(everything):
        font = face.second if second else face.first
        assert [character for character in piece if font.getmask(character).getbbox() is None] == []


def test_a_word_is_set_in_one_face_where_one_has_all_of_it() -> None:
    assert runs("Jan Dvořák, a = −0.5") == [
        ("Jan ", False),
        ("Dvořák", True),
        (", a = ", False),
        ("−", True),
        ("0.5", False),
    ]
    assert runs("Å김") == [("Å", True), ("김", False)]
    assert runs("") == []


@given(st.text(max_size=300))
def test_pieces_make_up_the_text(text: str) -> None:
    pieces = runs(text)
    assert "".join(piece for piece, _ in pieces) == text
    assert all(one[1] != other[1] for one, other in pairwise(pieces))


def test_the_second_face_is_as_bold_as_the_words_around_it() -> None:
    sheet = Sheet("en")
    for words, style, face in (
        ("Åsa", sheet.body, "DejaVuSans"),
        ("<b>Åsa</b>", sheet.body, "DejaVuSans-Bold"),
        ("Åsa", sheet.bold, "DejaVuSans-Bold"),
        ("<b>x</b> Åsa", sheet.body, "DejaVuSans"),
    ):
        frags = [f for f in sheet.paragraph(words, style).frags if "Å" in f.text]
        assert [(f.text, f.fontName) for f in frags] == [("Åsa", face)]


def test_hostile_text_in_the_second_face_is_still_text() -> None:
    sheet = Sheet("en")
    paragraph = sheet.paragraph(inline('Å<b>Å&amp;</b></font><font name="Ö">Ř'))
    assert "".join(f.text for f in paragraph.frags) == 'Å<b>Å&amp;</b></font><font name="Ö">Ř'
    assert {f.fontName for f in paragraph.frags} == {"NanumGothic", "DejaVuSans"}


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
    sheet.long_text(text).wrap(200, 10_000)
    sheet.paragraph(sheet.text("Case {number}", number=text)).wrap(200, 10_000)


def test_hostile_text_keeps_its_words() -> None:
    paragraph = Sheet("en").paragraph(inline(HOSTILE))
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
