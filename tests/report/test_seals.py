"""A report prints the seals of its case, attaches the one made for it, and says so where there is none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from facet.report.attachments import SEAL_NAME
from facet.report.document import SealFacts
from facet.report.head import read_head
from facet.report.pdf import write_report
from report_documents import HEAD, make_document

FINGERPRINT = "0123456789abcdef" * 4
SEALS = (
    SealFacts(id="K1", ok=True, message=f"Sealed up to entry 8 by Kim with the key {FINGERPRINT}. No time stamp."),
    SealFacts(id=None, ok=True, message="Everything recorded is sealed."),
)


def test_seals_are_printed_and_the_one_made_for_the_report_is_attached(
    tmp_path: Path, words_of: Callable[[Path], list[str]]
) -> None:
    content = b'{"schema":"facet.seal-file/1"}'
    write_report(make_document(seals=SEALS, seal_file=content), tmp_path / "report.pdf", language="en")
    text = " ".join(" ".join(words_of(tmp_path / "report.pdf")).split())
    for words in ("Sealed up to entry 8 by Kim", "No time stamp.", "Everything recorded is sealed.", "--key PUBLIC"):
        assert words in text
    assert FINGERPRINT in text.replace(" ", "")
    with pikepdf.open(tmp_path / "report.pdf") as pdf:
        assert pdf.attachments[SEAL_NAME].get_file().read_bytes() == content
    assert read_head(tmp_path / "report.pdf")["sha256"] == HEAD.sha256


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_report_that_is_not_sealed_has_no_seal_attached(tmp_path: Path, language: str) -> None:
    write_report(make_document(), tmp_path / "report.pdf", language=language)
    with pikepdf.open(tmp_path / "report.pdf") as pdf:
        assert SEAL_NAME not in pdf.attachments
