"""A report, written and read back."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pytest
from PIL import Image

from facet.core.canonical import Json, canonical_digest
from facet.core.descriptor import Family
from facet.core.digest import picture_digest
from facet.core.geometry import Box
from facet.report.document import CaseFacts, JournalEntry, Remark, VerificationFacts, VerificationRow
from facet.report.families import MARKINGS
from facet.report.pdf import ReportFacts, write_report
from report_documents import HEAD, LARGEST_PAGES, draw_picture, make_crop, make_document, make_frame, make_output

Words = Callable[[Path], list[str]]
HOSTILE = (
    "<b>&amp;\x00</b> \u202egnp.exe \U0001f680 שלום مرحبا "
    + "한글이름" * 60
    + "x" * 2500
    + "<para></para>\n</font>"
    + "Ř<b>" * 40
)


def fonts_of(pdf: pikepdf.Pdf) -> Iterator[Any]:
    for item in pdf.objects:
        if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/Font":
            yield item


def images_of(pdf: pikepdf.Pdf) -> Iterator[Image.Image]:
    for item in pdf.objects:
        if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Image":
            yield pikepdf.PdfImage(item).as_pil_image().convert("RGB")


def test_every_font_is_embedded_and_nanum_gothic_where_that_is_enough(pdf: pikepdf.Pdf) -> None:
    fonts = list(fonts_of(pdf))
    assert fonts
    for font in fonts:
        assert "NanumGothic" in str(font.BaseFont)
        assert "/FontFile2" in font.FontDescriptor


@pytest.mark.parametrize("language", ["en", "ko"])
def test_names_in_other_letters_are_read_back_as_written(tmp_path: Path, language: str, words_of: Words) -> None:
    title = "Größe des Kästchens, a = −0.5"
    case = CaseFacts(number="Č-7", examiner="Müller", created="2026-02-03T01:00:00Z", agency="Åsa Ő", title=title)
    note = Remark(kind="note", at="2026-02-03T01:00:00Z", examiner="İbrahim", text="Seen by Λουκάς\nand Юрій Ї.")
    document = make_document(case=case, examiner="Jan Dvořák 김", remarks=(note,))
    facts = write_report(document, tmp_path / "one.pdf", language=language)
    pages = words_of(facts.path)
    for words in ("Č-7", "Müller", "Åsa Ő", title, "Jan Dvořák 김"):
        assert words in pages[0]
    everything = " ".join(pages)
    assert "İbrahim" in everything
    assert "Seen by Λουκάς and Юрій Ї." in everything
    assert "[U+" not in everything
    assert all("Č-7" in words for words in pages)  # the header
    with pikepdf.open(facts.path) as pdf:
        faces = {str(font.BaseFont).split("+")[-1] for font in fonts_of(pdf)}
        assert faces == {"NanumGothic", "NanumGothicBold", "DejaVuSans", "DejaVuSans-Bold"}
        assert all("/FontFile2" in font.FontDescriptor for font in fonts_of(pdf))
        assert str(pdf.docinfo["/Author"]) == "Jan Dvořák 김"
        with pdf.open_outline() as outline:
            assert not any("<" in item.title for item in outline.root)
    assert write_report(document, tmp_path / "two.pdf", language=language).sha256 == facts.sha256
    plain = write_report(make_document(), tmp_path / "plain.pdf", language=language)
    assert facts.size < plain.size + 60_000


def test_what_is_told_of_the_file_is_so(written: ReportFacts, pdf: pikepdf.Pdf) -> None:
    content = written.path.read_bytes()
    assert written.sha256 == hashlib.sha256(content).hexdigest()
    assert written.size == len(content)
    assert written.pages == len(pdf.pages)
    assert {a.name: a.sha256 for a in written.attachments} == {
        name: hashlib.sha256(spec.get_file().read_bytes()).hexdigest() for name, spec in pdf.attachments.items()
    }


def test_every_page_is_a4_and_numbered(written: ReportFacts, pdf: pikepdf.Pdf, words_of: Words) -> None:
    for page in pdf.pages:
        assert [round(float(side)) for side in page.mediabox] == [0, 0, 595, 842]
    for number, words in enumerate(words_of(written.path), 1):
        assert f"Page {number} of {written.pages}" in words
        assert f"Journal head {HEAD.seq}: {HEAD.sha256[:16]}" in words
        assert "Case 2026-0412" in words


def test_attached_originals_are_the_stored_files(pdf: pikepdf.Pdf) -> None:
    frame = make_frame()
    assert pdf.attachments["1-F412.png"].get_file().read_bytes() == frame.png
    assert pdf.attachments["1-F412-C1.png"].get_file().read_bytes() == frame.crops[0].png


def test_attachments_name_their_digest_and_what_they_are(pdf: pikepdf.Pdf, written: ReportFacts) -> None:
    for file in written.attachments:
        spec = pdf.attachments[file.name]
        assert file.sha256 in spec.description
    related = {str(spec.AFRelationship) for spec in pdf.Root.AF}
    assert related == {"/Source", "/Data"}


def test_attached_receipts_have_the_digest_on_the_page(pdf: pikepdf.Pdf, written: ReportFacts, words_of: Words) -> None:
    words = " ".join(words_of(written.path))
    for output in make_frame().crops[0].outputs:
        name = output.id.replace("/", "-") + ".receipt.json"
        content = pdf.attachments[name].get_file().read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        assert digest == canonical_digest(output.receipt)
        assert digest in words


@pytest.mark.parametrize("family", list(Family))
def test_attached_outputs_bear_their_banner_around_untouched_pixels(pdf: pikepdf.Pdf, family: Family) -> None:
    output = next(output for output in make_frame().crops[0].outputs if output.family is family)
    content = pdf.attachments[output.id.replace("/", "-") + ".png"].get_file().read_bytes()
    with Image.open(io.BytesIO(content)) as image:
        told, shown = image.text, np.asarray(image.convert("RGB"))  # type: ignore[attr-defined]
    assert told["Facet-Family"] == family.value
    assert told["Facet-Receipt-SHA256"] == canonical_digest(output.receipt)
    assert picture_digest(Box.parse(told["Facet-Picture-Box"]).cut(shown)) == output.picture_sha256
    assert tuple(shown[0, 0]) == MARKINGS[family].colour


def test_a_generated_picture_taken_from_a_page_still_has_its_banner(tmp_path: Path) -> None:
    plain = np.full((128, 96, 3), (255, 0, 255), np.uint8)
    frame = make_frame(families=())
    output = make_output("1/F412/C1", 1, Family.GENERATIVE, plain)
    crop = replace(frame.crops[0], outputs=(output,))
    write_report(make_document(frames=(replace(frame, crops=(crop,)),)), tmp_path / "r.pdf", language="en")
    with pikepdf.open(tmp_path / "r.pdf") as pdf:
        magenta = [np.asarray(image).astype(int) for image in images_of(pdf)]
    magenta = [image for image in magenta if (abs(image - (255, 0, 255)).sum(axis=2) < 40).mean() > 0.2]
    assert len(magenta) == 1
    ground = np.array(MARKINGS[Family.GENERATIVE].colour)
    assert (abs(magenta[0][0] - ground).sum(axis=1) < 40).all()
    assert (abs(magenta[0][-1] - ground).sum(axis=1) < 40).all()


def test_recorded_pixels_are_printed_without_loss(written: ReportFacts, pdf: pikepdf.Pdf) -> None:
    crop = make_frame().crops[0].picture
    factor = 720 // max(crop.shape[:2])
    expected = crop.repeat(factor, 0).repeat(factor, 1)
    assert any(
        image.size == expected.shape[1::-1] and np.array_equal(np.asarray(image), expected) for image in images_of(pdf)
    )


def test_each_output_has_a_page_with_banner_original_bicubic_and_facts(written: ReportFacts, words_of: Words) -> None:
    pages = words_of(written.path)
    for output in make_frame().crops[0].outputs:
        page = next(words for words in pages if f"Output {output.id}: " in words)
        for part in (
            MARKINGS[output.family].headline.replace("–", "-"),
            "Recorded pixels of crop 1/F412/C1",
            "Bicubic interpolation ×4",
            "MSE 12.3456, PSNR 37.21 dB",
            "facet.consistency/1",
            "scale: 4",
        ):
            assert part in page.replace("–", "-")
    everything = " ".join(pages)
    for part in ("Photographs of general content.", "May invent teeth.", "To look for further cameras.", "12" * 32):
        assert part in everything


def test_the_cover_names_every_generative_output(written: ReportFacts, words_of: Words) -> None:
    cover = words_of(written.path)[0]
    assert "AI 생성 · Generative outputs in this report: 1" in cover
    assert "1/F412/C1/E4 (page " in cover
    assert "Not for identification. Not for automated face recognition search." in cover
    assert HEAD.sha256 in cover
    assert "What it is not." in cover


def test_methods_are_explained_before_results(written: ReportFacts, words_of: Words) -> None:
    pages = words_of(written.path)
    explained = next(n for n, words in enumerate(pages) if MARKINGS[Family.GENERATIVE].explanation[:80] in words)
    shown = next(n for n, words in enumerate(pages) if "Output 1/F412/C1/E1: " in words)
    assert explained < shown


def test_page_numbers_on_the_cover_are_right(written: ReportFacts, words_of: Words) -> None:
    pages = words_of(written.path)
    shown = next(n for n, words in enumerate(pages, 1) if "Output 1/F412/C1/E4: " in words)
    assert f"1/F412/C1/E4 (page {shown})" in pages[0]


def test_links_and_outline_lead_somewhere(pdf: pikepdf.Pdf) -> None:
    known = {page.objgen for page in pdf.pages}
    links = [a for page in pdf.pages for a in page.get("/Annots", []) if a.Subtype == "/Link"]
    assert links
    for link in links:
        assert link.Dest[0].objgen in known
    with pdf.open_outline() as outline:
        assert [item.title for item in outline.root][:2] == ["Examination report", "Footage"]


def test_the_same_document_gives_the_same_bytes(written: ReportFacts, tmp_path: Path) -> None:
    again = write_report(make_document(), tmp_path / "again.pdf", language="en")
    assert again.sha256 == written.sha256
    later = write_report(make_document(generated_at="2026-02-04T00:00:00Z"), tmp_path / "later.pdf", language="en")
    assert later.sha256 != written.sha256


def test_the_file_is_not_much_larger_than_what_it_carries(written: ReportFacts, pdf: pikepdf.Pdf) -> None:
    carried = sum(len(spec.get_file().read_bytes()) for spec in pdf.attachments.values())
    assert written.size < carried + LARGEST_PAGES


def test_metadata_names_case_examiner_and_time(pdf: pikepdf.Pdf) -> None:
    assert str(pdf.docinfo["/Title"]) == "Examination report, case 2026-0412"
    assert str(pdf.docinfo["/Author"]) == "Minseo Kim"
    assert str(pdf.docinfo["/CreationDate"]) == "D:20260203023140Z"
    assert str(pdf.Root.Lang) == "en"
    packet = pdf.Root.Metadata.read_bytes().decode()
    assert "Examination report, case 2026-0412" in packet
    assert 'xmp:CreateDate="2026-02-03T02:31:40.551200Z"' in packet


def test_korean_pages_are_korean(tmp_path: Path, korean_catalogue: dict[str, str], words_of: Words) -> None:
    facts = write_report(make_document(), tmp_path / "ko.pdf", language="ko")
    pages = words_of(facts.path)
    assert "영상 분석 보고서" in pages[0]
    assert f"1 / {facts.pages}쪽" in pages[0]
    assert any("AI 생성 - 수사 단서로만 사용할 것" in words.replace("–", "-") for words in pages)
    limits = next(words for words in pages if "한계" in words and "복원할 수 없다" in words)
    assert limits.count("카메라에 기록되지 않은 정보는") == 8
    with pikepdf.open(facts.path) as pdf:
        assert str(pdf.Root.Lang) == "ko-KR"
        assert all("/FontFile2" in font.FontDescriptor for font in fonts_of(pdf))


@pytest.mark.parametrize("language", ["en", "ko"])
def test_text_from_outside_never_breaks_the_layout(tmp_path: Path, language: str, words_of: Words) -> None:
    usual = make_document()
    frame = make_frame(aliases=(HOSTILE,), withdrawn=HOSTILE)
    output = make_output("1/F412/C1", 1, Family.GENERATIVE, draw_picture(96, 128), withdrawn=HOSTILE)
    receipt = {**output.receipt, "reason": HOSTILE, "params": {HOSTILE: [HOSTILE] * 5}, "engine": HOSTILE}
    card = {**output.descriptor, "title": HOSTILE, "training_data": HOSTILE, "limitations": [HOSTILE] * 3}
    output = replace(output, receipt=receipt, descriptor=card)
    crop = replace(frame.crops[0], outputs=(output,), aliases=(HOSTILE,), withdrawn=HOSTILE)
    entry = JournalEntry(seq=1, at=HOSTILE, examiner=HOSTILE, action=HOSTILE, exhibit=HOSTILE, sha256="0" * 64)
    document = replace(
        usual,
        case=CaseFacts(number=HOSTILE, examiner=HOSTILE, created=HOSTILE, agency=HOSTILE, title=HOSTILE),
        examiner=HOSTILE,
        footage=(replace(usual.footage[0], name=HOSTILE, path=HOSTILE, warnings=(HOSTILE,) * 4, container=HOSTILE),),
        frames=(replace(frame, crops=(crop,)),),
        remarks=(Remark(kind="note", at=HOSTILE, examiner=HOSTILE, text=HOSTILE * 4, exhibit=HOSTILE),),
        journal=(entry,) * 3,
        verification=VerificationFacts(
            at=HOSTILE, ok=False, rows=(VerificationRow(exhibit=HOSTILE, check=HOSTILE, ok=False, message=HOSTILE),)
        ),
        software={HOSTILE: HOSTILE},
        limitations=(HOSTILE,),
    )
    facts = write_report(document, tmp_path / "hostile.pdf", language=language)
    everything = "".join(words_of(facts.path)).replace(" ", "")
    assert "<b>&amp;[U+0000]</b>[U+202E]gnp.exe[U+1F680]" in everything
    assert facts.pages < 60


def test_an_empty_case_makes_a_short_report(tmp_path: Path, words_of: Words) -> None:
    document = make_document(footage=(), frames=(), remarks=(), journal=(), verification=None, software={})
    facts = write_report(document, tmp_path / "empty.pdf", language="en")
    words = " ".join(words_of(facts.path))
    assert "The case holds no footage." in words
    assert "This report contains no output of a generative method." in words
    assert "The case file was not verified for this report." in words
    assert [a.name for a in facts.attachments] == ["journal-head.json"]


def test_a_failed_verification_shouts(tmp_path: Path, words_of: Words) -> None:
    bad = VerificationRow(exhibit="1/F412", check="picture", ok=False, message="The digest differs.")
    document = make_document(verification=VerificationFacts(at="2026-02-03T02:31:05Z", ok=False, rows=(bad,)))
    words = " ".join(words_of(write_report(document, tmp_path / "bad.pdf", language="en").path))
    assert "THE CASE FILE DID NOT PASS VERIFICATION." in words
    assert "The digest differs." in words


def lines_of(path: Path, page: int) -> int:
    """How many strokes a page of a report has."""
    with pikepdf.open(path) as pdf:
        return sum(str(step.operator) == "S" for step in pikepdf.parse_content_stream(pdf.pages[page]))


def test_a_withdrawn_output_is_shown_as_withdrawn_with_its_reason(tmp_path: Path, words_of: Words) -> None:
    frame = make_frame(families=())
    output = make_output("1/F412/C1", 1, Family.REGRESSION, draw_picture(96, 128), withdrawn="Wrong crop.")
    document = make_document(frames=(replace(frame, crops=(replace(frame.crops[0], outputs=(output,)),)),))
    pages = words_of(write_report(document, tmp_path / "gone.pdf", language="en").path)
    page = next(words for words in pages if "Output 1/F412/C1/E1: " in words)
    assert "Reason: Wrong crop." in page
    assert "WITHDRAWN" in pages[0]
    stands = replace(frame, crops=(replace(frame.crops[0], outputs=(replace(output, withdrawn=None),)),))
    there = write_report(make_document(frames=(stands,)), tmp_path / "there.pdf", language="en").path
    assert lines_of(tmp_path / "gone.pdf", 0) > lines_of(there, 0)  # its name on the first page is struck through


def test_withdrawn_footage_and_tags_are_told(tmp_path: Path, words_of: Words) -> None:
    made = make_document()
    footage = replace(made.footage[0], withdrawn="Another camera.", tags=("급함", "<b>door</b>"))
    frame = replace(make_frame(families=()), tags=("night",))
    crop = replace(frame.crops[0], tags=("hood",))
    document = replace(made, footage=(footage,), frames=(replace(frame, crops=(crop,)),))
    words = " ".join(words_of(write_report(document, tmp_path / "tags.pdf", language="en").path))
    assert "Reason: Another camera." in words
    assert "급함, <b>door</b>" in words
    assert "Tags hood" in words
    assert "Tags night" in words


def test_sixteen_bits_turned_pictures_and_frames_without_crops_are_printed(tmp_path: Path, words_of: Words) -> None:
    deep = make_frame(families=(Family.FUSION,), bits=16, rotation=90, sample_aspect="16/15")
    alone = make_frame(id="1/F9", crops=(), pts=None, rotation=270)
    facts = write_report(make_document(frames=(deep, alone)), tmp_path / "deep.pdf", language="en")
    words = " ".join(words_of(facts.path))
    assert "It is shown turned clockwise by 90°, as its file asks." in words
    assert "It is shown with its pixels' aspect of 16/15." in words
    assert "Frame 1/F9" in words
    assert "none in the file" in words


@pytest.mark.parametrize("size", [(4, 4), (4, 90), (150, 5), (160, 96)])
def test_crops_of_any_shape_fit_their_page(tmp_path: Path, size: tuple[int, int]) -> None:
    frame = make_frame()
    crop = make_crop(frame.id, Box(x=0, y=0, w=size[0], h=size[1]), frame.picture, (Family.GENERATIVE,))
    facts = write_report(make_document(frames=(replace(frame, crops=(crop,)),)), tmp_path / "r.pdf", language="en")
    assert facts.pages < 20


def test_recorded_values_are_named_for_people(tmp_path: Path, words_of: Words) -> None:
    steps: list[Json] = [{"from": [63, 84], "step": "square pixels", "to": [69, 84]}, {"later_name": True, "mode": 7}]
    frame = make_frame(families=(Family.REGRESSION,))
    (output,) = frame.crops[0].outputs
    output = replace(output, receipt={**output.receipt, "preparation": steps})
    crop = replace(frame.crops[0], outputs=(output,))
    document = make_document(frames=(replace(frame, crops=(crop,)),))
    words = " ".join(words_of(write_report(document, tmp_path / "named.pdf", language="en").path))
    assert "step: made square pixels; size before: 63, 84; size after: 69, 84 later name: yes; mode: 7" in words


def test_a_missing_seed_is_no_claim_where_chance_has_a_part(tmp_path: Path, words_of: Words) -> None:
    frame = make_frame(families=(Family.REGRESSION,))
    (output,) = frame.crops[0].outputs
    chancy = replace(output, descriptor={**output.descriptor, "has_random_component": True})
    for made, words in ((output, "none: nothing is left to chance"), (chancy, "none recorded")):
        crop = replace(frame.crops[0], outputs=(made,))
        document = make_document(frames=(replace(frame, crops=(crop,)),))
        assert words in " ".join(words_of(write_report(document, tmp_path / "seed.pdf", language="en").path))


def test_a_long_journal_runs_over_pages(tmp_path: Path, words_of: Words) -> None:
    entry = make_document().journal[0]
    journal = tuple(replace(entry, seq=seq) for seq in range(1, 301))
    facts = write_report(make_document(frames=(), journal=journal), tmp_path / "long.pdf", language="en")
    pages = [words for words in words_of(facts.path) if "Time (UTC)" in words]
    assert len(pages) > 3


def test_nothing_is_left_beside_the_report(written: ReportFacts) -> None:
    assert [path.name for path in written.path.parent.iterdir()] == ["report.pdf"]


def test_a_language_that_nobody_translated_is_a_bug(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="xx"):
        write_report(make_document(), tmp_path / "r.pdf", language="xx")
