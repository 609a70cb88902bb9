"""An output of several samples is printed with the map of their spread beside it, and with every one of them."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image

from facet.core.descriptor import Family
from facet.core.digest import picture_digest, sha256_bytes
from facet.core.geometry import Box
from facet.core.spread import COLOURS
from facet.report.cabinet import Cabinet
from facet.report.document import CropExhibit, OutputExhibit, ReportDocument
from facet.report.families import NOTICE
from facet.report.output_pages import _pictures
from facet.report.pdf import ReportFacts, write_report
from facet.report.plates import SideBySide
from facet.report.sheet import Sheet
from facet.report.spread_scale import ramp, scale_strip
from report_documents import make_document, make_frame
from sampling import samples_about


def document() -> ReportDocument:
    """An output with two samples, and one without."""
    frame = make_frame(families=(Family.GENERATIVE, Family.REGRESSION))
    crop: CropExhibit = frame.crops[0]
    first: OutputExhibit = crop.outputs[0]
    sampled = replace(first, companions=samples_about(np.asarray(first.picture, np.uint8)))
    return make_document(frames=(replace(frame, crops=(replace(crop, outputs=(sampled, crop.outputs[1])),)),))


@pytest.fixture(scope="module")
def sampled(tmp_path_factory: pytest.TempPathFactory) -> ReportFacts:
    return write_report(document(), tmp_path_factory.mktemp("sampled") / "report.pdf", language="en")


def test_the_page_of_the_output_has_its_spread_its_scale_and_its_samples(
    sampled: ReportFacts, words_of: Callable[[Path], list[str]]
) -> None:
    pages = words_of(sampled.path)
    own = next(number for number, page in enumerate(pages) if "Output 1/F412/C1/E1:" in page)
    for words in ("Spread of 2 samples", "levels of 255", "0 8 16 24 32+", "Sample 1", "Sample 2"):
        assert words in pages[own], words
    other = next(page for page in pages if "Output 1/F412/C1/E2:" in page)
    assert "Spread" not in other
    companions = document().frames[0].crops[0].outputs[0].companions
    everything = " ".join(pages)
    for one in companions:
        assert picture_digest(one.picture)[:32] in everything.replace(" ", "")


def test_the_spread_stands_in_one_row_with_the_output_at_its_size() -> None:
    frame = document().frames[0]
    crop, output = frame.crops[0], frame.crops[0].outputs[0]
    row = _pictures(Sheet("en"), frame, crop, output, Cabinet())
    assert isinstance(row, SideBySide)
    made, spread = row.panels[2:]
    assert (made.size, spread.size) == (None, None)  # the row's common size
    assert (made.plate.inner.w, made.plate.inner.h) == (spread.plate.inner.w, spread.plate.inner.h)


def test_each_is_attached_with_its_banner(sampled: ReportFacts) -> None:
    names = [file.name for file in sampled.attachments]
    beside = [f"1-F412-C1-E1.{name}.png" for name in ("spread", "sample-1", "sample-2")]
    assert names[names.index("1-F412-C1-E1.png") + 1 :][:3] == beside
    companions = document().frames[0].crops[0].outputs[0].companions
    with pikepdf.open(sampled.path) as pdf:
        for name, one in zip(beside, companions, strict=True):
            content = pdf.attachments[name].get_file().read_bytes()
            assert sha256_bytes(content) == next(file.sha256 for file in sampled.attachments if file.name == name)
            with Image.open(io.BytesIO(content)) as image:
                text, shown = image.text, np.asarray(image.convert("RGB"))  # type: ignore[attr-defined]
            assert NOTICE in text["Comment"]
            assert np.array_equal(Box.parse(text["Facet-Picture-Box"]).cut(shown), one.picture)


def test_the_scale_has_the_colours_of_the_map_from_end_to_end() -> None:
    assert (ramp(256, 3) == COLOURS[None]).all()
    strip = np.asarray(scale_strip(480, "en"))
    assert strip.shape[1] == 480
    assert (strip[8, 12] == COLOURS[0]).all()
    assert (strip[8, 480 - 13] == COLOURS[255]).all()
