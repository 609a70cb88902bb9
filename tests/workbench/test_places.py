"""A full disk, a medium that can't be written, a drive that is pulled: real ones, where this user may mount them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from facet.case import Case
from facet.core.errors import EnvironmentLacksError, InputError
from facet.core.geometry import Box
from facet.workbench import CaseSession, Settings, Workbench
from sampling import BACKEND, REASON, make_sampled, use_sampler

CROP = "1/F412/C1"


def mount(*arguments: str) -> bool:
    ran = subprocess.run(["mount", *arguments], capture_output=True, check=False) if shutil.which("mount") else None
    return ran is not None and ran.returncode == 0


@pytest.fixture
def drive(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own."""
    place = tmp_path / "drive"
    place.mkdir()
    if sys.platform != "linux" or not mount("-t", "tmpfs", "-o", "size=3m", "tmpfs", str(place)):
        pytest.skip("mounting is not allowed here")
    yield place
    subprocess.run(["umount", "-l", str(place)], capture_output=True, check=False)


@pytest.fixture
def session(drive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CaseSession]:
    use_sampler(monkeypatch)
    path = make_sampled(drive, samples=0)
    with Workbench(tmp_path / "home", Settings(language="en")) as bench, bench.open_case(path) as made:
        yield made


def fill(drive: Path, left: int) -> Path:
    """Take all room but ``left`` bytes."""
    filler = drive / "filler"
    free = os.statvfs(drive)
    filler.write_bytes(bytes(free.f_bavail * free.f_frsize - left))
    return filler


def draw(session: CaseSession) -> None:
    session.enhance(CROP, BACKEND, parameters={"samples": "8"}, reason=REASON)


def cut(session: CaseSession) -> None:
    session.case.add_crop("1/F412", Box(x=0, y=0, w=30, h=22))


def note(session: CaseSession) -> None:
    session.case.note("There is no room for this.")


def report(session: CaseSession) -> None:
    session.report(session.case.path.with_name("report.pdf"))


def export(session: CaseSession) -> None:
    session.export_png(CROP, session.case.path.with_name("crop.png"))


def create(session: CaseSession) -> None:
    Case.create(session.case.path.with_name("other.facet"), number="2", examiner="Kim").close()


@pytest.mark.parametrize(
    ("do", "left"),
    [(draw, 40_000), (cut, 0), (note, 0), (report, 24_000), (export, 0), (create, 9_000)],
)
def test_a_full_disk_is_told_and_nothing_half_done_is_left_on_it(
    session: CaseSession, drive: Path, do: Callable[[CaseSession], None], left: int
) -> None:
    there = {path.name: path.stat().st_size for path in drive.iterdir() if path.suffix != ".lock"}
    with Case.open(session.case.path) as case:
        head = case.head()
    filler = fill(drive, left)
    with pytest.raises(EnvironmentLacksError) as told:
        do(session)
    assert "\n" not in str(told.value)
    assert "full" in str(told.value) or "space" in str(told.value)
    filler.unlink()
    assert {path.name: path.stat().st_size for path in drive.iterdir() if path.suffix != ".lock"} == there
    with Case.open(session.case.path) as case:
        assert case.head() == head
    do(session)
    assert session.verify().ok


def test_a_full_disk_bars_whoever_would_write_and_no_reader(session: CaseSession, drive: Path) -> None:
    path = session.case.path
    session.close()
    filler = fill(drive, 0)
    with pytest.raises(EnvironmentLacksError, match="Free some space"):
        Case.open(path, examiner="Kim")
    with Case.open(path) as case:
        assert case.verify().ok
    filler.unlink()
    Case.open(path, examiner="Kim").close()


def test_a_medium_that_can_not_be_written_is_read_verified_and_repeated(
    drive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_sampler(monkeypatch)
    path = make_sampled(drive, samples=2)
    assert mount("-o", "remount,ro", str(drive))
    there = sorted(drive.iterdir())
    with pytest.raises(InputError, match="Read-only file system"):
        Case.open(path, examiner="Kim")
    with (
        Workbench(tmp_path / "home", Settings(language="en")) as bench,
        bench.open_case(path, writable=False) as session,
    ):
        assert session.show()["outputs"]
        assert session.verify().ok
        assert [row.equal for row in session.reproduce()] == [True]
        with pytest.raises(InputError, match="only to read"):
            session.report(tmp_path / "report.pdf")
    assert not (tmp_path / "report.pdf").exists()
    assert sorted(drive.iterdir()) == there


def test_a_drive_that_is_pulled_is_told_before_anything_is_lost(session: CaseSession, drive: Path) -> None:
    session.case.note("while it was there")
    subprocess.run(["umount", "-l", str(drive)], check=True)
    with pytest.raises(EnvironmentLacksError, match="no longer where it was opened"):
        session.case.note("into the void")
    assert session.case.remarks()[-1].text == "while it was there"
