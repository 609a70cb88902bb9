"""``facet export`` and ``facet verify`` of a package, as users run them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from command import done, facet
from export.packing_up import rebag, run_alone, small_case

BLOCKED = (
    "torch",
    "torchvision",
    "av",
    "PySide6",
    "cv2",
    "reportlab",
    "pikepdf",
    "h5py",
    "safetensors",
    "facenet_pytorch",
)


@pytest.fixture
def case(tmp_path: Path) -> Path:
    return small_case(tmp_path)


def without(modules: tuple[str, ...], *arguments: object) -> subprocess.CompletedProcess[str]:
    """``facet`` where these modules can't be had."""
    code = (
        "import sys\n"
        f"for name in {modules!r}: sys.modules[name] = None\n"
        "from facet.cli.main import main\nsys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120, check=False)


def test_a_package_is_made_sealed_checked_and_found_out(case: Path, tmp_path: Path) -> None:
    (tmp_path / "words").write_text("a horse and a staple\n", encoding="utf-8")
    key = ("--key", tmp_path / "seal.pem", "--passphrase-file", tmp_path / "words")
    fingerprint = done("key", "new", *key)["fingerprint"]
    package = tmp_path / "out" / "package"
    made = done("export", case, "--what", "package", "--out", package, "--with-footage", "--lang", "ko", *key)
    assert made["out"] == str(package)
    assert (package / "data/report.pdf").read_bytes().startswith(b"%PDF-")
    head = f"{made['head']['seq']}:{made['head']['sha256']}"
    alone = run_alone(package / "verify.py", "--against", head, "--key", fingerprint)
    assert alone.returncode == 0, alone.stdout
    assert alone.stdout.count("Sealed up to entry") == 2
    assert "bear none" not in alone.stdout
    verified = without(BLOCKED, "verify", package, "--key", fingerprint, "--json")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    checks = {row["check"] for row in json.loads(verified.stdout)["rows"]}
    assert {"bag", "package", "journal", "picture", "seal", "spread"} <= checks
    (package / "data/pictures/1-F412-C1.png").write_bytes((package / "data/pictures/1-F412-C2.png").read_bytes())
    rebag(package)
    spoilt = without(BLOCKED, "verify", package)
    assert spoilt.returncode == 1
    assert "1-F412-C1.png is not what the case says" in spoilt.stdout


def test_case_uco_and_pictures_leave_and_are_never_overwritten(case: Path, tmp_path: Path) -> None:
    out = tmp_path / "case.jsonld"
    made = done("export", case, "--what", "case-uco", "--out", out)
    assert made["objects"] == len(json.loads(out.read_text("utf-8"))["@graph"])
    again = facet("export", case, "--what", "case-uco", "--out", out)
    assert again.code == 2
    assert "exists already" in again.complaint
    files = done("export", case, "--what", "png", "--out", tmp_path / "png", "--exhibit", "1/F412/C2/E1")["files"]
    with Image.open(files[0]["out"]) as image:
        assert "AI 생성" in image.text["Comment"]  # type: ignore[attr-defined]
    if os.name == "posix":
        assert out.stat().st_mode & 0o077 == 0


def test_an_option_for_another_kind_is_refused(case: Path, tmp_path: Path) -> None:
    ran = facet("export", case, "--what", "png", "--out", tmp_path / "png", "--with-footage")
    assert ran.code == 2
    assert "--with-footage is for --what package" in ran.complaint
    assert not (tmp_path / "png").exists()
