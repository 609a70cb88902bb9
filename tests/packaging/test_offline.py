"""An offline folder is checked whole before anything of it is used."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ground.offline import FORMAT, of_role, python_of, read_manifest, this_platform, verify
from ground.stamp import digest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small, whole offline folder."""
    for name in ("wheels/one-1-py3-none-any.whl", "wheels/two-2-py3-none-any.whl", "weights/weights.zip"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(name.encode())
    seal(tmp_path)
    return tmp_path


def seal(folder: Path, **changes: object) -> None:
    """Write the manifest."""
    paths = sorted(path for path in folder.glob("*/*"))
    roles = {"wheels": "wheel", "weights": "weights"}
    files = [
        {
            "path": path.relative_to(folder).as_posix(),
            "role": roles[path.parent.name],
            "size": path.stat().st_size,
            "sha256": digest(path),
        }
        for path in paths
    ]
    manifest = {"format": FORMAT, "facet": "0.1.0", "python": [3, 11], "platform": this_platform(), "files": files}
    (folder / "manifest.json").write_text(json.dumps({**manifest, **changes}))


def refusal(folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[object, str]:
    """The exit code and the last line of a folder that is refused."""
    with pytest.raises(SystemExit) as ended:
        verify(folder)
    return ended.value.code, capsys.readouterr().err.splitlines()[-1]


def test_a_whole_folder_is_accepted_and_tells_the_digest_of_its_manifest(folder: Path) -> None:
    told: list[str] = []

    manifest = verify(folder, tell=told.append)

    assert python_of(manifest) == (3, 11)
    assert of_role(folder, manifest, "weights") == [folder / "weights/weights.zip"]
    assert digest(folder / "manifest.json") in told[0]
    assert told[-1] == "  3 of 3 files agree"


@pytest.mark.parametrize("name", ["wheels/two-2-py3-none-any.whl", "weights/weights.zip"])
def test_one_changed_byte_is_found_and_named(folder: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    content = bytearray((folder / name).read_bytes())
    content[-1] ^= 1
    (folder / name).write_bytes(content)

    code, told = refusal(folder, capsys)

    assert code == 2
    assert name in told


def test_a_missing_file_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "wheels/one-1-py3-none-any.whl").unlink()

    code, told = refusal(folder, capsys)

    assert code == 2
    assert "wheels/one-1-py3-none-any.whl is missing" in told


def test_a_wheel_that_was_slipped_in_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "wheels/torch-99-py3-none-any.whl").write_bytes(b"not ours")

    code, told = refusal(folder, capsys)

    assert code == 2
    assert "wheels/torch-99-py3-none-any.whl" in told


def test_a_folder_for_another_system_is_the_environments_fault(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seal(folder, platform="plan9-vax")

    code, told = refusal(folder, capsys)

    assert code == 3
    assert "plan9-vax" in told
    assert this_platform() in told


@pytest.mark.parametrize("content", ["", "[]", '{"format": "facet.offline/9"}', "null"])
def test_a_manifest_that_is_none_is_told_in_one_line(
    folder: Path, content: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "manifest.json").write_text(content)

    with pytest.raises(SystemExit) as ended:
        read_manifest(folder)

    assert ended.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1
