"""The banner never touches the picture and can't be missed, by eye or by program."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from facet.core.descriptor import Family
from facet.core.digest import picture_digest
from facet.core.errors import InternalError
from facet.core.geometry import Box
from facet.report.banner import LEAST_WIDTH, _strip, burn, made_by, mark, marked_png
from facet.report.families import MARKINGS, NOTICE
from facet.report.fonts import REGULAR, drawn
from facet.report.xmp import GENERATED_MEDIA, OWN_NAMES, SPACES
from report_documents import draw_picture


@settings(max_examples=25, deadline=None)
@given(
    width=st.integers(1, 700),
    height=st.integers(1, 300),
    family=st.sampled_from(list(Family)),
    language=st.sampled_from(["en", "ko"]),
)
def test_the_pixels_of_the_picture_are_untouched(width: int, height: int, family: Family, language: str) -> None:
    picture = draw_picture(width, height, seed=width)
    marked = mark(picture, family=family, exhibit="1/F412/C1/E3", language=language)
    box = marked.box
    assert (box.w, box.h) == (width, height)
    assert np.array_equal(marked.picture[box.y : box.y + box.h, box.x : box.x + box.w], picture)


@pytest.mark.parametrize("family", list(Family))
def test_a_tiny_picture_gets_a_banner_wide_enough_to_read(family: Family) -> None:
    burnt = burn(draw_picture(16, 16), family=family, exhibit="1/F0/C1/E1", language="en")
    assert burnt.shape[1] >= LEAST_WIDTH
    head = burnt[: burnt.shape[0] // 4]
    colour = np.array(MARKINGS[family].colour)
    assert (head == colour).all(axis=2).mean() > 0.3  # its ground
    assert (head > 240).all(axis=2).mean() > 0.01  # its words


def test_a_loud_family_surrounds_the_picture() -> None:
    for family in (Family.REGRESSION, Family.GENERATIVE):
        marked = mark(draw_picture(600, 400), family=family, exhibit="1/F0/C1/E1", language="en")
        box, colour = marked.box, np.array(MARKINGS[family].colour)
        assert (marked.picture[box.y + box.h // 2, : box.x] == colour).all()
        assert (marked.picture[box.y + box.h // 2, box.x + box.w :] == colour).all()
        assert (marked.picture[box.y + box.h, box.x : box.x + box.w] == colour).all()


def test_long_names_make_the_strip_taller_not_wider() -> None:
    short = burn(draw_picture(500, 100), family=Family.GENERATIVE, exhibit="1/F0/C1/E1", language="en")
    long = burn(draw_picture(500, 100), family=Family.GENERATIVE, exhibit="x" * 400, language="en", backend="<b>" * 99)
    assert long.shape[1] == short.shape[1]
    assert long.shape[0] > short.shape[0]


@settings(max_examples=40, deadline=None)
@given(name=st.text("aÅřőЖ−김 W.", min_size=1, max_size=120), size=st.integers(12, 40), width=st.integers(200, 900))
def test_lines_of_mixed_faces_fit_and_keep_every_letter(name: str, size: int, width: int) -> None:
    face = drawn(REGULAR, size)
    strip = _strip([(name, face)], width)
    assert all(face.length(line) <= width - 2 * strip.padding for line, _ in strip.lines)
    assert "".join(line for line, _ in strip.lines).replace(" ", "") == name.replace(" ", "")
    shown = np.asarray(strip.drawn_on((0, 0, 0)))
    assert not shown[:, [0, -1]].any()
    assert not shown[[0, -1]].any()
    assert shown.any() == bool(name.strip())


def test_both_faces_stand_on_one_baseline() -> None:
    face = drawn(REGULAR, 40)
    for letters in ("HH", "ŘH", "HŘ"):
        image = Image.new("RGB", (120, 80))
        face.draw(ImageDraw.Draw(image), 10, 10, letters, (255, 255, 255))
        inked = np.asarray(image).any(axis=2).any(axis=1).nonzero()[0]
        # each face's own hints may move its letters by a pixel or two
        assert abs(inked[-1] - (10 + face.first.getmetrics()[0] - 1)) <= 2


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_generative_file_says_so_to_programs_in_every_language(language: str) -> None:
    picture = draw_picture(64, 48)
    content = marked_png(picture, family=Family.GENERATIVE, exhibit="1/F412/C1/E3", language=language, case_number="7")
    with Image.open(io.BytesIO(content)) as image:
        told = {name: str(value) for name, value in image.text.items()}  # type: ignore[attr-defined]
    assert NOTICE in told["Comment"]
    assert "AI 생성" in told["Comment"]
    assert "INVESTIGATIVE LEAD ONLY, NOT FOR AUTOMATED FACE SEARCH" in told["Comment"]
    assert GENERATED_MEDIA in told["XML:com.adobe.xmp"]
    assert told["Facet-Family"] == "generative"
    assert told["Facet-Exhibit"] == "1/F412/C1/E3"
    assert told["Facet-Case"] == "7"


@pytest.mark.parametrize("family", list(Family))
def test_anyone_can_get_the_output_back_out_of_a_marked_file(family: Family) -> None:
    picture = draw_picture(33, 57)
    content = marked_png(picture, family=family, exhibit="1/F412/C1/E3", language="en")
    with Image.open(io.BytesIO(content)) as image:
        told, shown = image.text, np.asarray(image.convert("RGB"))  # type: ignore[attr-defined]
    inside = Box.parse(told["Facet-Picture-Box"]).cut(shown)
    assert picture_digest(inside) == told["Facet-Picture-SHA256"] == picture_digest(picture)


def described(content: bytes) -> ET.Element:
    """The description in the XMP packet of a PNG file."""
    with Image.open(io.BytesIO(content)) as image:
        packet = str(image.text["XML:com.adobe.xmp"])  # type: ignore[attr-defined]
    found = ET.fromstring(packet.partition("?>")[2].rpartition("<?")[0]).find(".//rdf:Description", SPACES)
    assert found is not None
    return found


@pytest.mark.parametrize("family", list(Family))
def test_the_xmp_packet_names_exhibit_digest_and_family_in_both_languages(family: Family) -> None:
    picture = draw_picture(20, 30)
    content = marked_png(picture, family=family, exhibit="1/F412/C1/E3", language="en", case_number="<7> & \u202e사건")
    packet = described(content)
    told = {name: packet.get(f"{{{OWN_NAMES}}}{name}") for name in ("Exhibit", "Family", "PictureSHA256", "Case")}
    assert told == {
        "Exhibit": "1/F412/C1/E3", "Family": family.value, "PictureSHA256": picture_digest(picture),
        "Case": "<7> & \ufffd사건",
    }  # fmt: skip
    texts = {each.get("{http://www.w3.org/XML/1998/namespace}lang"): each.text or ""
             for each in packet.findall("dc:description//rdf:li", SPACES)}  # fmt: skip
    assert set(texts) == {"x-default", "en", "ko"}
    assert any("가" <= letter <= "힣" for letter in texts["ko"])
    words = [each.text for each in packet.findall("dc:subject//rdf:li", SPACES)]
    assert words == (["AI-generated", "AI 생성"] if family is Family.GENERATIVE else [])


def test_only_generative_files_carry_the_generated_label() -> None:
    for family in set(Family) - {Family.GENERATIVE}:
        content = marked_png(draw_picture(16, 16), family=family, exhibit="1/F0/C1/E1", language="ko")
        assert "AI 생성".encode() not in content
        assert GENERATED_MEDIA.encode() not in content


def test_the_same_picture_gives_the_same_file() -> None:
    one, two = (
        marked_png(draw_picture(40, 40), family=Family.REGRESSION, exhibit="1/F0/C1/E1", language="ko")
        for _ in range(2)
    )
    assert one == two


def test_a_picture_that_its_receipt_does_not_name_is_refused() -> None:
    with pytest.raises(InternalError, match="1/F0/C1/E1"):
        marked_png(
            draw_picture(16, 16), family=Family.FUSION, exhibit="1/F0/C1/E1", language="en", picture_sha256="0" * 64
        )


def test_only_eight_bit_colour_is_marked() -> None:
    with pytest.raises(TypeError):
        burn(draw_picture(16, 16, bits=16), family=Family.FUSION, exhibit="1", language="en")


def test_a_preview_says_so_wherever_its_maker_is_named() -> None:
    assert made_by("srgan-x4", {"precision": "float32", "preview": False}) == "srgan-x4"
    named = made_by("srgan-x4", {"precision": "bfloat16", "preview": True})
    assert "PREVIEW ONLY" in named
    assert "bfloat16" in named
