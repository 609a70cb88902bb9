"""Whatever stands in the names of a case stays text in all that leaves it: report, pictures, package, CASE/UCO."""

from __future__ import annotations

import io
import json
import unicodedata
from pathlib import Path
from unittest import mock
from xml.etree import ElementTree as ET

import pikepdf
import pytest
from PIL import Image
from PySide6.QtPdf import QPdfDocument

from case.attacks.naming import SLY, give_names
from export.packing_up import pack, run_alone, small_case, troubles
from facet.case import Case
from facet.export.case_uco import case_uco
from facet.report.pdf import write_report
from facet.report.text import printable
from facet.workbench import reporting
from facet.workbench.exports import marked_files

LINES = "a\r\nPayload-Oxum: 0.0\n../../b\0"


@pytest.fixture
def sly(tmp_path: Path) -> Path:
    """A case in which every name is :data:`SLY`, made by somebody elsewhere."""
    path = small_case(tmp_path)
    with Case.open(path, examiner="Kim") as case:
        case.alias("1/F412/C1", "K-1")
        case.tag("hood", "1/F412")
        case.mark("1", 3, 9, "he turns")
        case.note("Seen.", "1/F412/C1/E1")
        case.withdraw("1/F412/C2/E1", "The wrong one.")
    give_names(path, SLY)
    return path


def test_the_report_spells_what_can_not_be_seen_and_takes_markup_for_text(
    sly: Path, tmp_path: Path, qapp: object
) -> None:
    with Case.open(sly) as case, mock.patch.object(reporting, "_bicubic", return_value=None):
        assert case.meta.agency == SLY
        document = reporting.report_document(case, None, None)  # type: ignore[arg-type]
    facts = write_report(document, tmp_path / "report.pdf", language="ko")
    shown = QPdfDocument()
    assert shown.load(str(facts.path)) == QPdfDocument.Error.None_
    pages = [shown.getAllText(page).text() for page in range(shown.pageCount())]
    shown.close()
    words = "".join("".join(page.replace("\u0002", "").split()) for page in pages)
    assert words.count("".join(printable(SLY).split())) > 5
    assert "[U+001B]" in words
    assert not {letter for letter in words if unicodedata.category(letter)[0] == "C"}
    with pikepdf.open(facts.path) as pdf:
        told = f"{dict(pdf.docinfo)} {pdf.open_metadata()}"
        assert not pdf.Root.get("/OpenAction")
        assert "\x1b" not in told
        assert not [each for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and "/JS" in each]


def test_a_marked_picture_carries_them_as_text(sly: Path) -> None:
    with Case.open(sly) as case:
        files, _family = marked_files(case, "1/F412/C1/E1", "en")
    for content in files.values():
        with Image.open(io.BytesIO(content)) as picture:
            picture.load()
            texts = dict(picture.text)  # type: ignore[attr-defined]
        xmp = texts["XML:com.adobe.xmp"]
        tree = ET.fromstring(xmp)
        assert not [each for each in tree.iter() if each.tag.rpartition("}")[2] == "b"]
        assert "<b onclick" not in xmp


def test_case_uco_has_them_letter_for_letter(sly: Path) -> None:
    with Case.open(sly) as case:
        content, _count = case_uco(case)
    texts: list[str] = []

    def gather(value: object) -> None:
        if isinstance(value, dict):
            for each in value.values():
                gather(each)
        elif isinstance(value, list):
            for each in value:
                gather(each)
        elif isinstance(value, str):
            texts.append(value)

    gather(json.loads(content))
    assert SLY in texts
    assert b"\x1b" not in content


@pytest.mark.parametrize("text", [SLY, LINES])
def test_a_package_is_whole_and_nothing_in_it_has_such_a_name(sly: Path, tmp_path: Path, text: str) -> None:
    give_names(sly, text)
    folder = pack(sly, tmp_path / "out" / "package").bag.folder
    assert troubles(folder) == []
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"package"}
    for path in folder.rglob("*"):
        assert path.name.isprintable()
        assert ".." not in path.name
    info = (folder / "bag-info.txt").read_text("utf-8").splitlines()
    assert sum(line.startswith("Payload-Oxum:") for line in info) == 1
    done = run_alone(folder / "verify.py", folder)
    assert done.returncode == 0, done.stdout
    assert done.stdout.replace("\n", "").isprintable(), done.stdout
