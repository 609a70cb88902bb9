from __future__ import annotations

import hashlib
from pathlib import Path

from clips import make_clip
from command import done, facet
from facet.cli.printing import printable


def test_a_probe_tells_both_digests_of_the_file(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "yard.mp4", frames=5)
    told = done("probe", clip)
    assert told["sha256"] == hashlib.sha256(clip.read_bytes()).hexdigest()
    assert told["md5"] == hashlib.md5(clip.read_bytes(), usedforsecurity=False).hexdigest()
    assert told["md5"] in facet("probe", clip).out


def test_what_a_container_says_of_itself_is_printed_as_text_only(tmp_path: Path) -> None:
    """A transport stream's code for H.264 is the byte 27 and three zeros."""
    clip = make_clip(tmp_path / "yard.ts", frames=5)
    printed = facet("probe", clip).out
    assert "codec_tag [27][0][0][0]" in printed
    assert all(line.isprintable() for line in printed.splitlines())


def test_no_escape_that_a_file_holds_reaches_the_terminal() -> None:
    assert printable("a\x1b[2Jb 한글 é\n") == "a[27][2Jb 한글 é[10]"
