"""The journal's head comes back out of a report, and out of nothing else."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest

from facet.core.errors import InputError
from facet.report.head import read_head
from facet.report.pdf import ReportFacts
from report_documents import HEAD


def attach(path: Path, name: str, content: bytes) -> Path:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.attachments[name] = pikepdf.AttachedFileSpec(pdf, content, filename=name, creation_date="", mod_date="")
    pdf.save(path)
    return path


def test_a_report_gives_its_head(written: ReportFacts) -> None:
    assert read_head(written.path) == {"seq": HEAD.seq, "sha256": HEAD.sha256, "case": "2026-0412"}


def test_a_file_that_is_no_pdf_is_refused(tmp_path: Path) -> None:
    for content in (b"", b"hello", b"%PDF-1.7\n garbage"):
        (tmp_path / "note.pdf").write_bytes(content)
        with pytest.raises(InputError, match=r"^note\.pdf is not a PDF that can be read\."):
            read_head(tmp_path / "note.pdf")


def test_what_is_not_there_or_is_a_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_head(tmp_path / "missing.pdf")
    with pytest.raises(InputError, match="is a folder"):
        read_head(tmp_path)


def test_a_foreign_pdf_holds_no_head(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a PDF but not a report of Facet"):
        read_head(attach(tmp_path / "other.pdf", "invoice.json", b"{}"))


def test_a_locked_pdf_is_said_to_be_locked(tmp_path: Path, written: ReportFacts) -> None:
    with pikepdf.open(written.path) as pdf:
        pdf.save(tmp_path / "locked.pdf", encryption=pikepdf.Encryption(owner="a", user="b"))
    with pytest.raises(InputError, match="locked with a password"):
        read_head(tmp_path / "locked.pdf")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not json",
        b"[]",
        b"[" * 60_000,
        b'{"schema":"facet.journal-head/1"}',
        b'{"schema":"facet.journal-head/1","seq":true,"sha256":"' + b"0" * 64 + b'"}',
        b'{"schema":"facet.journal-head/1","seq":-1,"sha256":"' + b"0" * 64 + b'"}',
        b'{"schema":"facet.journal-head/1","seq":1,"sha256":"' + b"0" * 63 + b'"}',
        b'{"schema":"facet.journal-head/9","seq":1,"sha256":"' + b"0" * 64 + b'"}',
        b"x" * 200_000,
    ],
    ids=lambda content: repr(content[:40]),
)
def test_a_damaged_head_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(InputError, match="damaged"):
        read_head(attach(tmp_path / "report.pdf", "journal-head.json", content))
