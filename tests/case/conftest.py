"""A finished case, made once and copied for each test that wants it, and once more encrypted."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

import pytest

from case.closing import SWITCH, close_cases
from case.evidence import make_case

CLOSED_TOO = (
    "test_case",
    "test_companions",
    "test_finding",
    "test_failing_disk",
    "test_folders",
    "test_journal",
    "test_marks",
    "test_relink",
    "test_pages",
    "test_quick_verify",
    "test_verify",
    "test_writer",
)
"""Modules whose tests run on encrypted cases as well."""
BYTES = frozenset({
    "test_a_case_is_set_up_as_the_format_says",
    "test_a_flipped_byte_names_the_place",
    "test_a_flipped_byte_of_a_receipt_names_its_output",
    "test_a_flipped_byte_of_a_stored_index_is_named_and_the_index_not_used",
    "test_a_flipped_byte_of_a_stored_picture_names_its_exhibit",
    "test_a_ruined_leaf_leaves_the_other_rows_readable",
    "test_an_index_that_claims_to_be_huge_is_never_loaded",
    "test_any_flipped_byte_of_the_file_is_told_or_changes_nothing_that_the_case_says",
})  # fmt: skip
"""Tests of where SQLite puts what in a file; an encrypted page is authentic or is not (``test_encryption.py``)."""
LIBRARY = frozenset({
    "test_a_case_that_can_not_be_read_for_now_is_told_and_read_later",
    "test_a_disk_that_fails_after_the_commit_is_not_said_to_have_recorded_nothing",
    "test_whichever_call_fails_the_write_is_whole_or_not_there_and_that_is_told",
})  # fmt: skip
"""Tests that let calls of Python's own SQLite library fail."""
FILES = frozenset({"harbour", "finished", "tmp_path", "sampled", "film"})
"""Fixtures of tests that have to do with a case file at all."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "case_kind" in metafunc.fixturenames:
        named = metafunc.module.__name__.rpartition(".")[2] in CLOSED_TOO and FILES & {*metafunc.fixturenames}
        closed = named and metafunc.function.__name__ not in BYTES | LIBRARY
        metafunc.parametrize("case_kind", ["open", "encrypted"] if closed else ["open"], indirect=True)


@pytest.fixture(autouse=True)
def case_kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """``open``, or ``encrypted``: then every case of the test has a passphrase."""
    if request.param == "encrypted":
        if importlib.util.find_spec("sqlcipher3") is None:
            pytest.skip("SQLCipher is not installed here")
        monkeypatch.setenv(SWITCH, "1")
        close_cases(monkeypatch.setattr)
    return str(request.param)


@pytest.fixture(scope="session")
def _finished(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return {}


@pytest.fixture
def finished(case_kind: str, _finished: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Never touch this one."""
    if case_kind not in _finished:
        _finished[case_kind] = make_case(tmp_path_factory.mktemp("finished"))
    return _finished[case_kind]


@pytest.fixture
def harbour(finished: Path, tmp_path: Path) -> Path:
    """A case of its own for one test, its footage beside it."""
    shutil.copytree(finished.parent, tmp_path / "case")
    return tmp_path / "case" / finished.name
