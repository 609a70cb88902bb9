"""What leaves the program is journalled, or it does not leave."""

from __future__ import annotations

from pathlib import Path

import pytest

from case.evidence import make_case
from facet.case import Case
from facet.core.errors import EnvironmentLacksError, InputError
from facet.inference.client import InferenceClient
from facet.weights import Store
from facet.workbench import CaseSession, Settings
from facet.workbench.exports import export_png


def test_a_file_whose_journal_entry_fails_is_taken_away_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make_case(tmp_path)
    out = tmp_path / "out" / "crop.png"

    def full(*_: object, **__: object) -> None:
        raise EnvironmentLacksError("No room is left.")

    with Case.open(path, examiner="Kim") as case:
        crop = case.crops()[0].id
        monkeypatch.setattr(case, "log", full)
        with pytest.raises(EnvironmentLacksError):
            export_png(case, crop, out, "en")
    assert list(out.parent.iterdir()) == []


def test_the_journal_holds_the_digest_of_what_left(tmp_path: Path) -> None:
    with Case.open(make_case(tmp_path), examiner="Kim") as case:
        crop = case.crops()[0].id
        row = export_png(case, crop, tmp_path / "crop.png", "en")
        entry = case.journal()[-1]
    assert (entry.action, entry.exhibit, entry.digests) == ("export", crop, {"file_sha256": row["file_sha256"]})


def test_no_picture_leaves_while_its_footage_is_another_file(tmp_path: Path) -> None:
    path = make_case(tmp_path)
    film = tmp_path / "corridor.mp4"
    content = film.read_bytes()
    film.write_bytes(content[:-1] + b"?")
    out = tmp_path / "crop.png"
    with CaseSession(Case.open(path, examiner="Kim"), Store(tmp_path), Settings(), InferenceClient()) as session:
        crop = session.case.crops()[0].id
        with pytest.raises(InputError, match="not what was ingested"):
            session.export_png(crop, out)
        assert not out.exists()
        film.write_bytes(content)
        session.export_png(crop, out)
    assert out.is_file()
