"""The environment is made, found good, found broken and made anew."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from ground.place import Place
from ground.venv import MARK, healthy, make_venv

OTHER_PYTHON = [(2, 9)]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """An environment made once, for the tests that only look at it."""
    place = Place(tmp_path_factory.mktemp("made"))
    make_venv(place)
    return place


@pytest.mark.slow
def test_a_made_environment_is_healthy_and_not_made_twice(made: Place) -> None:
    assert healthy(made, pip=True)
    assert not make_venv(made)


@pytest.mark.slow
def test_an_environment_of_a_python_that_is_not_accepted_is_not_good(made: Place) -> None:
    assert not healthy(made, OTHER_PYTHON)


@pytest.mark.slow
def test_an_environment_that_lost_its_libraries_is_made_anew(
    made: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = Place(tmp_path)
    shutil.copytree(made.venv, place.venv, symlinks=True)
    shutil.rmtree(place.venv / "lib", ignore_errors=True)
    shutil.rmtree(place.venv / "Lib", ignore_errors=True)

    assert make_venv(place)

    assert healthy(place, pip=True)
    assert "made anew" in capsys.readouterr().err


@pytest.mark.slow
def test_an_environment_that_was_interrupted_at_its_first_moment_is_made_anew(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.venv.mkdir()
    (place.venv / MARK).touch()

    assert make_venv(place)
    assert healthy(place, pip=True)


def test_no_environment_is_not_a_healthy_one(tmp_path: Path) -> None:
    assert not healthy(Place(tmp_path))


def test_a_folder_that_is_no_environment_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = Place(tmp_path)
    place.venv.mkdir()
    (place.venv / "thesis.txt").write_text("years of work")

    with pytest.raises(SystemExit) as ended:
        make_venv(place)

    assert ended.value.code == 2
    assert (place.venv / "thesis.txt").read_text() == "years of work"
    assert str(place.venv) in capsys.readouterr().err


def test_a_file_of_that_name_is_left_alone(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.venv.write_text("something else")

    with pytest.raises(SystemExit) as ended:
        make_venv(place)

    assert ended.value.code == 2
    assert place.venv.is_file()
