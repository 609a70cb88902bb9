"""``facet verify`` of a package: what Facet sees besides what verify.py sees."""

from __future__ import annotations

from pathlib import Path

import pytest

from export.packing_up import pack, rebag, run_alone, small_case
from facet.core.errors import FacetError
from facet.workbench import Workbench

SAFE = "a horse, a staple and 사건"


def failed(package: Path, **more: object) -> list[str]:
    with Workbench() as bench:
        return [row.message for row in bench.verify(package, **more).failed]  # type: ignore[arg-type]


def test_a_package_is_checked_with_its_case_and_footage(package: Path) -> None:
    with Workbench() as bench:
        found = bench.verify(package)
    assert found.ok, found.failed
    assert [row.exhibit for row in found.rows if row.check == "footage"] == ["1", "1"]
    assert [each.found for each in found.footage] == [True]
    assert {"bag", "package", "spread", "cut"} <= {row.check for row in found.rows}


@pytest.mark.parametrize("name", ["verify.py", "how-to-verify.en.txt", "how-to-verify.ko.txt"])
def test_other_words_than_its_own_are_pointed_out(package: Path, name: str) -> None:
    path = package / name
    path.write_bytes(path.read_bytes().replace(b"verify", b"verily", 1))
    rebag(package)
    (found,) = failed(package)
    assert found == f"{name} is not what this version of Facet writes. Don't run it, and don't go by it."


def test_a_picture_with_other_pixels_in_its_banner_is_named(package: Path) -> None:
    pictures = package / "data" / "pictures"
    (pictures / "1-F412-C1-E1.png").write_bytes((pictures / "1-F412-C2-E1.sample-1.png").read_bytes())
    rebag(package)
    assert failed(package) == ["data/pictures/1-F412-C1-E1.png does not show the picture that the case holds."]


def test_an_encrypted_case_stays_encrypted_in_its_package(tmp_path: Path) -> None:
    pytest.importorskip("sqlcipher3")
    path = small_case(tmp_path, passphrase=SAFE)
    package = pack(path, tmp_path / "package", passphrase=SAFE).bag.folder
    assert b"Kim Min-ji" not in (package / "data/case.facet").read_bytes()
    alone = run_alone(package / "verify.py")
    assert alone.returncode == 2
    assert "NOT as it was recorded" not in alone.stdout
    assert "The case in it was not checked." in alone.stdout
    assert "The case is encrypted. Open it with Facet and its passphrase." in alone.stdout
    assert failed(package, passphrase=SAFE) == []
    with pytest.raises(FacetError, match="passphrase"):
        failed(package)
