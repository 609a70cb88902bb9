from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from safetensors.numpy import load_file

import pinned
from facet.core.digest import sha256_file
from facet.core.errors import EnvironmentLacksError, FacetError, InputError
from facet.weights import Store
from facet.weights import store as store_module
from pinned import FIRST, SECOND


def one_line(error: pytest.ExceptionInfo[FacetError]) -> str:
    text = str(error.value)
    assert "\n" not in text
    assert "Traceback" not in text
    return text


def everything_in(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} - {".lock"}


def test_a_model_is_fetched_converted_and_kept_under_the_digest_of_its_card(store: Store) -> None:
    assert not store.installed(FIRST)
    assert store.install([FIRST]) == [FIRST]
    assert store.installed(FIRST)
    assert sha256_file(store.path(FIRST)) == store.card(FIRST).descriptor.weights_sha256
    assert load_file(store.path(FIRST))["head.weight"].shape == (64, 3, 9, 9)
    assert everything_in(store.folder) == {f"{FIRST}/weights.safetensors"}


def test_two_models_in_one_archive_cost_one_download(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    fetched = []
    real = store_module.fetch
    monkeypatch.setattr(store_module, "fetch", lambda *given: (fetched.append(given), real(*given))[1])
    assert store.install([FIRST, SECOND, FIRST]) == [FIRST, SECOND]
    assert len(fetched) == 1
    assert store.path(FIRST).read_bytes() != store.path(SECOND).read_bytes()


def test_what_is_installed_is_not_fetched_again(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store.install([FIRST])
    pinned.pip_looks_only_in(tmp_path / "nowhere", monkeypatch)
    assert store.install([FIRST]) == []


def test_altered_weights_are_never_given_out_and_an_installation_replaces_them(store: Store) -> None:
    store.install([FIRST])
    place = store.path(FIRST)
    content = bytearray(place.read_bytes())
    content[-1] ^= 1
    place.write_bytes(content)
    with pytest.raises(InputError) as error:
        store.path(FIRST)
    assert f"facet models install {FIRST}" in one_line(error)
    assert [row["ok"] for row in store.verify()] == [False]
    assert store.install([FIRST]) == [FIRST]
    assert [row["ok"] for row in store.verify()] == [True]


def test_absent_weights_are_told_with_the_command_that_installs_them(store: Store) -> None:
    with pytest.raises(EnvironmentLacksError) as error:
        store.path(FIRST)
    assert (
        one_line(error) == f"The weights of {FIRST} are not installed. Install them with: facet models install {FIRST}"
    )
    assert store.verify() == []


def test_interpolation_needs_no_weights(store: Store) -> None:
    assert store.installed("plain")
    assert [row["id"] for row in store.list()] == [FIRST, SECOND]
    with pytest.raises(InputError, match="works without weights"):
        store.path("plain")
    with pytest.raises(InputError, match="nothing to install"):
        store.install(["plain"])


def test_an_unknown_id_is_refused_before_anything_is_fetched(store: Store) -> None:
    with pytest.raises(InputError, match="There is no model «nobody»"):
        store.install([FIRST, "nobody"])
    assert not store.folder.exists()


def test_the_list_says_what_is_there(store: Store) -> None:
    store.install([SECOND])
    rows = {row["id"]: row for row in store.list()}
    assert (rows[FIRST]["installed"], rows[FIRST]["size_bytes"]) == (False, None)
    assert (rows[SECOND]["installed"], rows[SECOND]["size_bytes"]) == (True, store.path(SECOND).stat().st_size)
    assert rows[SECOND]["sha256"] == sha256_file(store.path(SECOND))
    assert rows[SECOND]["requirement"] == pinned.REQUIREMENT


def test_looking_into_a_store_that_does_not_exist_makes_nothing(store: Store) -> None:
    assert store.list()
    assert store.verify() == []
    assert not store.folder.exists()


def test_a_full_disk_is_told_in_one_line_and_leaves_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    real, written = os.write, []

    def write(descriptor: int, content: bytes) -> int:
        written.append(len(content))
        if len(written) > 20:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(descriptor, content)

    monkeypatch.setattr(os, "write", write)
    with pytest.raises(EnvironmentLacksError) as error:
        store.install([FIRST])
    monkeypatch.undo()
    assert "the disk is full" in one_line(error)
    assert everything_in(store.folder) == set()


def test_a_disk_that_can_not_force_its_writes_installs_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def fsync(_descriptor: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(EnvironmentLacksError) as error:
        store.install([FIRST])
    assert "Input/output error" in one_line(error)
    assert not store.installed(FIRST)


def test_a_home_that_is_a_file_is_told_in_one_line(world: object, tmp_path: Path) -> None:
    (tmp_path / "home").write_text("not a folder")
    with pytest.raises(EnvironmentLacksError) as error:
        Store(tmp_path / "home").install([FIRST])
    assert "FACET_HOME" in one_line(error)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_home_without_permission_is_told_in_one_line(world: object, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o555)
    with pytest.raises(EnvironmentLacksError) as error:
        Store(home).install([FIRST])
    assert "FACET_HOME" in one_line(error)


def test_a_read_only_disk_is_told_in_one_line(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def mkdir(*_given: object, **_named: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(os, "mkdir", mkdir)
    with pytest.raises(EnvironmentLacksError) as error:
        store.install([FIRST])
    assert "Read-only file system" in one_line(error)


INSTALLER = """
import os, sys, time
from pathlib import Path
from facet.weights import Store, catalog, store, disk
models, home, seam = sys.argv[1:]
catalog.shipped = lambda _folder: Path(models)

def stop(*_given, **_named):
    print("reached", flush=True)
    time.sleep(60)

{patch}
Store(Path(home)).install(["first-x4", "second-x4"])
"""
SEAMS = {
    "while the archive is being converted": "store.convert = stop",
    "while the weights are being written": "disk.os.fsync = stop",
    "before they get their name": "store.put_in_place = stop",
    "between two models": "real = store.put_in_place\n"
    "store.put_in_place = lambda made, target: stop() if 'second' in str(target) else real(made, target)",
}


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
@pytest.mark.parametrize("seam", SEAMS)
def test_a_killed_installation_leaves_whole_models_or_none(
    seam: str, world: object, store: Store, tmp_path: Path
) -> None:
    models = world.models  # type: ignore[attr-defined]
    script = tmp_path / "installer.py"
    script.write_text(textwrap.dedent(INSTALLER).replace("{patch}", SEAMS[seam]), "utf-8")
    command = [sys.executable, str(script), str(models), str(store.folder.parent), seam]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "reached"
        with pytest.raises(EnvironmentLacksError, match="another program is installing models"):
            store.install([SECOND])
        process.send_signal(signal.SIGKILL)
    whole = [name for name in (FIRST, SECOND) if store.installed(name)]
    assert whole == ([FIRST] if seam == "between two models" else [])
    assert all(row["ok"] for row in store.verify())
    assert store.install([FIRST, SECOND]) == [name for name in (FIRST, SECOND) if name not in whole]
    assert everything_in(store.folder) == {f"{FIRST}/weights.safetensors", f"{SECOND}/weights.safetensors"}
