"""An examiner's key and seals from the command line: made, put to a case, checked by somebody with the public half."""

from __future__ import annotations

from pathlib import Path

import pytest

from case.evidence import make_case
from command import done, facet


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a case and a passphrase; a home of its own."""
    make_case(tmp_path, frames=1, crops=1, outputs=1)
    (tmp_path / "passphrase").write_text("correct horse battery\n", "utf-8")
    monkeypatch.setenv("FACET_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FACET_PASSPHRASE_FILE", str(tmp_path / "passphrase"))
    return tmp_path


def test_a_case_is_sealed_and_checked_with_the_public_half_alone(desk: Path) -> None:
    case, seal, public = desk / "harbour.facet", desk / "seal.json", desk / "public.pem"
    made = done("key", "new")
    assert done("key", "export-public", "--out", public)["fingerprint"] == made["fingerprint"]
    sealed = done("seal", case, "--out", seal)
    assert (sealed["id"], sealed["fingerprint"], sealed["time_stamp"]) == ("K1", made["fingerprint"], None)
    Path(made["key"]).unlink()
    ran = facet("verify", case, "--against", seal, "--key", public)
    assert ran.code == 0, ran.err
    assert "No time stamp." in ran.out
    assert "Everything recorded is sealed." in ran.out
    assert "Completeness not checked" not in ran.out
    strange = facet("verify", case, "--key", "ab" * 32)
    assert strange.code == 1
    assert "Nothing in this case is sealed with the key" in strange.out


def test_the_passphrase_is_never_an_argument_and_its_lack_is_one_line(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done("key", "new")
    assert facet("key", "new").complaint.endswith("Choose another name.")
    monkeypatch.delenv("FACET_PASSPHRASE_FILE")
    ran = facet("seal", desk / "harbour.facet")
    assert ran.code == 2
    assert "--passphrase-file" in ran.complaint
