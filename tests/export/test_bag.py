"""A package is a bag like any other, its owner's alone, and appears whole or not at all."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from export.packing_up import pack, rebag, small_case, troubles
from facet.case import Case
from facet.core.digest import sha256_file
from facet.core.errors import Cancelled, EnvironmentLacksError, InputError
from facet.export.bag import BagWriter
from facet.export.packing import PackageParts, write_package
from facet.export.standalone.bagfile import one_line
from facet.weights import Store
from facet.workbench.packages import export_package


def test_another_program_finds_the_bag_valid(packed: Path) -> None:
    pytest.importorskip("bagit")
    done = subprocess.run([sys.executable, "-m", "bagit", "--validate", str(packed)], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_package_holds_what_a_stranger_needs(packed: Path) -> None:
    files = {path.relative_to(packed).as_posix() for path in packed.rglob("*") if path.is_file()}
    data = {path.removeprefix("data/") for path in files if path.startswith("data/")}
    assert {"case.facet", "report.pdf", "footage/1.mp4"} <= data
    assert {path for path in data if path.startswith("pictures/")} == {
        "pictures/1-F412.png", "pictures/1-F412-C1.png", "pictures/1-F412-C2.png", "pictures/1-F412-C1-E1.png",
        "pictures/1-F412-C2-E1.png", "pictures/1-F412-C2-E1.spread.png", "pictures/1-F412-C2-E1.sample-1.png",
        "pictures/1-F412-C2-E1.sample-2.png", "pictures/1-F412-C2-E1.sample-3.png",
    }  # fmt: skip
    assert {path for path in data if path.startswith("receipts/")} == {
        "receipts/1-F412-C1-E1.json", "receipts/1-F412-C2-E1.json",
    }  # fmt: skip
    assert len([path for path in data if path.startswith("cards/")]) == 2
    assert {"verify.py", "how-to-verify.en.txt", "how-to-verify.ko.txt", "bag-info.txt"} <= files
    receipt = json.loads((packed / "data/receipts/1-F412-C2-E1.json").read_bytes())
    assert (receipt["exhibit"], receipt["reason"]) == ("1/F412/C2/E1", "to see the hood")


def test_the_instructions_name_the_head_in_both_languages(packed: Path) -> None:
    with Case.open(packed / "data" / "case.facet") as case:
        head = case.head()
    named = f"{head['seq']}:{head['sha256']}"
    assert f"Facet-Journal-Head: {named}" in (packed / "bag-info.txt").read_text("utf-8")
    for language, word in (("en", "How to check"), ("ko", "검증")):
        text = (packed / f"how-to-verify.{language}.txt").read_text("utf-8")
        assert named in text
        assert word in text
        assert "AI 생성" in text


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX's")
def test_a_package_is_its_owners_alone(packed: Path) -> None:
    for path in (packed, *packed.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_strange_names_stay_text_in_a_bag(tmp_path: Path) -> None:
    with Case.create(
        tmp_path / "사건.facet", number="<b>7 {head} %0A 🙂", examiner="Kim \"'&", agency="Lab: 3"
    ) as case:
        case.note("Nothing but names.")
    package = pack(tmp_path / "사건.facet", tmp_path / "나가는 것").bag.folder
    assert troubles(package) == []
    lines = (package / "bag-info.txt").read_text("utf-8").splitlines()
    assert {"External-Identifier: <b>7 {head} %0A 🙂", "Source-Organization: Lab: 3"} <= set(lines)
    assert "<b>7 {head} %0A 🙂" in (package / "how-to-verify.ko.txt").read_text("utf-8")


def test_a_label_is_one_line_whatever_it_is_made_of() -> None:
    assert one_line("7\nFacet-Journal-Head: 1:00\u2028\u202e\x1b[2J  x") == "7 Facet-Journal-Head: 1:00 [2J x"


def test_withdrawn_exhibits_stay_in_the_case_alone(tmp_path: Path) -> None:
    path = small_case(tmp_path)
    with Case.open(path, examiner="Kim") as case:
        case.withdraw("1/F412/C2", "the wrong person")
    made = pack(path, tmp_path / "package")
    assert not list(made.bag.folder.rglob("1-F412-C2*"))
    assert (made.bag.folder / "data/pictures/1-F412-C1-E1.png").is_file()


def test_nothing_is_left_of_a_package_that_was_stopped(tmp_path: Path) -> None:
    path = small_case(tmp_path)
    before = set(tmp_path.iterdir())

    def stop(done: int, total: int, label: str = "") -> None:
        if label.startswith("1/F412/C2"):
            raise Cancelled

    with Case.open(path, examiner="Kim") as case:
        parts = PackageParts(report=lambda place: place.write_bytes(b""), marked=lambda _: {})
        with pytest.raises(Cancelled):
            write_package(case, tmp_path / "package", parts, stop)
    assert {each for each in tmp_path.iterdir() if not each.name.endswith(".lock")} == before


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(InputError, match="exists already"):
        BagWriter(tmp_path / "taken")


def test_a_place_that_can_not_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(EnvironmentLacksError, match="can't be written"):
        BagWriter(tmp_path / "file" / "package")


def test_a_package_leaves_with_a_journal_entry_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, out = small_case(tmp_path), tmp_path / "package"
    with Case.open(path, examiner="Kim") as case:
        journalled = case.log

        def report(place: Path) -> None:
            place.write_bytes(b"report")
            journalled("report", digests={"report_sha256": sha256_file(place)})

        def full(*_: object, **__: object) -> None:
            assert out.is_dir()
            raise EnvironmentLacksError("No room is left.")

        with monkeypatch.context() as patch:
            patch.setattr(case, "log", full)
            with pytest.raises(EnvironmentLacksError, match="No room"):
                export_package(case, Store(tmp_path), out, report=report, language="en")
        assert not out.exists()
        facts = export_package(case, Store(tmp_path), out, report=report, language="en", with_footage=True)
        entry = case.journal()[-1]
    assert entry.action == "export"
    assert entry.digests["manifest_sha256"] == facts["manifest_sha256"] == sha256_file(out / "manifest-sha256.txt")
    assert entry.details["of_head"] == facts["head"]  # type: ignore[index, call-overload]


def test_a_folder_of_pictures_is_packed_and_known_again(tmp_path: Path) -> None:
    from facet.case import modified_utc
    from facet.core.image_folder import folder_digests, list_images

    shots = tmp_path / "shots"
    shots.mkdir()
    for number in (9, 10, 11):
        (shots / f"shot {number}.png").write_bytes(b"picture %d" % number)
    (shots / "notes.txt").write_text("not footage")
    digests = folder_digests(list_images(shots))
    with Case.create(tmp_path / "a.facet", number="7", examiner="Kim") as case:
        case.add_footage(path=shots, sha256=digests.sha256, md5=digests.md5, size=digests.size,
                         modified=modified_utc(shots), probe={"container": "folder", "frames": 3})  # fmt: skip
    package = pack(tmp_path / "a.facet", tmp_path / "package").bag.folder
    assert sorted(path.name for path in (package / "data/footage/1").iterdir()) == [
        "shot 10.png", "shot 11.png", "shot 9.png",
    ]  # fmt: skip
    assert troubles(package) == []
    (package / "data/footage/1/shot 9.png").rename(package / "data/footage/1/shot 8.png")
    rebag(package)
    assert troubles(package) == ["The digest of data/footage/1 differs: it is not what was ingested."]


def test_footage_that_changes_while_it_is_packed_is_not_packed(tmp_path: Path) -> None:
    path = small_case(tmp_path)
    (tmp_path / "corridor.mp4").write_bytes(b"another film")
    with pytest.raises(InputError, match="changed while it was read"):
        pack(path, tmp_path / "package")
    assert not (tmp_path / "package").exists()


def test_weights_that_are_not_those_of_the_case_are_not_packed(tmp_path: Path) -> None:
    with Case.open(small_case(tmp_path), examiner="Kim") as case, pytest.raises(EnvironmentLacksError, match="sr3-x4"):
        export_package(case, Store(tmp_path), tmp_path / "out", report=lambda _: None, language="en", with_weights=True)
    assert not (tmp_path / "out").exists()
