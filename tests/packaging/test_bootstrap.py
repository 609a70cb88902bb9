"""bootstrap.py as a user meets it: set up from a small offline folder with real pip, run, interrupted, repeated."""

from __future__ import annotations

import ast
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from ground.offline import FORMAT, this_platform
from ground.place import Place
from ground.stamp import NAME, digest

ROOT = Path(__file__).resolve().parents[2]
STAND_INS = ("av", "cv2", "h5py", "PySide6/__init__", "PySide6/QtWidgets", "torch", "torchvision", "facet/__init__")
PROGRAM = """
import json, os, sys, time

if sys.argv[1:] == ["gui", "wait"]:
    try:
        print("waiting", flush=True)
        time.sleep(60)
    except KeyboardInterrupt:
        sys.exit(130)
print(json.dumps([sys.argv[1:], os.environ.get("FACET_HOME"), os.environ.get("PYTHONPATH")]))
"""


def make_wheel(folder: Path) -> None:
    """A wheel of Facet's name with stand-ins for the libraries and a program that tells how it was called."""
    with zipfile.ZipFile(folder / "facet_forensic-9.8.7-py3-none-any.whl", "w") as wheel:
        for name in (*STAND_INS, "facet/core/__init__", "facet/cli/__init__"):
            wheel.writestr(f"{name}.py", "")
        wheel.writestr("facet/cli/__main__.py", PROGRAM)
        info = "facet_forensic-9.8.7.dist-info"
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: facet-forensic\nVersion: 9.8.7\n")
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")


def make_folder(folder: Path) -> None:
    """An offline folder with bootstrap.py, its parts, the wheel and something to import."""
    (folder / "wheels").mkdir(parents=True)
    (folder / "weights").mkdir()
    make_wheel(folder / "wheels")
    (folder / "weights" / "weights.zip").write_bytes(b"weights")
    shutil.copyfile(ROOT / "bootstrap.py", folder / "bootstrap.py")
    shutil.copytree(ROOT / "packaging" / "ground", folder / "packaging" / "ground")
    files = [
        {"path": path.relative_to(folder).as_posix(), "role": role, "size": path.stat().st_size, "sha256": digest(path)}
        for role in ("wheel", "weights")
        for path in sorted((folder / {"wheel": "wheels"}.get(role, role)).iterdir())
    ]
    manifest = {
        "format": FORMAT,
        "facet": "9.8.7",
        "python": list(sys.version_info[:2]),
        "platform": this_platform(),
        "files": files,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))


def bootstrap(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run bootstrap.py of that folder."""
    return subprocess.run(
        [sys.executable, str(folder / "bootstrap.py"), *arguments],
        capture_output=True, text=True, check=False, encoding="utf-8", env={**os.environ, **variables}, timeout=240,
    )  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An offline folder in which Facet was set up once."""
    folder = tmp_path_factory.mktemp("offline") / "facet"
    make_folder(folder)
    done = bootstrap(folder, "setup")
    assert done.returncode == 0, done.stderr
    assert "Facet is set up." in done.stderr
    assert '["models", "import"' in done.stderr
    return folder


@pytest.mark.slow
def test_a_second_start_finds_nothing_to_do(folder: Path) -> None:
    done = bootstrap(folder, "setup")

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.slow
def test_the_demo_is_passed_its_arguments_and_the_users_own_store(folder: Path) -> None:
    done = bootstrap(folder, "demo", "--headless", "--out", "here", FACET_HOME="mine", PYTHONPATH="astray")

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [["demo", "--headless", "--out", "here"], "mine", None]


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux can be without a screen")
def test_without_a_screen_the_demo_is_headless_and_the_window_is_refused(folder: Path) -> None:
    demo = bootstrap(folder, "demo", DISPLAY="", WAYLAND_DISPLAY="")
    window = bootstrap(folder, "run", DISPLAY="", WAYLAND_DISPLAY="")

    assert json.loads(demo.stdout)[0] == ["demo", "--headless"]
    assert window.returncode == 3
    assert "no screen" in window.stderr
    assert window.stderr.count("\n") == 1


@pytest.mark.slow
def test_an_interrupted_set_up_is_gone_on_with(folder: Path) -> None:
    (folder / ".venv" / NAME).unlink()
    (folder / ".venv" / "tmp").mkdir()

    done = bootstrap(folder, "setup")

    assert done.returncode == 0, done.stderr
    assert "Making the environment" not in done.stderr
    assert "Facet is set up." in done.stderr
    assert not (folder / ".venv" / "tmp").exists()


@pytest.mark.slow
def test_a_damaged_wheel_is_refused_before_pip_sees_it(folder: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged"
    shutil.copytree(folder, damaged, ignore=shutil.ignore_patterns(".venv"))
    wheel = next((damaged / "wheels").iterdir())
    wheel.write_bytes(wheel.read_bytes() + b"\0")

    done = bootstrap(damaged, "setup")

    assert done.returncode == 2
    assert wheel.name in done.stderr.splitlines()[-1]
    assert not (damaged / ".venv").exists()


@pytest.mark.slow
@pytest.mark.parametrize("signalled", ["killpg", "kill"], ids=["from a terminal", "to bootstrap alone"])
@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is sent as a POSIX signal")
def test_ctrl_c_ends_with_one_line_and_130(folder: Path, signalled: str) -> None:
    # the window's own command would ask for a screen first
    (folder / "wait.py").write_text(
        "import sys\nfrom pathlib import Path\n"
        "sys.path.insert(0, str(Path(__file__).parent))\nimport bootstrap\nfrom ground.programs import call\n"
        "bootstrap.work = lambda _: call(bootstrap.PLACE.facet('gui', 'wait'))\nsys.exit(bootstrap.main())\n"
    )
    process = subprocess.Popen(
        [sys.executable, str(folder / "wait.py")],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, process_group=0,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "waiting\n"
    start = time.monotonic()
    getattr(os, signalled)(process.pid, signal.SIGINT)
    _, told = process.communicate(timeout=60)

    assert process.returncode == 130
    assert told == "Interrupted. Run the same command again; it goes on from there.\n"
    assert time.monotonic() - start < 50


@pytest.mark.slow
def test_the_tests_are_not_in_an_offline_folder(folder: Path) -> None:
    done = bootstrap(folder, "test")

    assert done.returncode == 2
    assert done.stderr.count("\n") == 1


def test_the_command_that_is_called_is_facets_own() -> None:
    command = [sys.executable, *Place(ROOT).facet("--version")[1:]]

    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.startswith("facet ")


@pytest.mark.parametrize("arguments", [[], ["dance"], ["setup", "--colour"]])
def test_wrong_use_is_told_with_exit_2(arguments: list[str]) -> None:
    done = bootstrap(ROOT, *arguments)

    assert done.returncode == 2
    assert "usage: bootstrap.py" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_copy_without_its_surroundings_says_so(tmp_path: Path) -> None:
    shutil.copyfile(ROOT / "bootstrap.py", tmp_path / "bootstrap.py")
    shutil.copytree(ROOT / "packaging" / "ground", tmp_path / "packaging" / "ground")

    done = bootstrap(tmp_path, "setup")

    assert done.returncode == 2
    assert "manifest.json" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "path", [ROOT / "bootstrap.py", *sorted((ROOT / "packaging" / "ground").glob("*.py"))], ids=str
)
def test_an_older_python_can_read_it_far_enough_to_name_the_right_one(path: Path) -> None:
    ast.parse(path.read_text("utf-8"), feature_version=(3, 8))
