"""Each way to understand a picture is an exhibit of its own, enlarged and made again as it was understood."""

from __future__ import annotations

from pathlib import Path

from clips import make_clip
from facet.core.geometry import Box
from facet.core.interpretation import AS_DECLARED, Interpretation
from facet.workbench import Workbench

BOX = Box(x=16, y=8, w=32, h=24)
TURNED = Interpretation(sample_aspect="2/1", rotation=90)


def test_each_way_of_understanding_a_picture_is_an_exhibit_of_its_own(tmp_path: Path) -> None:
    footage = make_clip(tmp_path / "woven.mp4", frames=4, interlaced="tt")
    with (
        Workbench() as bench,
        bench.create_case(tmp_path / "a.facet", number="1", examiner="R. Example") as session,
        bench.open_footage(footage) as reader,
    ):
        exhibit = session.ingest(reader)
        crops = [
            session.record_crop(exhibit, reader.frame(2, interpretation=said), BOX)
            for said in (AS_DECLARED, TURNED, Interpretation(fields="bottom"), TURNED, AS_DECLARED)
        ]
        assert crops == ["1/F2/C1", "1/F2v2/C1", "1/F2v3/C1", "1/F2v2/C1", "1/F2/C1"]
        plain, turned, field = crops[:3]
        assert (session.case.picture(plain) == session.case.picture(turned)).all()  # source pixels stay source pixels
        assert session.decoding_of(turned)["overrides"] == {"sample_aspect": "2/1", "rotation": 90}
        for crop in (plain, turned, field):
            session.enhance(crop, "bicubic")
        sizes = {row.crop: (row.width, row.height) for row in session.case.outputs()}
        assert (sizes[plain], sizes[turned]) == ((128, 96), (96, 256))
        assert sizes[field][0] * 3 < sizes[field][1] * 4 * 0.6  # the pixels of a field are twice as high as wide
        compared = session.compare_with(turned, scale=4).picture
        assert compared.shape[:2] == (256, 96)
        assert all(row.equal for row in session.reproduce())
        assert session.verify().ok
