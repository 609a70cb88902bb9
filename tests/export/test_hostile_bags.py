"""A bag from an enemy reaches nothing outside itself and is refused in one line, by Facet and by verify.py."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from export.packing_up import rebag, run_alone, troubles
from facet.core.errors import FacetError, InputError
from facet.export.standalone.bagfile import MANIFEST, check_path
from facet.export.standalone.findings import Refused
from facet.export.verifier import verifier_script
from facet.workbench import Workbench


def add_line(folder: Path, path: str) -> None:
    with (folder / MANIFEST).open("a", encoding="utf-8", newline="\n") as stream:
        stream.write(f"{'0' * 64}  {path}\n")


def link(folder: Path, name: str, target: str) -> None:
    (folder / name).symlink_to(target)


HOSTILE: dict[str, Callable[[Path], object]] = {
    "names a file «data/../../../etc/passwd»": lambda bag: add_line(bag, "data/../../../etc/passwd"),
    "names a file «/etc/passwd»": lambda bag: add_line(bag, "/etc/passwd"),
    "names a file «C:/Windows/win.ini»": lambda bag: add_line(bag, "C:/Windows/win.ini"),
    r"names a file «data\..\..\secret»": lambda bag: add_line(bag, r"data\..\..\secret"),
    "names a file «data/a�b»": lambda bag: add_line(bag, "data/a\0b"),
    "names a file «data/�gpj.exe»": lambda bag: add_line(bag, "data/\u202egpj.exe"),
    "names a file «data/x�y»": lambda bag: add_line(bag, "data/x%0Ay"),
    "names a file «data//twice»": lambda bag: add_line(bag, "data//twice"),
    "names a file «data/end.»": lambda bag: add_line(bag, "data/end."),
    "names «verify.py», which is not for it": lambda bag: add_line(bag, "verify.py"),
    "holds «data/case.facet» twice": lambda bag: add_line(bag, "data/case.facet"),
    "holds «data/report.pdf» twice": lambda bag: add_line(bag, "data/Report.PDF"),
    "line that is not a manifest's": lambda bag: (bag / MANIFEST).write_text("nonsense\n"),
    "data/link is a link": lambda bag: link(bag, "data/link", "/etc/passwd"),
    "data/pipe is a link or a device": lambda bag: os.mkfifo(bag / "data" / "pipe"),
    "fetch.txt": lambda bag: (bag / "fetch.txt").write_text("https://example.org/x 1 data/x\n"),
    "bagit.txt does not say": lambda bag: (bag / "bagit.txt").write_text("BagIt-Version: 9.9\n"),
    "manifest-sha256.txt is missing": lambda bag: (bag / MANIFEST).unlink(),
    "manifest-sha256.txt can't be read": lambda bag: (bag / MANIFEST).write_bytes(b"\xff\xfe"),
    "manifest-sha256.txt is too large": lambda bag: os.truncate(bag / MANIFEST, 1 << 40),
    "holds no case that is whole": lambda bag: ((bag / "data/case.facet").unlink(), rebag(bag)),
}


@pytest.mark.skipif(os.name != "posix", reason="links and pipes are POSIX's")
@pytest.mark.parametrize("words", HOSTILE)
def test_it_is_refused_in_one_line(package: Path, words: str) -> None:
    HOSTILE[words](package)
    found = troubles(package)
    assert len(found) == 1 or words.startswith("holds no case")
    assert words in found[-1]
    assert "\n" not in found[-1]
    with Workbench() as bench:
        try:
            said = [row.message for row in bench.verify(package).failed]
        except FacetError as error:
            said = [str(error)]
    assert any(words in each for each in said)


def test_a_case_that_is_a_link_is_not_followed(package: Path, tmp_path: Path) -> None:
    (package / "data/case.facet").rename(tmp_path / "elsewhere.facet")
    link(package, "data/case.facet", str(tmp_path / "elsewhere.facet"))
    assert "is a link" in troubles(package)[0]


def test_a_picture_that_is_a_bomb_is_not_unpacked(package: Path) -> None:
    from export.test_pictures import png

    (package / "data/pictures/1-F412-C1-E1.png").write_bytes(png(30_000, 30_000, bytes(1 << 20)))
    rebag(package)
    assert any("does not show the picture" in trouble for trouble in troubles(package))
    with Workbench() as bench:
        failed = [row.message for row in bench.verify(package).failed]
    assert any("does not show the picture" in message for message in failed)


def test_a_folder_that_is_no_bag_is_said_to_be_none(tmp_path: Path) -> None:
    with Workbench() as bench, pytest.raises(InputError, match="a folder and no package"):
        bench.verify(tmp_path)
    script = tmp_path / "verify.py"
    script.write_text(verifier_script(), encoding="utf-8")
    done = run_alone(script)
    assert (done.returncode, done.stderr) == (1, "")
    assert "bagit.txt is missing" in done.stdout


@pytest.mark.parametrize("path", ["data/사건 1.png", "data/a/b-c_d.e", "data/🙂.png"])
def test_names_of_people_are_no_danger(path: str) -> None:
    check_path(path)


@pytest.mark.parametrize("path", ["", ".", "..", "a/..", "a/./b", "a\tb", "a ", "a|b", 'a"b', "a" * 1001])
def test_names_that_mislead_are(path: str) -> None:
    with pytest.raises(Refused):
        check_path(path)
