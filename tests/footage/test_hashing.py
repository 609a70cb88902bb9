from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path

import pytest

from facet.core.digest import FileDigests, file_digests
from facet.core.errors import InputError
from facet.core.progress import SILENT, Progress
from facet.footage import hashing
from facet.footage.hashing import Hashing


class ReadyJustThen(Future[FileDigests]):
    """Is done the moment after somebody gave up waiting for it."""

    def result(self, timeout: float | None = None) -> FileDigests:
        if not self.done():
            self.set_result(FileDigests(sha256="ab" * 32, md5="cd" * 16, size=3))
            raise TimeoutError
        return super().result(timeout)


def test_digests_that_are_ready_as_the_wait_runs_out_are_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "clip"
    path.write_bytes(b"abc")
    with Hashing(path, "clip") as running:
        assert running.wait(SILENT) == file_digests(path)
        monkeypatch.setattr(running, "_future", ReadyJustThen())
        assert running.wait(SILENT).size == 3


def test_a_file_server_that_times_out_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(_path: Path, _progress: Progress) -> FileDigests:
        raise TimeoutError(110, "Connection timed out")

    monkeypatch.setattr(hashing, "_digests", slow)
    with Hashing(tmp_path / "clip", "clip") as running, pytest.raises(InputError, match="Connection timed out"):
        running.wait(SILENT)
