from __future__ import annotations

from pathlib import Path

from clips import make_clip
from command import done, facet


def test_where_something_happens_is_told_with_the_rule_and_how_much_was_compared(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "yard.mp4", frames=30)
    found = done("activity", clip)
    assert (found["frames"], found["looked_at"], found["thorough"]) == (30, 30, True)
    assert [(one["first"], one["last"], one["begins"]) for one in found["stretches"]] == [(0, 29, "0.000000")]
    assert len(found["footage_sha256"]) == 64
    text = facet("activity", clip).out
    assert "frames 0 to 29" in text
    assert "Compared 30 of 30 pictures" in text


def test_what_is_no_footage_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "text.mp4").write_text("no film " * 99)
    ran = facet("activity", tmp_path / "text.mp4")
    assert ran.code == 2
    assert "text.mp4" in ran.complaint
