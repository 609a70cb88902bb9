"""Profiles, and footage that was seen before."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from case.evidence import ingest, make_case, make_footage
from facet.case import Case
from facet.core.digest import sha256_file
from facet.core.errors import InputError
from facet.workbench import Settings, delete_profile, in_use, profiles, save_profile, use_profile
from facet.workbench.known_footage import FILE, known_footage, remember_footage
from facet.workbench.profiles import FILE as PROFILES

DAY = {"examiner": "Kim Min-ji", "agency": "Lab 3", "exhibit_names": "{number}-{footage}", "language": "ko"}


def test_a_profile_is_saved_used_changed_and_forgotten(tmp_path: Path) -> None:
    settings = Settings(device="cpu", threads=3, examiner="Park")
    assert save_profile(tmp_path, "day", settings, DAY) == {**DAY, "seal_key": "", "time_stamp": ""}
    save_profile(tmp_path, "night shift", settings, {"agency": "Lab 4"})
    assert [(name, profile["examiner"]) for name, profile in profiles(tmp_path).items()] == [
        ("day", "Kim Min-ji"), ("night shift", "Park"),
    ]  # fmt: skip
    used = use_profile(tmp_path, "day", settings)
    assert (used.examiner, used.agency, used.exhibit_names, used.language) == tuple(DAY.values())
    assert (used.device, used.threads) == ("cpu", 3)
    assert Settings.load(tmp_path) == used
    assert [in_use(profile, used) for profile in profiles(tmp_path).values()] == [True, False]
    assert save_profile(tmp_path, "day", Settings(), {"agency": "Lab 9"})["examiner"] == "Kim Min-ji"
    delete_profile(tmp_path, "night shift")
    assert list(profiles(tmp_path)) == ["day"]


def test_what_is_wrong_with_a_profile_is_told_and_nothing_kept(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no profile «day»"):
        use_profile(tmp_path, "day", Settings())
    with pytest.raises(InputError, match="is no scheme"):
        save_profile(tmp_path, "day", Settings(), {"exhibit_names": "{frame}"})
    for name in ("", " ", "a\nb", "x" * 61):
        with pytest.raises(InputError, match="short name"):
            save_profile(tmp_path, name, Settings(), {})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"schema": "facet.profiles/1", "profiles": {"a": {"examiner": 3}}}', "[" * 5000]
)
def test_damaged_profiles_are_told(tmp_path: Path, content: str) -> None:
    (tmp_path / PROFILES).write_text(content)
    with pytest.raises(InputError, match="is damaged"):
        profiles(tmp_path)


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX")
def test_settings_profiles_and_the_list_of_footage_are_their_owners_alone(tmp_path: Path) -> None:
    mask = os.umask(0)
    try:
        home = tmp_path / "home"
        home.mkdir()
        for name in ("settings.json", PROFILES, FILE):
            (home / f"{name}.new").touch(mode=0o666)
        (home / "settings.new").touch(mode=0o666)
        save_profile(home, "day", Settings(), DAY)
        use_profile(home, "day", Settings())
        with Case.open(make_case(tmp_path, frames=1)) as case:
            remember_footage(case, home, "ab" * 32, "1")
    finally:
        os.umask(mask)
    for name in ("settings.json", PROFILES, FILE):
        assert stat.S_IMODE((home / name).stat().st_mode) == 0o600, name


def test_the_same_footage_is_noticed_in_this_case_and_in_another(tmp_path: Path) -> None:
    home = tmp_path / "home"
    film = make_footage(tmp_path)
    digest = sha256_file(film)
    with Case.create(tmp_path / "a.facet", number="A-1", examiner="Kim") as first:
        assert known_footage(first, home, digest, others=True).here is None
        remember_footage(first, home, digest, ingest(first, film))
        seen = known_footage(first, home, digest, others=True)
        assert (seen.here, seen.elsewhere) == ("1", ())
    with Case.create(tmp_path / "b.facet", number="B-2", examiner="Kim") as second:
        (other,) = known_footage(second, home, digest, others=True).elsewhere
        assert (Path(other.case), other.number, other.footage) == (tmp_path / "a.facet", "A-1", "1")
        assert known_footage(second, home, digest, others=False).elsewhere == ()
        assert known_footage(second, home, "cd" * 32, others=True).elsewhere == ()
        remember_footage(second, home, digest, ingest(second, film))
        remember_footage(second, home, digest, "1")
        assert len(known_footage(second, home, digest, others=True).elsewhere) == 1


def test_nothing_of_an_encrypted_case_goes_on_the_list_and_it_reads_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("sqlcipher3")
    monkeypatch.setattr("facet.case.encryption.ITERATIONS", 1000)
    home = tmp_path / "home"
    with Case.create(tmp_path / "a.facet", number="1", examiner="Kim", passphrase="correct horse") as closed:
        remember_footage(closed, home, "ab" * 32, "1")
        assert not home.exists()
        with Case.create(tmp_path / "b.facet", number="2", examiner="Kim") as plain:
            remember_footage(plain, home, "ab" * 32, "1")
        assert [seen.number for seen in known_footage(closed, home, "ab" * 32, others=True).elsewhere] == ["2"]


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"\xff", b'{"schema": "facet.footage-seen/1", "footage": {"a": [{}]}}']
)
def test_a_damaged_list_is_taken_for_an_empty_one(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    with Case.create(tmp_path / "a.facet", number="1", examiner="Kim") as case:
        assert known_footage(case, tmp_path, "a", others=True).elsewhere == ()
        remember_footage(case, tmp_path, "ab" * 32, "1")
    with Case.create(tmp_path / "b.facet", number="1", examiner="Kim") as case:
        assert len(known_footage(case, tmp_path, "ab" * 32, others=True).elsewhere) == 1
