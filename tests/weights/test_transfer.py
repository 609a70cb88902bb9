from __future__ import annotations

import errno
import json
import os
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from facet.core.errors import Cancelled, EnvironmentLacksError, InputError
from facet.core.progress import cancellable
from facet.weights import Store
from pinned import FIRST, SECOND


@pytest.fixture
def bundle(stocked: Store, tmp_path: Path) -> Path:
    file = tmp_path / "models.zip"
    assert stocked.export(file) == [FIRST, SECOND]
    return file


@pytest.fixture
def other(world: object, tmp_path: Path) -> Store:
    return Store(tmp_path / "other-home")


def rewritten(bundle: Path, change: Callable[[dict[str, bytes]], None], compression: int = zipfile.ZIP_STORED) -> Path:
    """The bundle with its entries changed, as a zip that is sound in itself."""
    with zipfile.ZipFile(bundle) as file:
        entries = {name: file.read(name) for name in file.namelist()}
    change(entries)
    path = bundle.with_name("changed.zip")
    with zipfile.ZipFile(path, "w", compression) as file:
        for name, content in entries.items():
            file.writestr(name, content)
    return path


def refused(store: Store, file: Path) -> str:
    with pytest.raises(InputError) as error:
        store.import_(file)
    text = str(error.value)
    assert "\n" not in text
    assert not any(store.installed(name) for name in (FIRST, SECOND))
    assert [path for path in store.folder.rglob("*") if path.name != ".lock"] == []
    return text


def test_what_is_exported_is_installed_elsewhere(bundle: Path, other: Store) -> None:
    assert other.import_(bundle) == [FIRST, SECOND]
    assert [row["ok"] for row in other.verify()] == [True, True]
    assert other.path(FIRST).name == "weights.safetensors"


def test_the_same_weights_make_the_same_file(bundle: Path, store: Store, tmp_path: Path) -> None:
    store.export(tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == bundle.read_bytes()


def test_only_what_is_installed_is_exported(stocked: Store, other: Store, tmp_path: Path) -> None:
    stocked.path(FIRST).unlink()
    assert stocked.export(tmp_path / "one.zip") == [SECOND]
    assert other.import_(tmp_path / "one.zip") == [SECOND]
    assert not other.installed(FIRST)


def test_an_export_of_nothing_is_told(store: Store, tmp_path: Path) -> None:
    with pytest.raises(EnvironmentLacksError, match="nothing to export"):
        store.export(tmp_path / "models.zip")
    assert not (tmp_path / "models.zip").exists()


def test_altered_weights_are_not_exported(stocked: Store, tmp_path: Path) -> None:
    with stocked.path(FIRST).open("r+b") as file:
        file.seek(-1, os.SEEK_END)
        file.write(b"\x7f")
    with pytest.raises(InputError, match="damaged or altered"):
        stocked.export(tmp_path / "models.zip")
    assert not (tmp_path / "models.zip").exists()


def test_an_export_does_not_overwrite(bundle: Path, store: Store) -> None:
    before = bundle.read_bytes()
    with pytest.raises(InputError, match="exists already"):
        store.export(bundle)
    assert bundle.read_bytes() == before


def test_an_export_into_a_folder_that_is_not_there_is_told(bundle: Path, store: Store, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such folder"):
        store.export(tmp_path / "nowhere" / "models.zip")


def test_a_full_disk_leaves_no_half_export(stocked: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fsync(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", fsync)
    folder = tmp_path / "stick"
    folder.mkdir()
    with pytest.raises(EnvironmentLacksError, match="the disk is full"):
        stocked.export(folder / "models.zip")
    assert list(folder.iterdir()) == []


def test_one_changed_byte_installs_nothing(bundle: Path, other: Store) -> None:
    def change(entries: dict[str, bytes]) -> None:
        content = bytearray(entries[f"{SECOND}.safetensors"])
        content[-5] ^= 1
        entries[f"{SECOND}.safetensors"] = bytes(content)

    assert f"the weights of {SECOND}" in refused(other, rewritten(bundle, change))


def test_a_forged_table_of_contents_does_not_help(bundle: Path, other: Store) -> None:
    def change(entries: dict[str, bytes]) -> None:
        manifest = json.loads(entries["manifest.json"])
        manifest["models"][0]["sha256"] = "0" * 64
        entries["manifest.json"] = json.dumps(manifest).encode()

    assert f"the weights of {FIRST}" in refused(other, rewritten(bundle, change))


def test_a_rotten_byte_on_the_way_installs_nothing(bundle: Path, other: Store) -> None:
    content = bytearray(bundle.read_bytes())
    content[len(content) // 2] ^= 0xFF
    bundle.write_bytes(content)
    assert "damaged" in refused(other, bundle)


def test_half_a_bundle_installs_nothing(bundle: Path, other: Store) -> None:
    bundle.write_bytes(bundle.read_bytes()[:-100])
    assert "only part of one" in refused(other, bundle)


def unknown_model(entries: dict[str, bytes]) -> None:
    manifest = json.loads(entries["manifest.json"])
    manifest["models"].append({"id": "stranger-x4", "sha256": "0" * 64, "size": 1})
    entries["manifest.json"] = json.dumps(manifest).encode()
    entries["stranger-x4.safetensors"] = b"x"


def climbing_entry(entries: dict[str, bytes]) -> None:
    entries["../../climbed.txt"] = b"x"


def missing_entry(entries: dict[str, bytes]) -> None:
    del entries[f"{FIRST}.safetensors"]


def another_format(entries: dict[str, bytes]) -> None:
    entries["manifest.json"] = b'{"format": "facet.models/2", "models": []}'


def no_contents(entries: dict[str, bytes]) -> None:
    del entries["manifest.json"]


def odd_contents(entries: dict[str, bytes]) -> None:
    entries["manifest.json"] = b"[" * 100_000


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (unknown_model, "holds the model «stranger-x4», which this Facet does not know"),
        (climbing_entry, "does not name (../../climbed.txt)"),
        (missing_entry, f"{FIRST}.safetensors is missing"),
        (another_format, "table of contents is missing or unknown"),
        (no_contents, "table of contents is missing or unknown"),
        (odd_contents, "table of contents is missing or unknown"),
    ],
)
def test_a_bundle_with_anything_else_installs_nothing(
    change: Callable[[dict[str, bytes]], None], told: str, bundle: Path, other: Store
) -> None:
    assert told in refused(other, rewritten(bundle, change))
    assert not (other.folder.parent.parent / "climbed.txt").exists()


def test_a_bundle_that_could_swell_installs_nothing(bundle: Path, other: Store) -> None:
    assert "does not name" in refused(other, rewritten(bundle, lambda _entries: None, zipfile.ZIP_DEFLATED))


def test_a_file_that_is_not_there_is_told(other: Store, tmp_path: Path) -> None:
    assert "no such file" in refused(other, tmp_path / "nothing.zip")


def test_cancelling_an_import_installs_nothing(bundle: Path, other: Store) -> None:
    cancel = threading.Event()

    def watch(done: int, _total: int, _label: str) -> None:
        if done:
            cancel.set()

    with pytest.raises(Cancelled):
        other.import_(bundle, cancellable(cancel, watch))
    assert [path.name for path in other.folder.iterdir()] == [".lock"]


def test_a_full_disk_during_an_import_installs_nothing(
    bundle: Path, other: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(_descriptor: int, _content: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "write", write)
    with pytest.raises(EnvironmentLacksError, match="the disk is full"):
        other.import_(bundle)
    monkeypatch.undo()
    assert [path.name for path in other.folder.iterdir()] == [".lock"]
