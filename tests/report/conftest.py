"""Reports written once and read back by many tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pikepdf
import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from PySide6.QtPdf import QPdfDocument

from facet.core import i18n
from facet.core.locate import shipped
from facet.report.pdf import ReportFacts, write_report
from report_documents import make_document

LIMIT = "카메라에 기록되지 않은 정보는 어떤 기법으로도 복원할 수 없다. "


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> ReportFacts:
    """The usual document in English."""
    return write_report(make_document(), tmp_path_factory.mktemp("report") / "report.pdf", language="en")


@pytest.fixture
def pdf(written: ReportFacts) -> Iterator[pikepdf.Pdf]:
    """The usual report, open."""
    with pikepdf.open(written.path) as opened:
        yield opened


@pytest.fixture
def words_of(qapp: object) -> Callable[[Path], list[str]]:
    """The text of each page of a PDF, its white space made single, as a reader's search finds it."""

    def read(path: Path) -> list[str]:
        document = QPdfDocument()
        assert document.load(str(path)) == QPdfDocument.Error.None_
        pages = [document.getAllText(page).text() for page in range(document.pageCount())]
        document.close()
        return [" ".join(page.replace("\u0002", "").split()) for page in pages]

    return read


@pytest.fixture
def korean_catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A small Korean catalogue in the place of the real one."""
    texts = {
        "Examination report": "영상 분석 보고서",
        "Limitations": "한계",
        "Case {number}": "사건 {number}",
        "Page {page} of {pages}": "{page} / {pages}쪽",
        "AI-GENERATED (AI 생성) – INVESTIGATIVE LEAD ONLY": "AI 생성 – 수사 단서로만 사용할 것",
        "No method recovers what the camera did not record. Distance, motion, darkness and compression limit what any"
        " picture made from this footage can show.": "카메라에 기록되지 않은 정보는 어떤 기법으로도 복원할 수 없다. "
        * 8,
    }
    catalogue = Catalog(locale="ko")
    for key, text in texts.items():
        catalogue.add(key, text)
    place = tmp_path / "resources" / "translations" / "ko" / "LC_MESSAGES"
    place.mkdir(parents=True)
    with (place / "facet.mo").open("wb") as stream:
        write_mo(stream, catalogue)
    (tmp_path / "resources" / "fonts").symlink_to(shipped("resources") / "fonts", target_is_directory=True)
    monkeypatch.setattr(
        i18n, "shipped", lambda folder: tmp_path / "resources" if folder == "resources" else shipped(folder)
    )
    i18n.translator.cache_clear()
    return texts


@pytest.fixture(autouse=True)
def _no_catalogue_outlives_its_test() -> Iterator[None]:
    yield
    i18n.translator.cache_clear()
